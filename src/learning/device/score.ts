// The model's use: on the member's own device, on the member's own days, with its reasons. Nothing of it is sent.
import type { MemberDay } from "../../records/types.ts";
import type { TrainingPlan } from "../plan/plan.ts";
import { featureRow } from "./features.ts";
import { logisticScore } from "./logistic.ts";

export interface Score {
  /** 0 to 1. */
  readonly probability: number;
  /** Each feature's part of the log-odds, largest first; with the bias they add up to it. */
  readonly reasons: readonly { readonly feature: string; readonly title: string; readonly contribution: number }[];
  readonly bias: number;
}

/** @param today first day after the last day of data */
export function scoreMember(plan: TrainingPlan, days: readonly MemberDay[], today: number): Score {
  const row = featureRow(days, plan.features, today);
  const reasons = plan.features.map((feature, j) => ({
    feature: feature.name,
    title: feature.title,
    contribution: (plan.weights[j] as number) * (row[j] as number),
  }));
  return {
    probability: logisticScore(plan.weights, row),
    reasons: reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    bias: plan.weights.at(-1) as number,
  };
}
