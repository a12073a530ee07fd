import { describe, expect, test } from "vitest";
import { directionOf, type Question } from "../../../../src/privacy/accounting/pld/direction.ts";
import { dominatedLaw, dominatingLaw } from "../../../../src/privacy/accounting/pld/lattice-law.ts";
import { type LossPair, reversed } from "../../../../src/privacy/accounting/pld/loss-pair.ts";
import { replacedResponsePair } from "../../../../src/privacy/accounting/pld/pairs/atoms.ts";
import { discreteGaussianPair, discreteLaplacePair } from "../../../../src/privacy/accounting/pld/pairs/discrete.ts";
import { boundedRangePair, laplacePair } from "../../../../src/privacy/accounting/pld/pairs/exponential.ts";
import {
  gaussianMixturePair,
  gaussianPair,
  replacedGaussianPair,
} from "../../../../src/privacy/accounting/pld/pairs/gaussian.ts";
import { blendedPair, poissonPair } from "../../../../src/privacy/accounting/pld/pairs/poisson.ts";
import { invertProfile } from "../../../../src/privacy/accounting/pld/single.ts";
import { gaussianDelta } from "../../../../src/privacy/distributions/gaussian-profile.ts";

function gridBounds(pair: LossPair, count: number, question: Question, width = 2e-4) {
  const direction = directionOf([{ pair, count }]);
  const plan = direction.plan(question, width);
  return {
    lower: direction.bound(question, plan, "lower"),
    upper: direction.bound(question, plan, "upper"),
  };
}

const deltas = [1e-2, 1e-6, 1e-9, 1e-12, 1e-15];

describe("normal noise on the grid against its closed form", () => {
  test.each([
    [1, 3],
    [0.1, 100],
    [0.02, 10_000],
    [0.5, 60],
  ])("mu %d, %i times: the bracket holds the exact value and is narrow", (mu, count) => {
    const total = mu * Math.sqrt(count);
    for (const delta of deltas) {
      const exact = invertProfile((epsilon) => gaussianDelta(total, epsilon), delta, Number.POSITIVE_INFINITY);
      const found = gridBounds(gaussianPair(mu), count, { delta });
      expect(found.upper).toBeGreaterThanOrEqual(exact.lower);
      expect(found.lower).toBeLessThanOrEqual(exact.upper);
      expect(found.upper - found.lower).toBeLessThan(5e-4);
    }
  });

  test("delta asked at an epsilon, to its relative width, far below what an untilted transform resolves", () => {
    for (const epsilon of [0, 0.5, 2, 6, 12, 20]) {
      const exact = gaussianDelta(2, epsilon);
      const found = gridBounds(gaussianPair(0.02), 10_000, { epsilon });
      expect(found.upper).toBeGreaterThanOrEqual(exact.lower);
      expect(found.lower).toBeLessThanOrEqual(exact.upper);
      expect(found.upper / found.lower - 1).toBeLessThan(1e-3);
    }
  });
});

/** The law of a sum by plain convolution: only positive terms, so every digit holds. */
function convolved(p: readonly number[], count: number): number[] {
  let total = [1];
  for (let k = 0; k < count; k++) {
    const next = new Array<number>(total.length + p.length - 1).fill(0);
    total.forEach((a, i) => {
      p.forEach((b, j) => {
        next[i + j] = (next[i + j] as number) + a * b;
      });
    });
    total = next;
  }
  return total;
}

/** delta(ε) of a lattice law of the loss. */
function latticeDelta(p: readonly number[], start: number, spacing: number, epsilon: number): number {
  return p.reduce((sum, mass, i) => sum + mass * Math.max(0, -Math.expm1(epsilon - (start + i * spacing))), 0);
}

/** Atoms of a lattice pair in order, from the pair itself at edges between them. */
function atomsOf(pair: LossPair): { p: number[]; start: number } {
  // Without ends all that counts lies within ±40.
  const around = pair.anchor - Math.round(40 / pair.spacing) * pair.spacing;
  const [start, end] = Number.isFinite(pair.lossMin) ? [pair.lossMin, pair.lossMax] : [around, -around];
  const count = Math.round((end - start) / pair.spacing) + 1;
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => start + (i - 0.5) * pair.spacing);
  return { p: [...pair.masses(edges).p.subarray(1, count + 1)], start };
}

