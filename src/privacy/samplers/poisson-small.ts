// Poisson draws for a mean of at most 64, by exact inversion: F(k) = e^-λ Σ λ^i/i! in integers rounded outwards.
import { type Bounds, expMinusBounds } from "../accounting/exp-bounds.ts";
import type { BitSource } from "./bit-source.ts";
import { type Cumulative, inversionSampler } from "./inversion.ts";

export const smallMeanMax = 64n;

/** The mean is num/den, 0 ≤ num ≤ 64·den. */
export function smallPoissonSampler(num: bigint, den: bigint, wordBytes = 4): (bits: BitSource) => number {
  return num === 0n ? () => 0 : inversionSampler(poissonCumulative(num, den), wordBytes);
}

/** Rounding errors grow by at most the factor e^λ < 2^96 along the recurrence. */
const guard = 128n;

function poissonCumulative(num: bigint, den: bigint): Cumulative {
  return function* (bits): Generator<Bounds> {
    const first = expMinusBounds(num, den, bits + guard);
    let [termLow, termHigh, low, high] = [first.lower, first.upper, first.lower, first.upper];
    for (let k = 1n; ; k++) {
      yield { lower: low >> guard, upper: (high >> guard) + 1n };
      termLow = (termLow * num) / (den * k);
      termHigh = (termHigh * num) / (den * k) + 1n;
      low += termLow;
      high += termHigh;
    }
  };
}
