// The integer bounds that clipping, scaling and conditional rounding guarantee.

/** What a rounded vector stays within. */
export interface RoundingBounds {
  /** Of every cell. */
  readonly bound: number;
  /** Of the squared L2 norm. */
  readonly l2Squared: number;
}

/**
 * The squared L2 norm a rounded update may have: Kairouz, Liu, Steinke 2021 (arXiv 2102.06387), section 4.1, with
 * β = e^(−1/2): min{ cs + √d, √(c²s² + d/4 + cs + √d/2) }². A device rounds again until it holds, so this is a
 * guarantee, not a probability.
 * @param norm c·s, of the vector before it is rounded
 */
export function roundingBounds(norm: number, length: number): RoundingBounds {
  const always = norm + Math.sqrt(length);
  const usual = Math.sqrt(norm * norm + length / 4 + norm + Math.sqrt(length) / 2);
  const l2Squared = Math.floor(Math.min(always, usual) ** 2);
  return { bound: Math.floor(Math.sqrt(l2Squared)), l2Squared };
}
