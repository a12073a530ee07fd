// How good weights are on members they have not seen.
import { fail } from "../../base/errors.ts";
import { logisticScore } from "../../learning/device/logistic.ts";
import type { TrainingPlan } from "../../learning/plan/plan.ts";
import type { Member } from "../../records/types.ts";
import { type Case, casesOf } from "./cases.ts";

export interface Accuracy {
  /** Share of members whose label a score above one half foresees. */
  readonly accuracy: number;
  /** Probability that a member with label 1 scores above one with label 0; ½ when only one label occurs. */
  readonly auc: number;
  /** Accuracy of always answering the commoner label. */
  readonly majority: number;
  /** Members with a label. */
  readonly cases: number;
}

/** @param end first day after the label's days. @throws PacelineError invalid_argument when no member has a label */
export function accuracyOf(
  weights: readonly number[],
  plan: TrainingPlan,
  members: readonly Member[],
  end: number,
): Accuracy {
  const cases = casesOf(plan, members, end);
  if (cases.length === 0) fail("invalid_argument", "none of the members has a label to compare with");
  const scores = cases.map(({ row }) => logisticScore(weights, row));
  const right = cases.filter(({ label }, i) => ((scores[i] as number) > 0.5 ? 1 : 0) === label).length;
  const positives = cases.reduce((sum, { label }) => sum + label, 0);
  return {
    accuracy: right / cases.length,
    auc: areaUnderCurve(cases, scores),
    majority: Math.max(positives, cases.length - positives) / cases.length,
    cases: cases.length,
  };
}

/** By ranks (Mann-Whitney); ties count half. */
function areaUnderCurve(cases: readonly Case[], scores: readonly number[]): number {
  const byScore = Map.groupBy(cases.keys(), (i) => scores[i] as number);
  let negatives = 0;
  let wins = 0;
  for (const [, tied] of [...byScore].sort(([a], [b]) => a - b)) {
    const positives = tied.filter((i) => cases[i]?.label === 1).length;
    wins += positives * (negatives + (tied.length - positives) / 2);
    negatives += tied.length - positives;
  }
  const pairs = negatives * (cases.length - negatives);
  return pairs === 0 ? 0.5 : wins / pairs;
}
