// The geometric law with success ratio exp(-s/t): P(k) = (1 - e^(-s/t)) e^(-ks/t), k = 0, 1, 2, …
// Canonne, Kamath, Steinke 2020, Algorithm 2: a value of the finer law exp(-1/t), divided by s.
import { invariant } from "../../base/errors.ts";
import { bernoulliExp, bernoulliExpBig } from "./bernoulli.ts";
import type { BitSource } from "./bit-source.ts";

/** s and t up to here keep v·t + u, with v below runMax, an exact integer in a double. */
export const smallScaleMax = 2 ** 43;

/** A run of this many exp(-1) coins has probability e^-1024: the entropy is broken, not unlucky. */
const runMax = 1024;

/** Both s and t between 1 and 2^43. */
export function geometricExp(bits: BitSource, s: number, t: number): number {
  let u = 0;
  do u = bits.below(t);
  while (!bernoulliExp(bits, u, t));
  return Math.floor((exponentialWhole(bits) * t + u) / s);
}

/** `geometricExp` for positive integers of any size. */
export function geometricExpBig(bits: BitSource, s: bigint, t: bigint): bigint {
  let u = 0n;
  do u = bits.belowBig(t);
  while (!bernoulliExpBig(bits, u, t));
  return (BigInt(exponentialWhole(bits)) * t + u) / s;
}

/** Number of exp(-1) coins before the first failure. */
function exponentialWhole(bits: BitSource): number {
  let v = 0;
  while (bernoulliExp(bits, 1, 1)) {
    v++;
    invariant(v < runMax, "the entropy source does not look random: an impossible run of coins");
  }
  return v;
}
