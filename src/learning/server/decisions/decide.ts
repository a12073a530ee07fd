// Go on, go back or end: a pure function of the history and the plan's rules, so that a coordinator that starts again decides the same.
import type { DecisionRules } from "../../plan/decisions.ts";
import type { ModelEvaluation, TrainingHistory } from "./history.ts";

export type Decision =
  | { readonly kind: "continue" }
  /** @param to the round whose model is the next one again */
  | { readonly kind: "rollback"; readonly to: number; readonly because: string }
  /** @param best the round whose model had the best metric */
  | { readonly kind: "stop"; readonly best: number; readonly because: string };

export function decide(history: TrainingHistory, rules: DecisionRules): Decision {
  const { evaluations } = history;
  const best = bestOf(evaluations);
  if (best === undefined) return { kind: "continue" };
  return fallen(history, best, rules) ?? ended(evaluations, best, rules) ?? { kind: "continue" };
}

/** The highest metric; of equal ones the earliest. */
export function bestOf(evaluations: readonly ModelEvaluation[]): ModelEvaluation | undefined {
  return evaluations.reduce<ModelEvaluation | undefined>(
    (best, one) => (best === undefined || one.metric > best.metric ? one : best),
    undefined,
  );
}

function fallen(
  { evaluations, rollbacks }: TrainingHistory,
  best: ModelEvaluation,
  { rollback }: DecisionRules,
): Decision | undefined {
  if (rollback === undefined) return undefined;
  const { certainty, patience, most } = rollback;
  const last = evaluations.filter(({ round }) => round > best.round).slice(-patience);
  if (last.length < patience) return undefined;
  const low = (one: ModelEvaluation) =>
    one.metric < best.metric - certainty * Math.hypot(one.noiseSd, best.noiseSd) && one.metric < best.metric;
  if (!last.every(low)) return undefined;
  const because = `${patience} ${patience === 1 ? "evaluation" : "evaluations in a row"} below round ${best.round}'s by more than ${certainty} standard deviations of the noise`;
  // What falls again and again after the same model is not mended by going back to it.
  if (rollbacks >= most) return { kind: "stop", best: best.round, because: `${because}, after ${rollbacks} rollbacks` };
  return { kind: "rollback", to: best.round, because };
}

function ended(
  evaluations: readonly ModelEvaluation[],
  best: ModelEvaluation,
  { stop }: DecisionRules,
): Decision | undefined {
  if (stop === undefined) return undefined;
  const { certainty, patience, gain } = stop;
  if (evaluations.length < 2 * patience) return undefined;
  const [before, after] = [evaluations.slice(-2 * patience, -patience), evaluations.slice(-patience)];
  const difference = meanOf(after) - meanOf(before);
  const noise = Math.sqrt(varianceOf(after) + varianceOf(before));
  // Only when even what noise may hide is less than the gain.
  if (!(difference + certainty * noise < gain)) return undefined;
  const because = `the last ${patience} evaluations are better than those before by ${difference.toFixed(4)}, with ${certainty} standard deviations of the noise by less than ${gain}`;
  return { kind: "stop", best: best.round, because };
}

function meanOf(evaluations: readonly ModelEvaluation[]): number {
  return evaluations.reduce((sum, { metric }) => sum + metric, 0) / evaluations.length;
}

/** Of the mean. */
function varianceOf(evaluations: readonly ModelEvaluation[]): number {
  return evaluations.reduce((sum, { noiseSd }) => sum + noiseSd ** 2, 0) / evaluations.length ** 2;
}
