// An update as the integers that are masked and summed: clipped to its L2 bound, rotated, scaled, rounded within bounds that hold
// surely. The member's share of the noise is added to these, and then they are reduced.
import { rotate } from "../../math/rotation.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import type { MaskedScale } from "../plan/masked-scale.ts";
import { clipToNorm, roundWithin } from "./rounding.ts";

export interface UpdateBounds extends Pick<MaskedScale, "scale" | "bound" | "l2Squared"> {
  /** In model units. */
  readonly clip: number;
  /** Public, in the plan: the same for all members. */
  readonly rotationSeed: Uint8Array;
}

/**
 * @param update as many cells as the model has weights; what is not finite counts as 0
 * @returns integers, rotatedLength(update.length) of them, with ‖·‖² ≤ l2Squared and |·| ≤ bound
 */
export function maskedUpdate(update: ArrayLike<number>, bounds: UpdateBounds, entropy: AnyEntropy): number[] {
  const { clip, scale, rotationSeed } = bounds;
  const rotated = rotate(clipToNorm(update, clip), rotationSeed);
  for (let i = 0; i < rotated.length; i++) rotated[i] = (rotated[i] as number) * scale;
  return roundWithin(bounds, rotated, entropy);
}
