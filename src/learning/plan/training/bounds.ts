// What follows from a training manifest for its task: where everything lies in a member's vector, how it is bounded, and the encoder
// that states so. Every party computes it for itself.
import { fail } from "../../../base/errors.ts";
import { rotatedLength } from "../../../math/rotation.ts";
import type { Encoder } from "../../../task/encoder.ts";
import { checkArchitecture, type Layout } from "../architecture.ts";
import { overflowBound } from "../masked-scale.ts";
import { type RiderLayout, riderLayout } from "../riders.ts";
import { type RoundingBounds, roundingBounds } from "../rounding-bounds.ts";
import type { TrainingManifest } from "./manifest.ts";
import { planOf, streamGain } from "./stream.ts";

/** Integer units of a vector's norm: the squares of such integers are added without rounding. */
export const NORM_MAX = 2 ** 23;
/** Of the leader's share with `additive` sharing, of the masked vector with `masked`: one upload. */
const WORDS_BYTES_MAX = 4 * 1024 * 1024;
/** With `verified` sharing: a proof of more would be slow on a phone. */
const VERIFIED_LENGTH_MAX = 4096;
/** What rounding adds to ε-values, and what a comparison of logarithms of two engines may differ by. */
const NEARLY = 1 + 1e-9;

export interface TrainingBounds extends RoundingBounds {
  readonly layout: Layout;
  readonly riders: RiderLayout;
  /** Cells of the rotated vector, a power of two. */
  readonly dimension: number;
}

/** A training whose parts hold together, and what follows. */
export interface CheckedTraining {
  readonly training: TrainingManifest;
  readonly bounds: TrainingBounds;
}

/** @throws PacelineError manifest_refused */
export function boundsOf({ architecture, update, adaptiveClip, evaluation }: TrainingManifest): TrainingBounds {
  const layout = checkArchitecture(architecture);
  const riders = riderLayout({
    cells: layout.parameters,
    clip: update.clip,
    ...(adaptiveClip && { adaptiveClip }),
    ...(evaluation && { evaluation }),
  });
  const norm = riders.jointClip * update.scale;
  if (norm > NORM_MAX) fail("manifest_refused", "the training's clip times scale exceeds 2^23");
  const dimension = rotatedLength(riders.length);
  return { layout, riders, dimension, ...roundingBounds(norm, dimension) };
}

/** The task's encoder, with the bounds that clipping, scaling and conditional rounding guarantee. */
export function trainingEncoder({ sharing }: TrainingManifest, bounds: TrainingBounds): Encoder {
  const { dimension: length, bound, l2Squared } = bounds;
  if (sharing.kind !== "verified") {
    const bytes = (length * sharing.bits) / 8;
    if (bytes > WORDS_BYTES_MAX)
      fail(
        "manifest_refused",
        `an update of ${length} words of ${sharing.bits} bits has ${bytes} bytes, at most ${WORDS_BYTES_MAX} are sent in one upload`,
      );
    return { kind: "words", length, bits: sharing.bits, l2Squared };
  }
  if (length > VERIFIED_LENGTH_MAX)
    fail("manifest_refused", `proofs are made for ${VERIFIED_LENGTH_MAX} cells at most, the training has ${length}`);
  return { kind: "vector", length, bound, l2Squared };
}

/**
 * That a sum of honest updates of additive shares wraps around as seldom as is stated, recomputed. Of masked ones,
 * `learning/masked` does: its noise is the members' own.
 * @param rho zCDP of one aggregator's noise, of which the sum has two @throws PacelineError manifest_refused
 */
export function checkOverflow(training: TrainingManifest, { dimension, riders }: TrainingBounds, rho: number): void {
  const { sharing, cohort, update, stream } = training;
  if (sharing.kind !== "additive") return;
  const { bits, overflow } = sharing;
  const two = { shares: 2, honest: 1 };
  const demand = { bits, dimension, members: cohort.most, ...two, clip: riders.jointClip, rho, overflow };
  const released = stream === undefined ? {} : { stream: streamGain(planOf(training, stream)) };
  if (!(overflowBound({ ...demand, ...released }, update.scale) <= overflow * NEARLY))
    fail(
      "manifest_refused",
      `sums of ${cohort.most} updates modulo 2^${bits} would wrap around more often than with probability ${overflow}`,
    );
}
