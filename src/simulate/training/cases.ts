// A population as the rows and labels that its devices would compute, each for itself.
import { featureRow, labelOf } from "../../learning/device/features.ts";
import type { TrainingPlan } from "../../learning/plan/plan.ts";
import type { Examples } from "../../ports/training-engine.ts";
import type { Member } from "../../records/types.ts";

export interface Case {
  /** Standardised features at the anchor day, before the label's days. */
  readonly row: readonly number[];
  readonly label: 0 | 1;
}

/** As a trainer takes them. */
export function examplesOf(cases: readonly Case[]): Examples {
  return {
    rows: Float32Array.from(cases.flatMap(({ row }) => row)),
    labels: Float32Array.from(cases, ({ label }) => label),
  };
}

/** Members without a label have no case. @param end first day after the label's days */
export function casesOf(plan: TrainingPlan, members: readonly Member[], end: number): Case[] {
  return members.flatMap(({ days }) => {
    const label = labelOf(days, plan, end);
    return label === undefined ? [] : [{ row: featureRow(days, plan.features, end - plan.label.days), label }];
  });
}
