// What a question costs and how exact its answers will be, before anything is asked. Touches no data.

import type { PredictedWidth } from "../../estimate/predict.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import { epsilonOf } from "../../privacy/accounting/zcdp.ts";
import { toNumber } from "../../privacy/rational.ts";
import { rowCount } from "../../task/linear-map.ts";
import type { Question } from "../question/schema.ts";
import { ASSUMED_SD } from "./bell.ts";
import { type Hopeless, hopelessIn } from "./hopeless.ts";
import { type Candidate, errorOf, type Planned } from "./plan.ts";
import { predictAnswers } from "./predict.ts";

export interface QuestionExplanation {
  readonly question: Question;
  readonly name: string;
  readonly title: string;
  readonly cost: {
    /** zCDP of one aggregator's noise, as a decimal. */
    readonly rho: string;
    /** Pure ε with δ = 0, or the ε that ρ implies at this δ. */
    readonly epsilon: number;
    readonly delta: number;
    readonly mechanism: string;
  };
  /** Released integers. */
  readonly cells: number;
  readonly circuit: string;
  /** Of the larger of a report's two shares. */
  readonly shareBytes: number;
  /** Per number of contributing members over all groups, one group's half-widths of 95 % intervals. */
  readonly predicted: readonly { readonly members: number; readonly widths95: readonly PredictedWidth[] }[];
  readonly assumption: string;
  /** Answers that would say next to nothing, and with how many members. */
  readonly hopeless: readonly Hopeless[];
  readonly chosen: string;
  /** Other sound ways, the next best first, with their half-widths beside the chosen one's. */
  readonly others: readonly {
    readonly way: string;
    readonly rho: string;
    readonly widths95: readonly PredictedWidth[];
  }[];
  /** What a member reads. */
  readonly notice: string;
}

const IMPLIED_DELTA = 1e-6;
export const cohorts: readonly number[] = [100, 300, 1000, 3000, 10_000];

export function explainQuestion(
  question: Question,
  { chosen, others, referenceMembers }: Planned,
  members: readonly number[] = cohorts,
): QuestionExplanation {
  const { plan, mechanism } = chosen;
  const pure = "epsilon" in mechanism;
  const predicted = members.map((count) => ({ members: count, widths95: predictAnswers(plan, count) }));
  return {
    question,
    name: plan.name,
    title: plan.question,
    cost: {
      rho: formatRho(nanoRho(BigInt(plan.rho))),
      epsilon: pure ? toNumber(mechanism.epsilon) : epsilonOf(mechanism.rho, IMPLIED_DELTA),
      delta: pure ? 0 : IMPLIED_DELTA,
      mechanism: plan.noise.mechanism,
    },
    cells: rowCount(plan.map),
    circuit: plan.vdaf.type,
    shareBytes: chosen.shareBytes,
    predicted,
    hopeless: hopelessIn(plan, predicted),
    assumption: `members split evenly over groups and lie in a bell around the middle of each public range, with a standard deviation of 1/${1 / ASSUMED_SD} of it`,
    chosen: reason(chosen, others, referenceMembers),
    others: others.map((other) => ({
      way: other.way,
      rho: formatRho(nanoRho(BigInt(other.plan.rho))),
      widths95: other.widths,
    })),
    notice: plan.notice,
  };
}

function reason(chosen: Candidate, others: readonly Candidate[], members: number): string {
  const [next] = others;
  if (next === undefined) return `${chosen.way}: the only sound way for this budget`;
  const factor = Math.exp(errorOf(next) - errorOf(chosen));
  const bytes = next.shareBytes / chosen.shareBytes;
  const smaller = bytes > 1 ? ` and uploads ${bytes.toFixed(1)} times smaller` : "";
  return `${chosen.way}: intervals ${factor.toFixed(2)} times narrower${smaller} than by ${next.way}, at ${members} members anywhere in the range`;
}