describe("laws on a lattice against plain convolution", () => {
  test.each<[string, LossPair, number]>([
    ["randomised response, 2 buckets", replacedResponsePair(0.95, 2), 100],
    ["randomised response, 5 buckets", replacedResponsePair(0.5, 5), 20],
    ["discrete Laplace, shift 3", discreteLaplacePair(0.2, 3), 40],
    ["discrete Laplace, shift 1", discreteLaplacePair(1.5, 1), 7],
    ["discrete Gaussian, shift 2", discreteGaussianPair(6.25, 2) as LossPair, 9],
  ])("%s", (_, pair, count) => {
    const { p, start } = atomsOf(pair);
    const sum = convolved(p, count);
    const top = start * count + (sum.length - 1) * pair.spacing;
    for (const part of [0.05, 0.2, 0.4]) {
      const epsilon = part * Math.min(top, 30);
      const exact = latticeDelta(sum, start * count, pair.spacing, epsilon);
      const found = gridBounds(pair, count, { epsilon });
      expect(found.lower).toBeLessThanOrEqual(exact * (1 + 1e-11));
      expect(found.upper).toBeGreaterThanOrEqual(exact * (1 - 1e-11));
      expect(found.upper / found.lower - 1).toBeLessThan(1e-8);
      const back = gridBounds(pair, count, { delta: exact });
      expect(back.lower).toBeLessThanOrEqual(epsilon + 1e-10);
      expect(back.upper).toBeGreaterThanOrEqual(epsilon - 1e-10);
      expect(back.upper - back.lower).toBeLessThan(1e-8);
    }
  });
});

const sampled = poissonPair(gaussianPair(1 / 1.1), 0.01);
const pairs: readonly [string, LossPair][] = [
  ["normal", gaussianPair(0.3)],
  ["laplace", laplacePair(0.4)],
  ["bounded range", boundedRangePair(0.4)],
  ["sampled normal", sampled],
  ["sampled normal, added", reversed(sampled)],
  ["sampled normal, replaced", replacedGaussianPair(0.8, 0.1)],
  ["sampled laplace", poissonPair(laplacePair(1), 0.05)],
  ["sampled discrete Gaussian", poissonPair(discreteGaussianPair(9, 1) as LossPair, 0.1)],
  [
    "mixture",
    gaussianMixturePair([
      { weight: 0.6, mean: 0 },
      { weight: 0.3, mean: 0.5 },
      { weight: 0.1, mean: 1 },
    ]),
  ],
  ["blend", blendedPair(replacedGaussianPair(0.9, 0.02), sampled, 0.1, 1e-12)],
];

describe.each(pairs)("one use of %s", (_, pair) => {
  // Profiles of the lattice laws, straight from the definition, bracket that of the pair at every ε.
  const step = 0.037;
  const grid = { step, from: Math.max(-4, pair.lossMin), to: Math.min(6, pair.lossMax) };
  const above = dominatingLaw(pair, grid);
  const below = dominatedLaw(pair, grid, 3);
  const profile = (law: typeof above, epsilon: number) =>
    latticeDelta([...law.p], law.offset, step, epsilon) + law.infinite;

  test("connecting the dots dominates and pooling is dominated", () => {
    for (let epsilon = -0.5; epsilon < 1.5; epsilon += 0.0113) {
      const exact = pair.delta?.(epsilon) as { lower: number; upper: number };
      expect(profile(above, epsilon)).toBeGreaterThanOrEqual(exact.lower * (1 - 1e-12) - 1e-300);
      expect(profile(below, epsilon)).toBeLessThanOrEqual(exact.upper * (1 + 1e-12) + 1e-300);
    }
  });

  test("both keep the mass", () => {
    const mass = (law: typeof above) => law.p.reduce((sum, one) => sum + one, 0) + law.infinite;
    expect(mass(above)).toBeCloseTo(1, 11);
    expect(mass(below)).toBeLessThanOrEqual(1 + 1e-11);
    expect(mass(below)).toBeGreaterThan(0.99);
  });

  test("the profile agrees with the cells at finite edges", () => {
    const epsilon = Math.min(0.2, pair.lossMax * 0.7);
    const exact = pair.delta?.(epsilon) as { lower: number; upper: number };
    const cells = pair.masses(Float64Array.of(epsilon));
    const direct = (cells.p[1] as number) - Math.exp(epsilon) * (cells.q[1] as number);
    expect(exact.lower).toBeLessThanOrEqual(direct + 1e-12);
    expect(exact.upper).toBeGreaterThanOrEqual(direct - 1e-12);
  });
});
