// What device and helper check of a training manifest, each for itself, from public facts.
import { fail } from "../../base/errors.ts";
import type { Manifest } from "../../task/manifest.ts";
import { metricById } from "../../task/metrics.ts";
import { daysNeeded, encoderOf } from "./encoder.ts";
import { decodePlan, type TrainingPlan } from "./plan.ts";

/** The metrics a plan reads, each once. */
export function metricsOfPlan({ label, features }: TrainingPlan): readonly string[] {
  return [...new Set([label.metric, ...features.map((feature) => feature.metric)])];
}

/**
 * A plan's own bounds must be the encoder's, or the noise would be made for another sensitivity; the window must hold
 * every day the plan reads, or weeks would be read that no budget pays for; and its metrics must be there for the purpose.
 * @returns the plan, or undefined for a manifest that asks for a statistic. @throws PacelineError manifest_refused
 */
export function checkedPlan({ source, encoder, purpose, window }: Manifest): TrainingPlan | undefined {
  if (source.kind !== "model-update") return undefined;
  const plan = decodePlan(source.plan);
  const own = encoderOf(plan);
  const same =
    encoder.kind === "vector" &&
    encoder.length === own.length &&
    encoder.bound === own.bound &&
    encoder.l2Squared === own.l2Squared;
  if (!same) fail("manifest_refused", "the training plan's bounds are not the encoder's");
  const needed = daysNeeded(plan);
  if (window.end - window.start < needed)
    fail(
      "manifest_refused",
      `the plan reads ${needed} days, the window that is paid for has ${window.end - window.start}`,
    );
  for (const id of metricsOfPlan(plan)) {
    const metric = metricById(id);
    if (metric === undefined || !metric.purposes.includes(purpose))
      fail("manifest_refused", `"${id}" is no metric for ${purpose}`);
  }
  return plan;
}
