// Exact fractions: everything that decides noise or a debit is an integer or one of these, never a float.
import { fail } from "../base/errors.ts";

/** A fraction in lowest terms with a positive denominator; `rational` is the only maker. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** Both parts of a fraction stay below 2^128: far above any use, and no hostile manifest can ask for more work. */
const partMax = 1n << 128n;

/**
 * The fraction num/den in lowest terms.
 * @throws PacelineError invalid_argument when den is not positive or a part needs more than 128 bits.
 */
export function rational(num: bigint, den = 1n): Rational {
  if (typeof num !== "bigint" || typeof den !== "bigint")
    fail("invalid_argument", "a fraction's numerator and denominator must be bigint integers, such as 7n");
  if (den <= 0n) fail("invalid_argument", "a fraction's denominator must be positive");
  const divisor = greatestCommonDivisor(num < 0n ? -num : num, den);
  const reduced = { num: num / divisor, den: den / divisor };
  if (reduced.num >= partMax || reduced.num <= -partMax || reduced.den >= partMax)
    fail("invalid_argument", "a fraction's numerator and denominator must stay below 2^128");
  return reduced;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** One text for one fraction: "7/5", "3". */
export function formatRational(value: Rational): string {
  return value.den === 1n ? `${value.num}` : `${value.num}/${value.den}`;
}

/**
 * Reads what formatRational wrote and nothing else, so that equal fractions have equal bytes.
 * @throws PacelineError invalid_message naming `what`.
 */
export function parseRational(text: unknown, what: string): Rational {
  if (typeof text === "string" && text.length <= 80) {
    const match = /^(-?\d+)(?:\/(\d+))?$/.exec(text);
    const den = BigInt(match?.[2] ?? "1");
    if (match !== null && den > 0n) {
      const value = rational(BigInt(match[1] as string), den);
      if (formatRational(value) === text) return value;
    }
  }
  return fail("invalid_message", `${what} is not a fraction in lowest terms such as "7/5" or "3"`);
}

/** The nearest double: for display and interval estimates only. */
export function toNumber(value: Rational): number {
  const shift = BigInt(Math.max(0, value.den.toString(2).length - value.num.toString(2).length + 64));
  return Number((value.num << shift) / value.den) / 2 ** Number(shift);
}
