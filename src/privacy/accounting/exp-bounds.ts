// Rigorous bounds of exp(-x) for a fraction x, in fixed-point integers with every rounding directed outwards.

/** lower ≤ exp(-x) · 2^bits ≤ upper. */
export interface Bounds {
  readonly lower: bigint;
  readonly upper: bigint;
}

/**
 * Bounds exp(-num/den), 0 ≤ num/den ≤ 128, with `bits` fractional bits. The argument is halved until it is at most
 * 1/2, e^r summed with its remainder below twice the next term, inverted, and squared back.
 */
export function expMinusBounds(num: bigint, den: bigint, bits: bigint): Bounds {
  let halvings = 0n;
  while (2n * num > den << halvings) halvings++;
  const one = 1n << bits;
  const divisor = den << halvings;
  let [termLow, termHigh, sumLow, sumHigh] = [one, one, one, one];
  for (let k = 1n; termHigh > 1n; k++) {
    termLow = (termLow * num) / (divisor * k);
    termHigh = divideUp(termHigh * num, divisor * k);
    sumLow += termLow;
    sumHigh += termHigh;
  }
  sumHigh += 2n * termHigh;
  let lower = (one * one) / sumHigh;
  let upper = divideUp(one * one, sumLow);
  for (let i = 0n; i < halvings; i++) {
    lower = (lower * lower) >> bits;
    upper = divideUp(upper * upper, one);
  }
  return { lower, upper };
}

/** ⌈num/den⌉ for a non-negative num. */
function divideUp(num: bigint, den: bigint): bigint {
  return (num + den - 1n) / den;
}
