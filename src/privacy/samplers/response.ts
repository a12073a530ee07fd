// k-randomised response, exact: a fair choice among fractions.
import type { Rational } from "../rational.ts";
import { bernoulliBig } from "./bernoulli.ts";
import type { BitSource } from "./bit-source.ts";

/** With probability `uniform` any of 0 … buckets-1, else `value`. */
export function respond(bits: BitSource, uniform: Rational, buckets: number, value: number): number {
  return bernoulliBig(bits, uniform.num, uniform.den) ? bits.below(buckets) : value;
}
