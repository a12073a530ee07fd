import { describe, expect, test } from "vitest";
import { noiseProbability, noiseQuantile } from "../../../src/privacy/distributions/linear-noise.ts";
import { distributionOf, type NoiseLaw, twoSidedQuantile } from "../../../src/privacy/distributions/noise-law.ts";
import { latticeStep } from "../../../src/privacy/distributions/weights.ts";
import {
  discreteGaussian,
  discreteLaplace,
  l1Sensitivity,
  l2SquaredSensitivity,
  rational,
  skellam,
} from "../../../src/privacy/index.ts";
import { seededEntropy } from "../entropy.ts";

const laplace = (num: bigint, den = 1n): NoiseLaw => ({
  mechanism: "discrete-laplace",
  scale: rational(num, den),
  draws: 2,
});
const gaussian = (num: bigint, den = 1n): NoiseLaw => ({
  mechanism: "discrete-gaussian",
  sigmaSquared: rational(num, den),
  draws: 2,
});

function mechanismOf(noise: NoiseLaw) {
  const [l1, l2Squared] = [l1Sensitivity(1n), l2SquaredSensitivity(1n)];
  switch (noise.mechanism) {
    case "discrete-laplace":
      return discreteLaplace({ epsilon: rational(noise.scale.den, noise.scale.num), sensitivity: l1 });
    case "discrete-gaussian":
      return discreteGaussian({ sigmaSquared: noise.sigmaSquared, sensitivity: l2Squared });
    case "skellam":
      return skellam({ mu: noise.mu, neighbouring: "zero-out", sensitivities: { l1, l2Squared } });
  }
}

/** P(|Σ wᵢZᵢ| ≤ h) for integer weights by convolving PMFs one cell at a time. */
function convolved(weights: readonly number[], noise: NoiseLaw): (h: number) => number {
  const cell = distributionOf(noise);
  const reach = Math.ceil(25 * Math.sqrt(cell.variance)) + 25;
  let law = new Map([[0, 1]]);
  for (const weight of weights) {
    const next = new Map<number, number>();
    for (const [x, p] of law)
      for (let k = -reach; k <= reach; k++) next.set(x + weight * k, (next.get(x + weight * k) ?? 0) + p * cell.pmf(k));
    law = next;
  }
  return (h) => [...law].reduce((sum, [x, p]) => (Math.abs(x) <= h + 1e-9 ? sum + p : sum), 0);
}

describe("lattices are exact", () => {
  test.each([
    ["one weight", [3], laplace(2n)],
    ["equal weights", [2, 2, -2], laplace(1n)],
    ["small multiples", [1, 2, 3], laplace(3n, 2n)],
    ["no weight is the step", [2, 3], gaussian(1n, 3n)],
    ["narrow noise", [1, 1, 1, 1], laplace(1n, 6n)],
    ["fractional step", [0.1, 0.2, -0.3], gaussian(2n)],
  ] as const)("%s", (_, weights, noise) => {
    const step = latticeStep(
      weights.map((weight) => ({ weight: Math.abs(weight), count: 1 })),
      512,
    ) as number;
    const exact = convolved(
      weights.map((weight) => Math.round(weight / step)),
      noise,
    );
    for (let q = 0; q < 40; q++)
      expect(Math.abs(noiseProbability({ weights, noise, h: q * step }) - exact(q))).toBeLessThan(1e-9);
    for (const level of [0.5, 0.95, 0.999]) {
      const h = noiseQuantile({ weights, noise, level });
      const q = Math.round(h / step);
      expect(h).toBeCloseTo(q * step, 12);
      expect(exact(q)).toBeGreaterThanOrEqual(level - 1e-9);
      expect(exact(q - 1)).toBeLessThan(level);
    }
  });

  test("one integer weight gives the weight times the cell's quantile", () => {
    for (const noise of [laplace(1n), laplace(50n), gaussian(100n)])
      expect(noiseQuantile({ weights: [-7, 0], noise, level: 0.95 })).toBe(
        7 * twoSidedQuantile(distributionOf(noise), 0.95),
      );
  });

  test("steps are found, and weights without one are told apart", () => {
    const step = (...weights: number[]) =>
      latticeStep(
        weights.sort((a, b) => b - a).map((weight) => ({ weight, count: 1 })),
        512,
      );
    expect(step(1.5, 2.5)).toBeCloseTo(0.5, 12);
    expect(step(1 / 3, 2 / 7)).toBeCloseTo(1 / 21, 12);
    expect(step(1, Math.SQRT2)).toBeUndefined();
    expect(step(1, 1 / 1000)).toBeUndefined();
  });

  test("a very wide lattice keeps to its step and meets the level", () => {
    const noise = laplace(1_000_000n);
    const h = noiseQuantile({ weights: [2, 2, 4], noise, level: 0.95 });
    expect(h % 2).toBe(0);
    expect(noiseProbability({ weights: [2, 2, 4], noise, h })).toBeGreaterThanOrEqual(0.95 - 1e-6);
    expect(noiseProbability({ weights: [2, 2, 4], noise, h: h - 10 })).toBeLessThan(0.95);
  });
});

