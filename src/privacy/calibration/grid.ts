// Fractions near a float, on a stated side of it: what a search finds becomes a parameter of exact noise.
import { type Rational, rational } from "../rational.ts";

/** Significant bits of a rounded parameter: it is off by at most 2^-14 relative. */
const bits = 15;

/** The largest fraction k·2^j with 15 significant bits that is not above `value`, a float above 0. */
export function dyadicBelow(value: number): Rational {
  return dyadic(value, Math.floor);
}

/** The smallest such fraction that is not below `value`. */
export function dyadicAbove(value: number): Rational {
  return dyadic(value, Math.ceil);
}

function dyadic(value: number, round: (value: number) => number): Rational {
  const shift = bits - 1 - Math.floor(Math.log2(value));
  // Scaling by a power of two is exact.
  const whole = BigInt(round(value * 2 ** shift));
  return shift >= 0 ? rational(whole, 1n << BigInt(shift)) : rational(whole << BigInt(-shift));
}
