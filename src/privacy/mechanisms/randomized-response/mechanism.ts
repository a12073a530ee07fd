// k-randomised response: with probability γ a uniform value, else the true one. Theorem and proof: PROOF.md.
import { fail } from "../../../base/errors.ts";
import type { AnyEntropy } from "../../../ports/entropy.ts";
import type { RandomizedResponseEvent } from "../../accounting/algebra/types.ts";
import { expMinusBounds } from "../../accounting/exp-bounds.ts";
import { type Rational, rational, toNumber } from "../../rational.ts";
import { numberBelow } from "../../rational-bounds.ts";
import { BitSource } from "../../samplers/bit-source.ts";
import { respond } from "../../samplers/response.ts";

/** Two records that differ in their value, or a record against none, for which a uniform value is reported. */
export type ResponseRelation = "replace-one" | "zero-out";

export interface RandomizedResponse<N extends ResponseRelation> {
  readonly event: RandomizedResponseEvent;
  readonly neighbouring: N;
  readonly trust: "device-only";
  /** How often a report is the true value, and how often each of the others. */
  readonly truth: Rational;
  readonly other: Rational;
  /** Replace-one: ln(truth/other). Zero-out: the larger of ln(truth/even) and ln(even/other), even = 1/buckets. Rounded up. */
  readonly epsilon: number;
  /** The report for `value`, both 0 … buckets-1. Under zero-out, undefined stands for the null contribution. */
  respond(entropy: AnyEntropy, value: N extends "zero-out" ? number | undefined : number): number;
}

const bucketsMax = 2 ** 31;

/**
 * With γ itself (`uniform`), or with the least γ of a fine grid whose loss is at most `epsilon`.
 * @throws PacelineError invalid_argument unless 2 ≤ buckets ≤ 2^31, 0 < γ ≤ 1, 0 < epsilon ≤ 32.
 */
export function randomizedResponse<N extends ResponseRelation>(
  parameters: { readonly buckets: number; readonly neighbouring: N } & (
    | { readonly uniform: Rational }
    | { readonly epsilon: Rational }
  ),
): RandomizedResponse<N> {
  const { buckets, neighbouring } = parameters;
  if (!(Number.isInteger(buckets) && buckets >= 2 && buckets <= bucketsMax))
    fail("invalid_argument", `buckets must be a whole number between 2 and ${bucketsMax}`);
  if (!(["replace-one", "zero-out"] as readonly string[]).includes(neighbouring))
    fail("unsupported", "randomised response is defined under replace-one and zero-out only");
  const k = BigInt(buckets);
  const uniform =
    "uniform" in parameters ? parameters.uniform : uniformFor(parameters.epsilon, k, neighbouring === "zero-out");
  if (uniform.num <= 0n || uniform.num > uniform.den)
    fail("invalid_argument", "the probability of a uniform report must be a fraction above 0 and at most 1");
  const truth = rational(k * (uniform.den - uniform.num) + uniform.num, uniform.den * k);
  const other = rational(uniform.num, uniform.den * k);
  const even = rational(1n, k);
  return {
    event: { mechanism: "randomized-response", probability: numberBelow(uniform), buckets },
    neighbouring,
    trust: "device-only",
    truth,
    other,
    epsilon:
      neighbouring === "replace-one"
        ? logRatioAbove(truth, other)
        : Math.max(logRatioAbove(truth, even), logRatioAbove(even, other)),
    respond: (entropy, value) => {
      const none = value === undefined && neighbouring === "zero-out";
      if (!none && !(typeof value === "number" && Number.isInteger(value) && value >= 0 && value < buckets))
        return fail("invalid_argument", `the value must be a whole number between 0 and ${buckets - 1}`);
      const bits = new BitSource(entropy, 16);
      return none ? bits.below(buckets) : respond(bits, uniform, buckets, value as number);
    },
  };
}

/**
 * The least γ of a fine grid. With a ≥ e^-ε, replace-one: ka/(1 + (k-1)a); zero-out: the larger of a and
 * (k - 1/a)/(k - 1). All of them grow with a.
 */
function uniformFor(epsilon: Rational, k: bigint, zeroOut: boolean): Rational {
  if (epsilon.num <= 0n || epsilon.num > 32n * epsilon.den)
    fail("invalid_argument", "epsilon must be a fraction above 0 and at most 32");
  const one = 1n << 96n;
  const { upper } = expMinusBounds(epsilon.num, epsilon.den, 96n);
  if (upper >= one) return rational(1n);
  if (!zeroOut) return rational(k * upper, one + (k - 1n) * upper);
  const [top, bottom] = [k * upper - one, (k - 1n) * upper];
  return top * one > upper * bottom ? rational(top, bottom) : rational(upper, one);
}

/** A double not below ln(a/b), a ≥ b, checked in integers: e^-loss must not be above b/a. */
function logRatioAbove(a: Rational, b: Rational): number {
  const [large, small] = [a.num * b.den, b.num * a.den];
  if (large === small) return 0;
  // ln(1 + x) ≤ x, all but equal here; the grid of 2^-256 below would be too coarse.
  if (large - small < small >> 60n) return toNumber({ num: large - small, den: small }) * (1 + 2 ** -51);
  const bits = 320n;
  for (let loss = Math.log1p(toNumber({ num: large - small, den: small })); ; loss *= 1 + 2 ** -52) {
    const { upper } = expMinusBounds(BigInt(loss * 2 ** 256), 1n << 256n, bits);
    if (upper * large <= small << bits) return loss;
  }
}
