// How good a model is on people's examples, and how its goodness differs between groups. Plain figures of data at hand: no noise, and
// no part of a training.
import type { Output, Trainer } from "../../../ports/training-engine.ts";
import type { TrainingPool } from "./pool.ts";

export interface GroupMeasure {
  readonly group: string;
  readonly rows: number;
  readonly accuracy: number;
}

export interface Measured {
  readonly rows: number;
  /** Of all rows; NaN for outputs that are values. */
  readonly accuracy: number;
  /** Mean over the classes of 2·hits/(answers + labels), 0 for a class that never occurs; NaN for values. */
  readonly macroF1: number;
  /** Mean over the rows. */
  readonly loss: number;
  readonly groups: readonly GroupMeasure[];
  /** Best group's accuracy less the worst's. */
  readonly gap: number;
}

export function measure(trainer: Trainer, weights: Float32Array, pool: TrainingPool, output: Output): Measured {
  const { rows, loss } = trainer.evaluate(weights, { rows: pool.rows, labels: pool.labels });
  if (output.kind === "linear" || (output.kind === "logistic" && output.units > 1))
    return { rows, loss, accuracy: Number.NaN, macroF1: Number.NaN, groups: [], gap: Number.NaN };
  const classes = output.kind === "softmax" ? output.units : 2;
  const answers = answersOf(trainer.predict(weights, pool.rows), output.kind === "softmax" ? classes : 1);
  const [hits, answered, labelled] = [new Uint32Array(classes), new Uint32Array(classes), new Uint32Array(classes)];
  const groups = pool.groupNames.map((group) => ({ group, rows: 0, right: 0 }));
  for (let person = 0; person < pool.people; person++) {
    const own = groups[pool.groups[person] as number] as (typeof groups)[number];
    for (let row = pool.starts[person] as number; row < (pool.starts[person + 1] as number); row++) {
      const [answer, label] = [answers[row] as number, pool.labels[row] as number];
      const right = answer === label ? 1 : 0;
      hits[label] = (hits[label] as number) + right;
      answered[answer] = (answered[answer] as number) + 1;
      labelled[label] = (labelled[label] as number) + 1;
      own.rows += 1;
      own.right += right;
    }
  }
  const right = hits.reduce((sum, count) => sum + count, 0);
  const f1 = hits.reduce((sum, count, k) => {
    const all = (answered[k] as number) + (labelled[k] as number);
    return sum + (all === 0 ? 0 : (2 * count) / all);
  }, 0);
  const told = groups
    .filter((group) => group.rows > 0)
    .map((one): GroupMeasure => ({ group: one.group, rows: one.rows, accuracy: one.right / one.rows }));
  const accuracies = told.map(({ accuracy }) => accuracy);
  return {
    rows,
    accuracy: right / rows,
    macroF1: f1 / classes,
    loss,
    groups: told,
    gap: Math.max(...accuracies) - Math.min(...accuracies),
  };
}

/** The likeliest class, of equal ones the first; of a single probability whether it is above one half. */
function answersOf(predictions: Float32Array, units: number): Uint16Array {
  return Uint16Array.from({ length: predictions.length / units }, (_, row) => {
    if (units === 1) return (predictions[row] as number) > 0.5 ? 1 : 0;
    let best = 0;
    for (let k = 1; k < units; k++)
      if ((predictions[row * units + k] as number) > (predictions[row * units + best] as number)) best = k;
    return best;
  });
}
