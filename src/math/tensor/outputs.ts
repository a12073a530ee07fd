// What is made of the scores: predictions, the loss against labels, and the gradient that goes back. The same for all kernels.
import type { Output } from "../../ports/training-engine.ts";
import { expNegative, logistic } from "./elementary.ts";
import type { Floats } from "./kernels.ts";

/** Of one row: `units` scores beginning at `at`. */
export interface OutputRule {
  /** Numbers of a row's label. */
  readonly labelSize: number;
  /** Scores become values or probabilities, in place. */
  predict(scores: Floats, at: number): void;
  /** @returns the row's loss; the gradient by its scores goes to `gradient` at `to`, times `factor` */
  loss(scores: Floats, at: number, labels: Floats, label: number, gradient: Floats, to: number, factor: number): number;
  /** Whether the row counts as foreseen. */
  correct(scores: Floats, at: number, labels: Floats, label: number): boolean;
  /** What is wrong with a label's number, if anything. */
  labelFault(value: number): string | undefined;
}

export function outputRule({ kind, units }: Output): OutputRule {
  return { linear, logistic: logLoss, softmax }[kind](units);
}

function linear(units: number): OutputRule {
  return {
    labelSize: units,
    predict: () => undefined,
    loss(scores, at, labels, label, gradient, to, factor) {
      let sum = 0;
      for (let u = 0; u < units; u++) {
        const off = (scores[at + u] as number) - (labels[label + u] as number);
        sum += off * off;
        gradient[to + u] = (2 * off * factor) / units;
      }
      return sum / units;
    },
    correct: () => false,
    labelFault: (value) => (Math.abs(value) <= LABEL_MAX ? undefined : `a value of ${value}`),
  };
}

const LABEL_MAX = 1e6;

/** log(1 + e^s) − label·s, without overflow. */
function logLoss(units: number): OutputRule {
  return {
    labelSize: units,
    predict(scores, at) {
      for (let u = 0; u < units; u++) scores[at + u] = logistic(scores[at + u] as number);
    },
    loss(scores, at, labels, label, gradient, to, factor) {
      let sum = 0;
      for (let u = 0; u < units; u++) {
        const score = scores[at + u] as number;
        const wanted = labels[label + u] as number;
        sum += Math.max(score, 0) - score * wanted + Math.log1p(expNegative(-Math.abs(score)));
        gradient[to + u] = ((logistic(score) - wanted) * factor) / units;
      }
      return sum / units;
    },
    correct(scores, at, labels, label) {
      for (let u = 0; u < units; u++)
        if ((scores[at + u] as number) > 0 !== (labels[label + u] as number) > 0.5) return false;
      return true;
    },
    labelFault: (value) => (value >= 0 && value <= 1 ? undefined : `a probability of ${value}`),
  };
}

function softmax(units: number): OutputRule {
  const exponentials = new Float64Array(units);
  /** @returns [largest score, sum of exponentials of the scores less that] */
  const exponentiate = (scores: Floats, at: number): readonly [number, number] => {
    let most = Number.NEGATIVE_INFINITY;
    for (let u = 0; u < units; u++) most = Math.max(most, scores[at + u] as number);
    let sum = 0;
    for (let u = 0; u < units; u++) {
      const e = expNegative((scores[at + u] as number) - most);
      exponentials[u] = e;
      sum += e;
    }
    return [most, sum];
  };
  return {
    labelSize: 1,
    predict(scores, at) {
      const [, sum] = exponentiate(scores, at);
      for (let u = 0; u < units; u++) scores[at + u] = (exponentials[u] as number) / sum;
    },
    loss(scores, at, labels, label, gradient, to, factor) {
      const [most, sum] = exponentiate(scores, at);
      const wanted = labels[label] as number;
      for (let u = 0; u < units; u++)
        gradient[to + u] = ((exponentials[u] as number) / sum - (u === wanted ? 1 : 0)) * factor;
      return most + Math.log(sum) - (scores[at + wanted] as number);
    },
    correct(scores, at, labels, label) {
      let best = 0;
      for (let u = 1; u < units; u++) if ((scores[at + u] as number) > (scores[at + best] as number)) best = u;
      return best === labels[label];
    },
    labelFault: (value) =>
      Number.isInteger(value) && value >= 0 && value < units ? undefined : `class ${value} of ${units}`,
  };
}
