// How good a model that says yes or no is on members it has not seen.
import { fail } from "../../base/errors.ts";
import type { Model } from "../../learning/plan/training/model.ts";
import type { Member } from "../../records/types.ts";
import { casesOf } from "./cases.ts";
import { plainTrainer } from "./trainer.ts";

export interface Accuracy {
  /** Share of examples whose label a score above one half foresees. */
  readonly accuracy: number;
  /** Probability that an example with label 1 scores above one with label 0; ½ when only one label occurs. */
  readonly auc: number;
  /** Accuracy of always answering the commoner label. */
  readonly majority: number;
  /** Examples with a label. */
  readonly cases: number;
}

/** @param end first day after the label's days. @throws PacelineError invalid_argument when no member has a label */
export function accuracyOf({ training, weights }: Model, members: readonly Member[], end: number): Accuracy {
  const { rows, labels, count } = casesOf(training, members, end);
  if (count === 0) fail("invalid_argument", "none of the members has a label to compare with");
  const scores = plainTrainer(training).scores(weights, rows);
  let right = 0;
  for (let i = 0; i < count; i++) if (((scores[i] as number) > 0 ? 1 : 0) === labels[i]) right++;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return {
    accuracy: right / count,
    auc: areaUnderCurve(labels, scores),
    majority: Math.max(positives, count - positives) / count,
    cases: count,
  };
}

/** By ranks (Mann-Whitney); ties count half. */
function areaUnderCurve(labels: Float32Array, scores: Float32Array): number {
  const byScore = Map.groupBy(labels.keys(), (i) => scores[i] as number);
  let negatives = 0;
  let wins = 0;
  for (const [, tied] of [...byScore].sort(([a], [b]) => a - b)) {
    const positives = tied.filter((i) => labels[i] === 1).length;
    wins += positives * (negatives + (tied.length - positives) / 2);
    negatives += tied.length - positives;
  }
  const pairs = negatives * (labels.length - negatives);
  return pairs === 0 ? 0.5 : wins / pairs;
}
