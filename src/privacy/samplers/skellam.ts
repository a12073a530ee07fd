// Skellam noise: the difference of two independent Poisson draws of mean μ/2; variance μ, a fraction. Closed under
// addition (Skellam 1946; Agarwal, Kairouz, Liu 2021). A mean above 64 is split into a whole part of at least 64 and
// the rest, as independent Poisson draws add to one.
import { fail } from "../../base/errors.ts";
import type { Rational } from "../rational.ts";
import type { BitSource } from "./bit-source.ts";
import { smallMeanMax, smallPoissonSampler } from "./poisson-small.ts";
import { widePoissonSampler } from "./poisson-wide.ts";

/** @throws PacelineError invalid_argument when μ is not positive. */
export function skellamSampler(mu: Rational, wordBytes = 4): (bits: BitSource) => bigint {
  if (mu.num <= 0n) fail("invalid_argument", "a Skellam variance must be a fraction above 0");
  const [num, den] = [mu.num, 2n * mu.den];
  if (num <= smallMeanMax * den) {
    const small = smallPoissonSampler(num, den, wordBytes);
    return (bits) => BigInt(small(bits) - small(bits));
  }
  const wide = widePoissonSampler(num / den, wordBytes);
  const rest = smallPoissonSampler(num % den, den, wordBytes);
  return (bits) => wide(bits) - wide(bits) + BigInt(rest(bits) - rest(bits));
}
