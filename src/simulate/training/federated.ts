// Federated rounds in one process, out of the functions that devices and the coordinator run: the same features, clip,
// rounding, linear map, noise and step; without shares, proofs and messages, which do not change a sum.
import { trainerOf } from "../../learning/device/logistic.ts";
import { modelUpdate } from "../../learning/device/update.ts";
import { daysNeeded, encoderOf } from "../../learning/plan/encoder.ts";
import type { TrainingPlan } from "../../learning/plan/plan.ts";
import { nextPlan, roundTask } from "../../learning/server/round.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import { mechanismFrom } from "../../privacy/mechanisms/from-event.ts";
import type { Rational } from "../../privacy/rational.ts";
import type { Member } from "../../records/types.ts";
import { columnsOf, standardMap } from "../../task/encoder.ts";
import { type LinearMap, rowCount, rowsOf } from "../../task/linear-map.ts";
import { seededEntropy } from "./entropy.ts";

export interface FederatedOptions {
  readonly rounds: number;
  /** zCDP of one aggregator's noise in one round; both add theirs. */
  readonly rho: Rational;
  /** For the devices' rounding and the aggregators' noise. */
  readonly entropy: AnyEntropy;
}

/**
 * Weights (bias last) after `rounds` noised rounds in which every member uploads, null reports included.
 * @param end first day after the label's days
 */
export function federatedTraining(
  plan: TrainingPlan,
  members: readonly Member[],
  end: number,
  { rounds, rho, entropy }: FederatedOptions,
): number[] {
  let current: TrainingPlan = { ...plan, denominator: members.length };
  for (let round = 0; round < rounds; round++) {
    const task = roundTask(current, { rho, minBatch: 1, end });
    const mechanism = mechanismFrom(task.noise);
    const leader = mechanism.drawNoise(entropy, rowCount(task.map));
    const helper = mechanism.drawNoise(entropy, rowCount(task.map));
    const sum = sumOfUpdates(current, members, end, entropy);
    const noised = sum.map((x, j) => x + Number((leader[j] as bigint) + (helper[j] as bigint)));
    current = nextPlan(current, noised);
  }
  return [...current.weights];
}

/** The same rounds, clipping and rounding included, without any noise: the difference is what privacy costs. */
export function federatedWithoutPrivacy(
  plan: TrainingPlan,
  members: readonly Member[],
  end: number,
  rounds: number,
): number[] {
  const entropy = seededEntropy("federated-without-privacy");
  let current: TrainingPlan = { ...plan, denominator: members.length };
  for (let round = 0; round < rounds; round++)
    current = nextPlan(current, sumOfUpdates(current, members, end, entropy));
  return [...current.weights];
}

function sumOfUpdates(plan: TrainingPlan, members: readonly Member[], end: number, entropy: AnyEntropy): number[] {
  const encoder = encoderOf(plan);
  const window = { start: end - daysNeeded(plan), end };
  const sum = new Array<number>(columnsOf(encoder)).fill(0);
  const trainer = trainerOf(plan);
  for (const { days } of members) {
    const { vector } = modelUpdate({ plan, days, window, trainer, entropy });
    for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] as number) + (vector[j] as number);
  }
  return apply(standardMap(encoder), sum);
}

function apply(map: LinearMap, columns: readonly number[]): number[] {
  return rowsOf(map).map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (columns[row[i] as number] as number);
    return sum;
  });
}
