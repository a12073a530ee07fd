// From updates to their mean through masked sums' integers: scales whose overflow is proved, and an error close to the central
// Gaussian's. test/long/learning measures the error to 2 %.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskedUpdate } from "../../src/learning/device/masked-update.ts";
import { type MaskedScaleDemand, maskedScale, overflowBound } from "../../src/learning/plan/masked-scale.ts";
import { maskedMean } from "../../src/learning/server/masked-mean.ts";
import { rotatedLength } from "../../src/math/rotation.ts";
import { fromWords } from "../../src/math/words.ts";
import { seededEntropy } from "../privacy/entropy.ts";
import { meanEstimation, sumOfUpdates } from "./mean-estimation.ts";

const demand: MaskedScaleDemand = {
  ...{ bits: 16, dimension: 1024, members: 100, honest: 100, clip: 1, rho: 0.5, overflow: 2 ** -20 },
};

describe("the scale", () => {
  const demands = fc.record({
    bits: fc.constantFrom(12, 16, 20, 32),
    dimension: fc.integer({ min: 0, max: 16 }).map((log) => 2 ** log),
    members: fc.integer({ min: 1, max: 1000 }),
    honest: fc.double({ min: 0.2, max: 1, noNaN: true }),
    clip: fc.double({ min: 0.001, max: 100, noNaN: true }),
    rho: fc.double({ min: 0.01, max: 10, noNaN: true }),
    overflow: fc.integer({ min: 4, max: 40 }).map((bits) => 2 ** -bits),
  });

  test("is the finest that serves: within the demand, and one per cent finer is not", () => {
    let found = 0;
    fc.assert(
      fc.property(demands, ({ honest, ...rest }) => {
        const one = { ...rest, honest: Math.max(1, Math.floor(honest * rest.members)) };
        let chosen: ReturnType<typeof maskedScale>;
        try {
          chosen = maskedScale(one);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_argument" });
          expect(overflowBound(one, 1 / one.clip)).toBeGreaterThan(one.overflow);
          return;
        }
        found++;
        expect(chosen.overflow).toBeLessThanOrEqual(one.overflow);
        const finest = chosen.scale * one.clip > 0.99 * 2 ** 25;
        if (!finest) expect(overflowBound(one, chosen.scale * 1.01)).toBeGreaterThan(one.overflow);
        expect(chosen.l2Squared).toBeGreaterThanOrEqual(Math.floor((one.clip * chosen.scale) ** 2));
        expect(chosen.variance).toBeGreaterThanOrEqual(chosen.l2Squared / (2 * one.rho));
        expect(chosen.l1).toBeGreaterThanOrEqual(Math.sqrt(chosen.l2Squared));
      }),
      { numRuns: 200 },
    );
    expect(found).toBeGreaterThan(50);
  });

  test("is the published one with the bound's k, but for the room that rounding takes", () => {
    const { scale, variance } = maskedScale(demand);
    const { bits, members: n, dimension: d, clip: c, overflow } = demand;
    const k = Math.sqrt(2 * Math.log((2 * d) / overflow));
    // heuristic_scale_factor of google-research/federated, of the noise that each member adds.
    const local = Math.sqrt(variance / n) / scale;
    const published =
      Math.sqrt(2 ** (2 * bits) - n * k ** 2) / (2 * k * Math.sqrt((c ** 2 * n ** 2) / d + n * local ** 2));
    expect(scale / published).toBeGreaterThan(0.99);
    expect(scale / published).toBeLessThan(1);
  });

  test.each([
    ["7 bits", { bits: 7 }],
    ["half a bit", { bits: 16.5 }],
    ["a dimension that is no power of two", { dimension: 1000 }],
    ["nobody", { members: 0 }],
    ["more honest ones than members", { honest: 101 }],
    ["no clip", { clip: 0 }],
    ["a clip that is no number", { clip: Number.NaN }],
    ["no privacy cost", { rho: 0 }],
    ["a certain overflow", { overflow: 1 }],
    ["more members than the modulus has room for", { members: 40_000, honest: 40_000 }],
    ["so much noise that it fills the modulus", { rho: 1e-9 }],
  ])("%s is refused", (_, change) => {
    expect(() => maskedScale({ ...demand, ...change })).toThrowError(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  test("wrap-arounds are no more frequent than what is stated of them", () => {
    // All members send the same vector, the worst there is, under an overflow that can be seen.
    const small = { ...demand, bits: 12, dimension: 16, members: 20, honest: 20, overflow: 0.3 };
    const chosen = maskedScale(small);
    const runs = 400;
    let wrapped = 0;
    for (let run = 0; run < runs; run++) {
      const update = new Array<number>(16).fill(0.25);
      const entropy = seededEntropy(`wrap ${run}`);
      const { plain } = sumOfUpdates(small, chosen, () => update, entropy, Uint8Array.of(run, run >> 8));
      if (plain.some((cell) => cell < -(2 ** 11) || cell >= 2 ** 11)) wrapped++;
    }
    expect(wrapped / runs).toBeLessThanOrEqual(small.overflow);
  });
});

describe("an update's integers", () => {
  const bounds = { ...maskedScale(demand), clip: demand.clip, rotationSeed: Uint8Array.of(3) };

  test("stay within the bounds, whatever the update", () => {
    const anything = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e300, -1e-300, 0));
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 50 }), fc.string(), (update, seed) => {
        const integers = maskedUpdate(update, bounds, seededEntropy(seed));
        expect(integers).toHaveLength(rotatedLength(update.length));
        expect(integers.every(Number.isInteger)).toBe(true);
        expect(integers.reduce((sum, x) => sum + x * x, 0)).toBeLessThanOrEqual(bounds.l2Squared);
      }),
      { numRuns: 100 },
    );
  });

  test("without noise a sum of one is the update, to the rounding", () => {
    const update = Array.from({ length: 700 }, (_, i) => Math.sin(i) / 40);
    const integers = maskedUpdate(update, bounds, seededEntropy("one"));
    const mean = maskedMean(integers.map(BigInt), {
      scale: bounds.scale,
      rotationSeed: bounds.rotationSeed,
      length: 700,
      denominator: 1,
    });
    expect(mean).toHaveLength(700);
    for (const [i, x] of update.entries()) expect(Math.abs((mean[i] as number) - x)).toBeLessThan(4 / bounds.scale);
  });

  test("a mean needs a scale, a denominator, and as many cells as were rotated", () => {
    const terms = { scale: 1, rotationSeed: Uint8Array.of(1), length: 4, denominator: 1 };
    for (const change of [{ scale: 0 }, { denominator: 0 }, { length: 5 }, { scale: Number.NaN }])
      expect(() => maskedMean([0n, 0n, 0n, 0n], { ...terms, ...change })).toThrowError(
        expect.objectContaining({ code: "invalid_argument" }),
      );
  });
});

test("16-bit sums: the mean's error is the central Gaussian's", () => {
  const { ratio, standardError, bits } = meanEstimation({ demand, trials: 3, seed: "short" });
  expect(bits).toBe(16);
  expect(standardError).toBeLessThan(0.015);
  expect(Math.abs(ratio - 1)).toBeLessThan(0.02 + 3 * standardError);
});

test("the masked words are the plain sum's", () => {
  const chosen = maskedScale(demand);
  const { plain, words } = sumOfUpdates(
    demand,
    chosen,
    (i) => new Array<number>(900).fill(i / 5000),
    seededEntropy("words"),
    Uint8Array.of(1),
  );
  expect(fromWords(words, 16)).toEqual(plain.map((cell) => BigInt.asIntN(16, BigInt(cell))));
});
