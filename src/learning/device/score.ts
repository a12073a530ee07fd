// The model's use: on the member's own device, on the member's own days, with its reasons. Nothing of it is sent.
import { fail } from "../../base/errors.ts";
import type { Trainer } from "../../ports/training-engine.ts";
import type { MemberDay } from "../../records/types.ts";
import type { Registry } from "../../task/metrics.ts";
import type { Model } from "../plan/training/model.ts";
import { featureRow } from "./examples.ts";

export interface Score {
  /** 0 to 1. */
  readonly probability: number;
  /** Each feature's part of the log-odds, largest first; with the bias they add up to it. None of a model with hidden layers. */
  readonly reasons: readonly { readonly feature: string; readonly title: string; readonly contribution: number }[];
  readonly bias: number;
}

/** @param today first day after the last day of data @throws PacelineError unsupported for a model of classes or values */
export function scoreMember(
  { training, weights }: Model,
  trainer: Trainer,
  days: readonly MemberDay[],
  { today, registry }: { readonly today: number; readonly registry: Registry },
): Score {
  const { architecture, features } = training;
  if (architecture.output.kind !== "logistic" || architecture.output.units !== 1)
    return fail("unsupported", "a score is of a model that says how likely one thing is");
  const row = featureRow(days, features, today, registry);
  const [probability] = trainer.predict(weights, row);
  const linear = architecture.layers.length === 0;
  const reasons = features.map((feature, j) => ({
    feature: feature.name,
    title: feature.title,
    contribution: (weights[j] as number) * (row[j] as number),
  }));
  return {
    probability: probability as number,
    reasons: linear ? reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)) : [],
    bias: linear ? (weights.at(-1) as number) : 0,
  };
}
