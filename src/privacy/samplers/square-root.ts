// Whole square roots of integers of any size.

/** ⌊√value⌋ by Newton's method from above, value ≥ 0. */
export function floorSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** ⌈√value⌉, value ≥ 1. */
export function ceilSquareRoot(value: bigint): bigint {
  return floorSquareRoot(value - 1n) + 1n;
}
