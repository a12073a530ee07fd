// Federated rounds in one process, out of the functions that devices and the coordinator run: the same features, clip, rotation,
// rounding, noise and step; without shares and messages, which do not change a sum.
import { fromBase64Url } from "../../base/bytes.ts";
import { roundContribution } from "../../learning/device/contribution.ts";
import { boundsOf, type CheckedTraining } from "../../learning/plan/training/bounds.ts";
import { daysNeeded } from "../../learning/plan/training/examples.ts";
import type { Model } from "../../learning/plan/training/model.ts";
import { maskedMean } from "../../learning/server/masked-mean.ts";
import { startOptimiser, stepOptimiser } from "../../learning/server/optimisers/index.ts";
import { splitRiders } from "../../learning/server/riders.ts";
import { roundTask } from "../../learning/server/rounds/task.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import { mechanismFrom } from "../../privacy/mechanisms/from-event.ts";
import type { Rational } from "../../privacy/rational.ts";
import type { Member } from "../../records/types.ts";
import { builtIn } from "../../task/metrics.ts";
import { seededEntropy } from "./entropy.ts";
import { plainTrainer } from "./trainer.ts";

export interface FederatedOptions {
  readonly rounds: number;
  /** zCDP of one aggregator's noise in one round; both add theirs. */
  readonly rho: Rational;
  /** For the devices' rounding and the aggregators' noise. */
  readonly entropy: AnyEntropy;
}

/**
 * Weights after `rounds` noised rounds in which every member uploads, null reports included. Nobody is held out.
 * @param end first day after the label's days
 */
export function federatedTraining(
  first: Model,
  members: readonly Member[],
  end: number,
  { rounds, rho, entropy }: FederatedOptions,
): Float32Array {
  const { noise } = roundTask(first.training, { rho, minBatch: 1, end });
  const mechanism = mechanismFrom(noise);
  return roundsOf(first, members, { rounds, end, entropy }, (cells) => {
    const [leader, helper] = [mechanism.drawNoise(entropy, cells), mechanism.drawNoise(entropy, cells)];
    return leader.map((x, i) => Number(x + (helper[i] as bigint)));
  });
}

/** The same rounds, clipping and rounding included, without any noise: the difference is what privacy costs. */
export function federatedWithoutPrivacy(
  first: Model,
  members: readonly Member[],
  end: number,
  rounds: number,
): Float32Array {
  const entropy = seededEntropy("federated-without-privacy");
  return roundsOf(first, members, { rounds, end, entropy }, (cells) => new Array<number>(cells).fill(0));
}

function roundsOf(
  { training, weights: start }: Model,
  members: readonly Member[],
  { rounds, end, entropy }: { readonly rounds: number; readonly end: number; readonly entropy: AnyEntropy },
  noise: (cells: number) => readonly number[],
): Float32Array {
  const checked = { training, bounds: boundsOf(training) };
  const { riders, dimension } = checked.bounds;
  let weights = start;
  let optimiser = startOptimiser(training.optimiser, start.length);
  for (let round = 0; round < rounds; round++) {
    const noised = noise(dimension);
    const sum = sumOfUpdates(checked, weights, members, { end, entropy });
    const { update } = splitRiders(
      riders,
      maskedMean(
        sum.map((x, j) => BigInt(x + (noised[j] as number))),
        {
          ...{ scale: training.update.scale, rotationSeed: fromBase64Url(training.update.rotation) },
          ...{ length: riders.length, denominator: members.length },
        },
      ),
    );
    const stepped = stepOptimiser(training.optimiser, optimiser, weights, update);
    weights = Float32Array.from(stepped.weights);
    optimiser = stepped.state;
  }
  return weights;
}

const NOBODY = new Uint8Array(16);

function sumOfUpdates(
  checked: CheckedTraining,
  weights: Float32Array,
  members: readonly Member[],
  { end, entropy }: { readonly end: number; readonly entropy: AnyEntropy },
): number[] {
  const { training, bounds } = checked;
  const window = { start: end - daysNeeded(training), end };
  const trainer = plainTrainer(training);
  const sum = new Array<number>(bounds.dimension).fill(0);
  const additive = { ...training, sharing: { kind: "additive", bits: 64, overflow: 0.01 } } as const;
  for (const { days } of members) {
    const { vector } = roundContribution({
      checked: { training: additive, bounds },
      ...{ weights, trainer, days, window, registry: builtIn, entropy, secret: NOBODY },
    });
    for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] as number) + (vector[j] as number);
  }
  return sum;
}
