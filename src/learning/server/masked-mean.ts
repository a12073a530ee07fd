// From an unmasked sum to the mean update: centred, scaled back, rotated back, over a denominator that the plan fixed.
import { fail } from "../../base/errors.ts";
import { rotateBack } from "../../math/rotation.ts";

export interface MeanTerms {
  readonly scale: number;
  readonly rotationSeed: Uint8Array;
  /** Cells of the model. */
  readonly length: number;
  /** Public and fixed in advance: the mean does not tell how many took part. */
  readonly denominator: number;
}

/** @param sum centred, one integer a rotated cell, or what a stream's decoding makes of it. @returns `length` cells in model units */
export function maskedMean(sum: readonly bigint[] | Float64Array, terms: MeanTerms): Float64Array {
  const { scale, rotationSeed, length, denominator } = terms;
  if (!(scale > 0 && denominator > 0)) fail("invalid_argument", "a mean needs a scale and a denominator above 0");
  const step = 1 / (scale * denominator);
  return rotateBack(
    Float64Array.from<bigint | number>(sum, (cell) => Number(cell) * step),
    rotationSeed,
    length,
  );
}
