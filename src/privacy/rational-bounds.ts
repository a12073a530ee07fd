// Doubles on a known side of a fraction: apart from the fractions themselves, which every device loads.
import { type Rational, toNumber } from "./rational.ts";

/** A double that is not below `value` > 0, at most a few units in the last place above it. */
export function numberAbove(value: Rational): number {
  let out = toNumber(value);
  while (compare(out, value) < 0n) out *= 1 + 2 ** -52;
  return out;
}

/** A double that is not above `value` > 0, at most a few units in the last place below it. */
export function numberBelow(value: Rational): number {
  let out = toNumber(value);
  while (compare(out, value) > 0n) out *= 1 - 2 ** -53;
  return out;
}

/** The sign of number - value, exactly. Both parts are below 2^128, so 2^256·number is an integer. */
function compare(number: number, value: Rational): bigint {
  return BigInt(number * 2 ** 256) * value.den - (value.num << 256n);
}
