import { describe, expect, test } from "vitest";
import { rational } from "../../../src/privacy/rational.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { discreteGaussianSampler } from "../../../src/privacy/samplers/discrete-gaussian.ts";
import { discreteLaplaceSampler, drawBig, drawSmall } from "../../../src/privacy/samplers/discrete-laplace.ts";
import { skellamSampler } from "../../../src/privacy/samplers/skellam.ts";
import { chiSquaredExcess } from "../chi-squared.ts";
import { seededEntropy } from "../entropy.ts";
import { repeat } from "./goodness.ts";

test("the integer path and the BigInt path read the same bits into the same draws", () => {
  const [a, b] = [new BitSource(seededEntropy("twin")), new BitSource(seededEntropy("twin"))];
  for (let i = 0; i < 5000; i++) expect(BigInt(drawSmall(a, 3, 8))).toBe(drawBig(b, 3n, 8n));
});

describe("the comparison itself can fail", () => {
  const pmf = (k: number): number => Math.tanh(0.5) * Math.exp(-Math.abs(k));
  test("a scale 3 % too small is caught", () => {
    const sample = discreteLaplaceSampler(rational(97n, 100n));
    expect(chiSquaredExcess(repeat(sample, "wrong", 100_000), 100_000, pmf)).toBeGreaterThan(0);
  });
  test("counting zero twice is caught", () => {
    const sample = discreteLaplaceSampler(rational(1n));
    const biased = (bits: BitSource): bigint => (bits.below(40) === 0 ? 0n : sample(bits));
    expect(chiSquaredExcess(repeat(biased, "wrong", 100_000), 100_000, pmf)).toBeGreaterThan(0);
  });
});

test("parameters outside their range are refused by name", () => {
  for (const bad of [0n, -1n]) {
    expect(() => discreteLaplaceSampler(rational(bad, 3n))).toThrow(/scale must be a fraction above 0/);
    expect(() => discreteGaussianSampler(rational(bad, 3n))).toThrow(/variance parameter must be a fraction above 0/);
    expect(() => skellamSampler(rational(bad, 3n))).toThrow(/Skellam variance must be a fraction above 0/);
  }
  expect(() => rational(1n, 0n)).toThrow(/denominator must be positive/);
  expect(() => rational(1n << 128n)).toThrow(/below 2\^128/);
});
