// What a closed round's release holds for its training, of either trust mode.
import { checkMasked } from "../../learning/masked/check.ts";
import { noiseSdOf } from "../../learning/masked/release.ts";
import { decodeManifest } from "../../task/manifest.ts";
import { decodeMaskedManifest, isMasked } from "../../task/masked/manifest.ts";
import { decodeMaskedRelease } from "../../task/masked/release.ts";
import { decodeRelease } from "../../task/release.ts";

export interface Released {
  /** One integer a cell. */
  readonly values: readonly number[];
  /** Of the noise in one of them, in integer units squared; of a masked round, the most that it is. */
  readonly variance: number;
}

/** @param manifest the exact bytes that were signed */
export function releasedOf(manifest: Uint8Array, release: Uint8Array): Released {
  if (isMasked(manifest)) {
    const { training, sigmaSquared } = checkMasked(decodeMaskedManifest(manifest));
    const { values, members } = decodeMaskedRelease(release);
    return { values, variance: noiseSdOf(training.sharing, sigmaSquared, members.joined).most ** 2 };
  }
  const { noise } = decodeManifest(manifest);
  const { values } = decodeRelease(release);
  return { values, variance: noise.mechanism === "discrete-gaussian" ? 2 * fraction(noise.sigmaSquared) : 0 };
}

function fraction(text: string): number {
  const [num = "0", den = "1"] = text.split("/");
  return Number(num) / Number(den);
}