describe("everything else is inverted", () => {
  test("a normal alone, and with no cell at all", () => {
    const noise = laplace(1n);
    expect(noiseQuantile({ weights: [], noise, samplingVariance: 4, level: 0.95 })).toBeCloseTo(
      2 * 1.959963984540054,
      6,
    );
    expect(noiseQuantile({ weights: [0], noise, level: 0.95 })).toBe(0);
  });

  test("the sum of two wide Laplace draws matches its continuous law", () => {
    const h = noiseQuantile({ weights: [1e-5], noise: laplace(100_000n), samplingVariance: 1e-10, level: 0.95 });
    expect(Math.exp(-h) * (1 + h / 2)).toBeCloseTo(0.05, 6);
  });

  test("probability and quantile invert each other to 1e-6", () => {
    const weights = Array.from({ length: 15 }, (_, i) => Math.sqrt(i + 1) - 2.2);
    for (const noise of [laplace(1n), laplace(40n), gaussian(1n), gaussian(1000n)])
      for (const level of [0.1, 0.5, 0.95, 0.999]) {
        const h = noiseQuantile({ weights, noise, samplingVariance: 0.3, level });
        expect(Math.abs(noiseProbability({ weights, noise, samplingVariance: 0.3, h }) - level)).toBeLessThan(1e-6);
      }
  });

  test("a blurred lattice matches enumeration with the normal added", () => {
    // Z + N(0, s²): sum over the atoms of a normal probability, here for one cell of scale 1 and s = 1.
    const cell = distributionOf(laplace(1n));
    const normal = (x: number) =>
      (1 + Math.sign(x) * noiseProbability({ weights: [], noise: laplace(1n), samplingVariance: 1, h: Math.abs(x) })) /
      2;
    for (const h of [0.5, 2, 5]) {
      let sum = 0;
      for (let k = -60; k <= 60; k++) sum += cell.pmf(k) * (normal(h - k) - normal(-h - k));
      expect(
        Math.abs(noiseProbability({ weights: [1], noise: laplace(1n), samplingVariance: 1, h }) - sum),
      ).toBeLessThan(1e-7);
    }
  });

  test("few coarse atoms err to the wide side, slightly", () => {
    const weights = [1, Math.SQRT2];
    const noise = laplace(1n);
    const h = noiseQuantile({ weights, noise, level: 0.95 });
    const cell = distributionOf(noise);
    const covered = (width: number) => {
      let sum = 0;
      for (let i = -60; i <= 60; i++)
        for (let j = -60; j <= 60; j++) if (Math.abs(i + j * Math.SQRT2) <= width) sum += cell.pmf(i) * cell.pmf(j);
      return sum;
    };
    expect(covered(h)).toBeGreaterThanOrEqual(0.95);
    expect(covered(h * 0.97)).toBeLessThan(0.95);
  });
});

describe("simulated coverage at 95 %", () => {
  const runs = 40_000;
  const irregular = Array.from({ length: 15 }, (_, i) => Math.cos(1.7 * i) + 0.3);
  const cases: [string, number[], NoiseLaw][] = [
    ["15 weights, Laplace 4", irregular, laplace(4n)],
    ["15 weights, Gaussian 30", irregular, gaussian(30n)],
    ["one dominant weight, Laplace 20", [5, 0.1234, 0.31], laplace(20n)],
    ["15 weights, Skellam 7", irregular, { mechanism: "skellam", mu: rational(7n), draws: 2 }],
    ["200 weights, Laplace 1", Array.from({ length: 200 }, (_, i) => Math.sin(i) + 1.01), laplace(1n)],
  ];
  test.each(cases)("%s", (name, weights, noise) => {
    const mechanism = mechanismOf(noise);
    const h = noiseQuantile({ weights, noise, level: 0.95 });
    const entropy = seededEntropy(name);
    const count = weights.length > 50 ? runs / 8 : runs;
    let inside = 0;
    for (let run = 0; run < count; run++) {
      const [a, b] = [mechanism.drawNoise(entropy, weights.length), mechanism.drawNoise(entropy, weights.length)];
      let statistic = 0;
      for (let i = 0; i < weights.length; i++)
        statistic += (weights[i] as number) * Number((a[i] as bigint) + (b[i] as bigint));
      if (Math.abs(statistic) <= h) inside++;
    }
    expect(inside / count).toBeGreaterThan(count < runs ? 0.938 : 0.945);
    expect(inside / count).toBeLessThan(count < runs ? 0.962 : 0.955);
  });
});

test("bad parameters are refused by name", () => {
  const good = { weights: [1], noise: laplace(1n) };
  for (const level of [0, 1, Number.NaN])
    expect(() => noiseQuantile({ ...good, level })).toThrow(/level must lie above 0/);
  expect(() => noiseQuantile({ ...good, weights: [Number.NaN], level: 0.9 })).toThrow(/finite numbers/);
  expect(() => noiseQuantile({ ...good, samplingVariance: -1, level: 0.9 })).toThrow(/samplingVariance/);
  expect(() => noiseProbability({ ...good, h: -1 })).toThrow(/h must not be negative/);
});
