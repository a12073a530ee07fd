import { describe, expect, test } from "vitest";
import { distributionOf } from "../../../src/privacy/distributions/noise-law.ts";
import { rational } from "../../../src/privacy/rational.ts";
import type { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { rarityBounds } from "../../../src/privacy/samplers/poisson-ratio.ts";
import { smallPoissonSampler } from "../../../src/privacy/samplers/poisson-small.ts";
import { acceptance } from "../../../src/privacy/samplers/poisson-wide.ts";
import { skellamSampler } from "../../../src/privacy/samplers/skellam.ts";
import { contradiction, enumerateTree } from "../bit-tree.ts";
import { lawWith, samplerOf } from "./goodness.ts";

const rounding = 1e-13;

describe("every path of the bit tree", () => {
  test.each([
    ["discrete-laplace", "1/3", 0.2],
    ["discrete-laplace", "2", 0.45],
    ["discrete-gaussian", "1/4", 0.45],
    ["discrete-gaussian", "1", 0.6],
  ] as const)("%s, parameter %s", (mechanism, parameter, undecided) => {
    const law = lawWith(mechanism, parameter);
    const tree = enumerateTree(samplerOf(law), 2);
    expect(contradiction(tree, (x) => distributionOf(law).pmf(Number(x)))).toBeLessThan(rounding);
    expect(tree.open).toBeLessThan(undecided);
    // the bounds are tight enough to tell another parameter
    const other = distributionOf(lawWith(mechanism, "100"));
    expect(contradiction(tree, (x) => other.pmf(Number(x)))).toBeGreaterThan(0.05);
  });

  test.each(["1/5", "2"])("skellam, parameter %s, words of one byte", (parameter) => {
    const law = lawWith("skellam", parameter);
    const sample = skellamSampler(rational(...(parameter.split("/").map(BigInt) as [bigint, bigint?])), 1);
    const tree = enumerateTree(sample, 2);
    expect(contradiction(tree, (x) => distributionOf(law).pmf(Number(x)))).toBeLessThan(rounding);
    expect(tree.open).toBeLessThan(0.1);
    const near = distributionOf(lawWith("skellam", parameter === "2" ? "3" : "1/2"));
    expect(contradiction(tree, (x) => near.pmf(Number(x)))).toBeGreaterThan(0.02);
  });

  test.each([
    [1n, 10n ** 9n, 3],
    [1n, 2n, 3],
    [5n, 2n, 3],
    [64n, 1n, 2],
  ])("Poisson of mean %i/%i, words of one byte", (num, den, depth) => {
    const mean = Number(num) / Number(den);
    const tree = enumerateTree(smallPoissonSampler(num, den, 1), depth);
    const pmf = (k: number): number => {
      let log = -mean;
      for (let i = 1; i <= k; i++) log += Math.log(mean / i);
      return Math.exp(log);
    };
    expect(contradiction(tree, pmf)).toBeLessThan(rounding);
    expect(tree.open).toBeLessThan(depth === 3 ? 3e-4 : 0.01);
  });

  test.each([64n, 65n, 1000n, 10n ** 6n, 10n ** 20n])("acceptance of a proposal for the mean %i", (mean) => {
    const accepted = acceptance(mean, 1);
    const t = BigInt(Math.ceil(Math.sqrt(Number(mean))));
    for (const share of [-8n, -4n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n, 8n]) {
      const j = (share * t) / 2n;
      const distance = j < 0n ? -j : j;
      const { lower } = rarityBounds(mean, j, t + 2n - 2n * distance, 2n * t, 80n);
      const exact = Number(lower) / 2 ** 80;
      expect(exact).toBeLessThanOrEqual(1);
      const tree = enumerateTree((bits: BitSource) => accepted(bits, j), 2);
      expect(contradiction(tree, (yes) => (yes ? exact : 1 - exact))).toBeLessThan(1e-13);
      expect(tree.open).toBeLessThan(2 ** -12);
    }
    expect(enumerateTree((bits: BitSource) => accepted(bits, -mean - 1n), 1).weights.get(false)).toBe(1);
  });
});
