// The noise of a masked round: each member adds a share, and only those are counted that are sure to be in every sum. What that
// costs is bounded for every number of members that the round may have.
import { fail, isPacelineError } from "../../base/errors.ts";
import type { DistributedDiscreteGaussianEvent } from "../../privacy/accounting/algebra/types.ts";
import { rhoOfEvent } from "../../privacy/accounting/rho-of-event.ts";
import { rational } from "../../privacy/rational.ts";
import { l1Sensitivity, l2SquaredSensitivity } from "../../privacy/units.ts";
import { type NoiseShare, noiseShare } from "../../protocol/secagg/noise-share.ts";
import { overflowBound } from "../plan/masked-scale.ts";
import type { TrainingBounds } from "../plan/training/bounds.ts";
import type { TrainingManifest } from "../plan/training/manifest.ts";
import type { MaskedSharing } from "../plan/training/masked-sharing.ts";
import { type Range, rangeOf, roundCounts } from "./counts.ts";

type Bounds = Pick<TrainingBounds, "dimension" | "l2Squared">;

/**
 * One member's share in a round of so many members.
 * @param sigmaSquared σ² of the honest shares together @throws PacelineError invalid_argument where the round has too few
 */
export function shareOfNoise(
  sharing: MaskedSharing,
  members: number,
  sigmaSquared: bigint,
  { dimension, l2Squared }: Bounds,
): NoiseShare {
  const { survivors, corrupt } = roundCounts(sharing, members);
  return noiseShare({
    ...{ variance: rational(sigmaSquared), members, survivors, corrupt, dimension },
    sensitivities: {
      l1: l1Sensitivity(BigInt(l1Of(dimension, l2Squared))),
      l2Squared: l2SquaredSensitivity(BigInt(l2Squared)),
    },
  });
}

/** |x| ≤ x² for integers, and Cauchy and Schwarz. */
const l1Of = (dimension: number, l2Squared: number) => Math.ceil(Math.min(l2Squared, Math.sqrt(dimension * l2Squared)));

/**
 * zCDP of the noise, in nano-rho, rounded up: the most of any number of members. How far a sum of discrete Gaussians is from one
 * grows with their number, so it is that of the most honest shares.
 * @throws PacelineError manifest_refused where a share would be too small to be accounted
 */
export function priceOf({ honestMost }: Range, sigmaSquared: bigint, bounds: Bounds): bigint {
  try {
    const { event } = noiseShare({
      ...{ variance: rational(sigmaSquared), members: honestMost, survivors: honestMost, corrupt: 0 },
      dimension: bounds.dimension,
      sensitivities: {
        l1: l1Sensitivity(BigInt(l1Of(bounds.dimension, bounds.l2Squared))),
        l2Squared: l2SquaredSensitivity(BigInt(bounds.l2Squared)),
      },
    });
    return nanoOf(event);
  } catch (error) {
    if (isPacelineError(error)) fail("manifest_refused", error.message, { cause: error });
    throw error;
  }
}

const nanoOf = (event: DistributedDiscreteGaussianEvent) => BigInt(Math.ceil(rhoOfEvent(event, "zero-out") * 1e9));

const TRIES = 64;

/**
 * The smallest σ² (to within a thousand-millionth) whose price is at most `rho`.
 * @param rho nano-rho @throws PacelineError manifest_refused when none is found
 */
export function varianceFor(sharing: MaskedSharing, most: number, rho: bigint, bounds: Bounds): bigint {
  const range = rangeOf(sharing, most);
  let variance = (BigInt(bounds.l2Squared) * 1_000_000_000n) / (2n * rho) + 1n;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    // A share below 1/4 is refused by name.
    if (priceOf(range, variance, bounds) <= rho) return variance;
    variance += (variance >> 30n) + 1n;
  }
  return fail("manifest_refused", "no noise of so many small shares has the price that is asked for", {
    hint: "Use more bits, so that updates are scaled up, or fewer members.",
  });
}

/** @throws PacelineError manifest_refused when honest sums would wrap around more often than the training states */
export function checkMaskedOverflow(
  { sharing, cohort, update }: TrainingManifest & { readonly sharing: MaskedSharing },
  { dimension, riders }: TrainingBounds,
  rho: number,
): void {
  const demand = overflowDemand(sharing, cohort.most, { dimension, clip: riders.jointClip, rho });
  if (!(overflowBound(demand, update.scale) <= sharing.overflow * (1 + 1e-9)))
    fail(
      "manifest_refused",
      `sums of ${cohort.most} masked updates modulo 2^${sharing.bits} would wrap around more often than with probability ${sharing.overflow}`,
    );
}

/** As `maskedScale` wants it: of all numbers of members, the largest signal and the most noise for each honest share. */
export function overflowDemand(
  sharing: MaskedSharing,
  most: number,
  round: { readonly dimension: number; readonly clip: number; readonly rho: number },
) {
  const honest = Math.max(1, Math.floor(most / rangeOf(sharing, most).membersPerHonest));
  return { bits: sharing.bits, overflow: sharing.overflow, members: most, shares: most, honest, ...round };
}
