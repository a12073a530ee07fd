// Limits of proportions: closed forms, published values, and the very definition by sums of exact fractions.
import { expect, test } from "vitest";
import { proportionAtLeast, proportionAtMost } from "../../../src/privacy/index.ts";

test("all and none have closed forms", () => {
  for (const trials of [1, 7, 1000, 100_000])
    for (const alpha of [1e-9, 0.005, 0.025, 0.3]) {
      expect(proportionAtLeast(trials, trials, alpha) / alpha ** (1 / trials)).toBeCloseTo(1, 10);
      expect(proportionAtMost(0, trials, alpha) / -Math.expm1(Math.log(alpha) / trials)).toBeCloseTo(1, 6);
      expect(proportionAtLeast(0, trials, alpha)).toBe(0);
      expect(proportionAtMost(trials, trials, alpha)).toBe(1);
    }
});

// R's binom.test at 95 %, to the digits it prints.
test.each([
  [10, 100, 0.04900469, 0.1762226],
  [5, 10, 0.187086, 0.812914],
  [1, 20, 0.001265089, 0.2487328],
])("%i of %i", (hits, trials, low, high) => {
  expect(proportionAtLeast(hits, trials, 0.025)).toBeCloseTo(low, 6);
  expect(proportionAtMost(hits, trials, 0.025)).toBeCloseTo(high, 6);
});

/** P(X ≥ k) for p = num/den, without rounding but the last. */
function tail(k: number, n: number, num: bigint, den: bigint): number {
  let [sum, choose] = [0n, 1n];
  for (let i = 0; i <= n; i++) {
    if (i >= k) sum += choose * num ** BigInt(i) * (den - num) ** BigInt(n - i);
    choose = (choose * BigInt(n - i)) / BigInt(i + 1);
  }
  return Number((sum * 10n ** 18n) / den ** BigInt(n)) / 1e18;
}

test.each([
  [3, 40, 0.01],
  [17, 120, 1e-4],
  [99, 100, 0.05],
  [150, 300, 1e-6],
])("%i of %i at %d: the tail at the limit is alpha, and above it more", (hits, trials, alpha) => {
  const den = 10n ** 15n;
  const at = (p: number) => tail(hits, trials, BigInt(Math.round(p * 1e15)), den);
  const limit = proportionAtLeast(hits, trials, alpha);
  expect(at(limit) / alpha).toBeCloseTo(1, 6);
  expect(at(limit * 1.01)).toBeGreaterThan(alpha);
  expect(proportionAtMost(trials - hits, trials, alpha)).toBeCloseTo(1 - limit, 11);
});

test("what is no count or no alpha is refused", () => {
  for (const [hits, trials, alpha] of [
    [2, 1, 0.1],
    [-1, 1, 0.1],
    [0.5, 1, 0.1],
    [0, 0, 0.1],
    [1, 2, 0],
    [1, 2, 1],
    [1, 2, Number.NaN],
  ] as const)
    expect(() => proportionAtLeast(hits, trials, alpha)).toThrow(/no count|alpha/);
});
