import { expect, test } from "vitest";
import { expMinusBounds } from "../../../src/privacy/accounting/exp-bounds.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { expMinus } from "../../../src/privacy/samplers/exp-bracket.ts";
import { logRarity, productBounds, rarityBounds, seriesBounds } from "../../../src/privacy/samplers/poisson-ratio.ts";
import { acceptance, widePoissonSampler } from "../../../src/privacy/samplers/poisson-wide.ts";
import { seededEntropy } from "../entropy.ts";

const bits = 160n;

/** -ln(value / 2^bits) to double precision. */
const logOf = (value: bigint): number => {
  const shift = BigInt(Math.max(0, value.toString(2).length - 60));
  return Number(bits - shift) * Math.LN2 - Math.log(Number(value >> shift));
};

test("the series and the product bound the same number, tightly", () => {
  for (const [m, j] of [
    [64n, 32n],
    [64n, -32n],
    [4097n, 1n],
    [4097n, -1n],
    [4097n, 700n],
    [4097n, -700n],
    [10n ** 6n, 5000n],
    [10n ** 6n, -5000n],
  ] as const)
    for (const num of [0n, 3n]) {
      const product = productBounds(m, j, num, 7n, bits);
      const series = seriesBounds(m, j, num, 7n, bits);
      expect(product.upper).toBeGreaterThanOrEqual(series.lower);
      expect(series.upper).toBeGreaterThanOrEqual(product.lower);
      for (const { lower, upper } of [product, series]) {
        expect(upper).toBeGreaterThanOrEqual(lower);
        expect(upper - lower).toBeLessThan(1n << 20n);
      }
    }
});

test("a factor above 1 beside the product", () => {
  const { lower, upper } = productBounds(64n, 20n, -5n, 2n, bits);
  const plain = productBounds(64n, 20n, 0n, 1n, bits);
  expect(logOf(plain.lower) - 2.5).toBeCloseTo(logOf(lower), 12);
  expect(upper - lower).toBeLessThan(1n << 20n);
});

test("the double's rarity is as near the exact one as it says", () => {
  for (const m of [64, 65, 100, 1000, 4096, 1e6, 2 ** 40, 2 ** 80])
    for (const share of [-0.5, -0.25, -0.1, -0.01, -1e-9, 0, 1e-9, 0.01, 0.1, 0.25, 0.5]) {
      const widest = Math.min(Math.abs(share) * m, 12 * Math.sqrt(m));
      const j = Math.sign(share) * Math.floor(widest);
      const exact = logOf(rarityBounds(BigInt(m), BigInt(j), 0n, 1n, bits).lower);
      const error = Math.abs(logRarity(m, j) - exact);
      // the second term is the test's own logarithm
      expect(error).toBeLessThan(2 ** -46 * (1 + (j * j) / m) + 2 ** -50 * (1 + exact));
    }
});

test("the double's exponential is as near the exact one as it says", () => {
  for (let y = 0; y < 64; y += 0.37) {
    const { lower } = expMinusBounds(BigInt(Math.round(y * 2 ** 40)), 1n << 40n, 200n);
    const exact = Number(lower) / 2 ** 200;
    expect(Math.abs(expMinus(Math.round(y * 2 ** 40) / 2 ** 40) / exact - 1)).toBeLessThan(2 ** -42);
  }
  expect(expMinus(65)).toBe(0);
});

test("fast and exact decisions agree: the same bits, with words of four bytes and of one", () => {
  for (const mean of [64n, 700n, 10n ** 12n]) {
    const [wide, narrow] = [acceptance(mean, 4), acceptance(mean, 1)];
    const t = Math.ceil(Math.sqrt(Number(mean)));
    for (let i = 0; i < 2000; i++) {
      const j = Math.round(((i % 81) - 40) * 0.1 * t);
      const bytes = new BitSource(seededEntropy(`${i}`), 64);
      const same = new BitSource(seededEntropy(`${i}`), 64);
      expect(narrow(same, j)).toBe(wide(bytes, j));
    }
  }
});

test("a stuck entropy source ends in an error", () => {
  const stuck = new BitSource({ kind: "seeded", bytes: (length) => new Uint8Array(length) });
  expect(() => widePoissonSampler(100n)(stuck)).toThrow(/does not look random/);
});
