// Coins with probability n/d and exp(-n/d), exact. Integers below 2^52 are held in doubles, where doubling, subtracting
// and comparing them are exact; larger ones take the BigInt twin, which follows the same law.
import { invariant } from "../../base/errors.ts";
import type { BitSource } from "./bit-source.ts";

/** Integers up to here can be doubled inside a double without rounding. */
export const smallMax = 2 ** 52;

/** So many successes in a row have probability 1/1024! or less: the entropy is broken, not unlucky. */
const runMax = 1024;

const brokenEntropy = "the entropy source does not look random: an impossible run of coins";

/**
 * True with probability n/d, 0 ≤ n ≤ d ≤ 2^52. Compares the binary digits of n/d with fair bits until they differ:
 * a uniform real below n/d, read only as far as needed (two bits on average).
 */
export function bernoulli(bits: BitSource, n: number, d: number): boolean {
  if (n >= d) return true;
  let rest = n;
  while (rest !== 0) {
    rest *= 2;
    if (rest >= d) {
      if (bits.bit() === 0) return true;
      rest -= d;
    } else if (bits.bit() === 1) return false;
  }
  return false;
}

/** `bernoulli` for integers of any size. */
export function bernoulliBig(bits: BitSource, n: bigint, d: bigint): boolean {
  if (d <= BigInt(smallMax)) return bernoulli(bits, Number(n), Number(d));
  return bits.belowBig(d) < n;
}

/**
 * True with probability exp(-n/d), n ≥ 0, d ≥ 1, both at most 2^52. Canonne, Kamath, Steinke 2020, Algorithm 1:
 * ⌊n/d⌋ coins of exp(-1), then one of the fraction that is left.
 */
export function bernoulliExp(bits: BitSource, n: number, d: number): boolean {
  let left = n;
  while (left > d) {
    if (!bernoulliExpUnit(bits, 1, 1)) return false;
    left -= d;
  }
  return bernoulliExpUnit(bits, left, d);
}

/** `bernoulliExp` for integers of any size. */
export function bernoulliExpBig(bits: BitSource, n: bigint, d: bigint): boolean {
  let left = n;
  while (left > d) {
    if (!bernoulliExpUnit(bits, 1, 1)) return false;
    left -= d;
  }
  if (d <= BigInt(smallMax)) return bernoulliExpUnit(bits, Number(left), Number(d));
  let k = 1n;
  while (bernoulliBig(bits, left, d * k)) {
    k++;
    invariant(k <= runMax, brokenEntropy);
  }
  return (k & 1n) === 1n;
}

/** exp(-x) for x = n/d ≤ 1: the first failure among coins x/1, x/2, x/3, … falls on an odd place. */
function bernoulliExpUnit(bits: BitSource, n: number, d: number): boolean {
  let k = 1;
  for (;;) {
    const denominator = d * k;
    const success =
      denominator <= smallMax ? bernoulli(bits, n, denominator) : bernoulliBig(bits, BigInt(n), BigInt(d) * BigInt(k));
    if (!success) return (k & 1) === 1;
    k++;
    invariant(k <= runMax, brokenEntropy);
  }
}
