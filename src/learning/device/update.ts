// The local step: one gradient on the member's own data, bounded, as a contribution like any other.
import { encodeVector } from "../../contribution/vector.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import type { Trainer } from "../../ports/training-engine.ts";
import type { MemberDay } from "../../records/types.ts";
import type { Contribution } from "../../task/stages.ts";
import { encoderOf } from "../plan/encoder.ts";
import type { TrainingPlan } from "../plan/plan.ts";
import { featureRow, labelOf } from "./features.ts";
import { clipToNorm, roundWithin } from "./rounding.ts";

export interface LocalStep {
  readonly plan: TrainingPlan;
  readonly days: readonly MemberDay[];
  /** The days the task pays for, [start, end): no other is read. */
  readonly window: { readonly start: number; readonly end: number };
  /** Of the plan: `trainerOf`. */
  readonly trainer: Trainer;
  readonly entropy: AnyEntropy;
}

/** The member's update as a contribution; null when the label cannot be known. */
export function modelUpdate({ plan, days: all, window, trainer, entropy }: LocalStep): Contribution {
  const encoder = encoderOf(plan);
  const { start, end } = window;
  const days = all.filter(({ day }) => day >= start && day < end);
  const label = labelOf(days, plan, end);
  if (label === undefined) return encodeVector(encoder, undefined);
  const row = featureRow(days, plan.features, end - plan.label.days);
  const examples = { rows: Float32Array.from(row), labels: Float32Array.of(label) };
  const { gradient } = trainer.gradient(Float32Array.from(plan.weights), examples);
  const update = clipToNorm(
    gradient.map((g) => -g),
    plan.clip,
  );
  return encodeVector(
    encoder,
    roundWithin(
      encoder,
      update.map((x) => x * plan.scale),
      entropy,
    ),
  );
}
