import { describe, expect, test } from "vitest";
import { bernoulli, bernoulliBig, bernoulliExp, bernoulliExpBig } from "../../../src/privacy/samplers/bernoulli.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { geometricExp, geometricExpBig } from "../../../src/privacy/samplers/geometric.ts";
import { seededEntropy, TapeEnded, tape } from "../entropy.ts";

/** Sum of probabilities of all byte strings up to `depth` bytes that make `run` answer yes, and of those undecided. */
function enumerate(run: (bits: BitSource) => boolean, depth: number): { yes: number; open: number } {
  let [yes, open] = [0, 0];
  const visit = (prefix: number[]): void => {
    try {
      if (run(new BitSource(tape(prefix), 1))) yes += 256 ** -prefix.length;
    } catch (error) {
      if (!(error instanceof TapeEnded)) throw error;
      if (prefix.length === depth) open += 256 ** -depth;
      else for (let byte = 0; byte < 256; byte++) visit([...prefix, byte]);
    }
  };
  visit([]);
  return { yes, open };
}

describe("every path of the bit tree", () => {
  test.each([
    [1, 2],
    [1, 3],
    [2, 7],
    [255, 256],
    [5, 6],
    [0, 3],
    [3, 3],
  ])("bernoulli %i/%i", (n, d) => {
    const { yes, open } = enumerate((bits) => bernoulli(bits, n, d), 2);
    expect(yes).toBeLessThanOrEqual(n / d);
    expect(yes + open).toBeGreaterThanOrEqual(n / d);
    expect(open).toBeLessThanOrEqual(2 ** -15);
  });

  test.each([
    [0, 1],
    [1, 10],
    [1, 2],
    [1, 1],
    [3, 2],
    [7, 3],
    [10, 1],
  ])("bernoulliExp %i/%i, both paths", (n, d) => {
    const exact = Math.exp(-n / d);
    for (const run of [
      (bits: BitSource) => bernoulliExp(bits, n, d),
      (bits: BitSource) => bernoulliExpBig(bits, BigInt(n), BigInt(d)),
    ]) {
      const { yes, open } = enumerate(run, 2);
      expect(yes).toBeLessThanOrEqual(exact + 1e-15);
      expect(yes + open).toBeGreaterThanOrEqual(exact - 1e-15);
      expect(open).toBeLessThan(0.02);
    }
  });

  test.each([1, 2, 3, 5, 6, 8, 200])("uniform below %i", (bound) => {
    for (let value = 0; value < bound; value++) {
      const small = enumerate((bits) => bits.below(bound) === value, 1);
      const big = enumerate((bits) => bits.belowBig(BigInt(bound)) === BigInt(value), 1);
      expect(small.yes).toBeLessThanOrEqual(1 / bound);
      expect(small.yes + small.open).toBeGreaterThanOrEqual(1 / bound);
      expect(big.yes).toBeLessThanOrEqual(1 / bound);
      expect(big.yes + big.open).toBeGreaterThanOrEqual(1 / bound);
    }
  });

  test.each([
    [1, 1],
    [2, 3],
    [5, 1],
  ])("geometric with exp(-%i/%i)", (s, t) => {
    for (let value = 0; value < 3; value++) {
      const exact = -Math.expm1(-s / t) * Math.exp((-value * s) / t);
      for (const run of [
        (bits: BitSource) => geometricExp(bits, s, t) === value,
        (bits: BitSource) => geometricExpBig(bits, BigInt(s), BigInt(t)) === BigInt(value),
      ]) {
        const { yes, open } = enumerate(run, 2);
        expect(yes).toBeLessThanOrEqual(exact + 1e-15);
        expect(yes + open).toBeGreaterThanOrEqual(exact - 1e-15);
        expect(open).toBeLessThan(0.4);
      }
    }
  });
});

test("fractions too large for a double follow the same law", () => {
  const bits = new BitSource(seededEntropy("wide"));
  const wide = 10n ** 30n;
  let [plain, exponential] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    if (bernoulliBig(bits, wide / 3n, wide)) plain++;
    if (bernoulliExpBig(bits, (3n * wide) / 2n, wide)) exponential++;
  }
  expect(Math.abs(plain / 20_000 - 1 / 3)).toBeLessThan(0.016);
  expect(Math.abs(exponential / 20_000 - Math.exp(-1.5))).toBeLessThan(0.014);
});

test("uniform below 2^40 + 1 covers its range", () => {
  const bits = new BitSource(seededEntropy("below"));
  const bound = 2 ** 40 + 1;
  let mean = 0;
  for (let i = 0; i < 20_000; i++) {
    const value = bits.below(bound);
    expect(value).toBeLessThan(bound);
    mean += value / bound / 20_000;
  }
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
});

test("an entropy port that gives too little, or a stuck one, is an error and no endless loop", () => {
  const short = new BitSource({ kind: "seeded", bytes: () => new Uint8Array(3) });
  expect(() => short.bit()).toThrow(/3 bytes where 1024/);
  const stuck = new BitSource({ kind: "seeded", bytes: (length) => new Uint8Array(length) });
  expect(() => geometricExp(stuck, 1, 1)).toThrow(/does not look random/);
  expect(() => bernoulliExpBig(stuck, 10n ** 30n, 10n ** 30n)).toThrow(/does not look random/);
  expect(() => new BitSource(seededEntropy("x"), 0)).toThrow(/between 1 and 65536/);
});
