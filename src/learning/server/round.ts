// Rounds of federated averaging on the server: a plan becomes a task, a released sum becomes the next plan.
import { fail } from "../../base/errors.ts";
import { discreteGaussian } from "../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import type { Rational } from "../../privacy/rational.ts";
import { l2SquaredSensitivity } from "../../privacy/units.ts";
import { chooseChunkLength } from "../../protocol/vdaf/parameters.ts";
import { columnsOf, standardMap } from "../../task/encoder.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { purposes } from "../../task/purposes.ts";
import { daysNeeded, encoderOf } from "../plan/encoder.ts";
import { encodePlan, type TrainingPlan } from "../plan/plan.ts";

export interface RoundTerms {
  /** zCDP of one aggregator's noise in this round. */
  readonly rho: Rational;
  readonly minBatch: number;
  /** First day after the data window. */
  readonly end: number;
}

export function roundTask(plan: TrainingPlan, { rho, minBatch, end }: RoundTerms): PlannedTask {
  const encoder = encoderOf(plan);
  const mechanism = discreteGaussian({ sensitivity: l2SquaredSensitivity(BigInt(encoder.l2Squared)), rho });
  const shape = { type: "Prio3SumVec", length: columnsOf(encoder), maxMeasurement: 2 * encoder.bound } as const;
  return {
    name: `${plan.name}-round-${plan.round}`,
    question: `Train "${plan.title}", round ${plan.round} of ${plan.rounds}`,
    notice:
      `Your device computes how a shared model of ${plan.features.length} weekly figures should change to fit your own ` +
      "weeks, limits the size of that change and splits it into two halves that mean nothing alone. Only the sum over " +
      `at least ${minBatch} devices is computed, with random noise in it. Purpose: ${purposes["model-training"]}`,
    purpose: "model-training",
    source: { kind: "model-update", plan: encodePlan(plan) },
    encoder,
    map: standardMap(encoder),
    noise: mechanism.event,
    rho: mechanism.rho.toString(),
    window: { start: end - daysNeeded(plan), end },
    minBatch,
    vdaf: { ...shape, chunkLength: chooseChunkLength(shape) },
  };
}

/**
 * The plan after a round: weights moved by the noised sum over the plan's public denominator.
 * @param sum released integers, one a weight
 */
export function nextPlan(plan: TrainingPlan, sum: readonly number[]): TrainingPlan {
  if (sum.length !== plan.weights.length) fail("internal", "a round's release has one value a weight");
  const step = plan.learningRate / (plan.scale * plan.denominator);
  const weights = plan.weights.map((w, j) => w + step * (sum[j] as number));
  return { ...plan, weights, round: Math.min(plan.round + 1, plan.rounds) };
}
