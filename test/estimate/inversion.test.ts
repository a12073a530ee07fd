// The solver against brute force: every θ of a fine grid, tested with the noise quantile itself.
import fc from "fast-check";
import { expect, test } from "vitest";
import { openHistogram } from "../../src/estimate/histogram.ts";
import { acceptedHull, type LinearStatistic, profileOf } from "../../src/estimate/inversion.ts";
import { sharesBelow } from "../../src/estimate/quantile.ts";
import { meanStatistic } from "../../src/estimate/ratio.ts";
import { noiseQuantile } from "../../src/privacy/distributions/linear-noise.ts";
import { releaseWith } from "./releases.ts";

const edges = [0, 10, 20, 40, 50];
const quartile: LinearStatistic = {
  knots: edges,
  weights: (theta) => sharesBelow(edges, theta).map((below) => below - 0.25),
};

function opened(counts: readonly number[]) {
  const [group] = openHistogram(releaseWith({ edges }, counts));
  if (group === undefined) throw new Error("no group");
  return group;
}

function bruteForce(statistic: LinearStatistic, counts: readonly number[], variance: number, step: number) {
  const { noise } = opened(counts);
  const accepted: number[] = [];
  for (let theta = 0; theta <= 50; theta += step) {
    const h = noiseQuantile({
      weights: statistic.weights(theta),
      noise: noise.law,
      samplingVariance: variance,
      level: 0.95,
    });
    const value = statistic.weights(theta).reduce((total, weight, i) => total + weight * (counts[i] as number), 0);
    if (Math.abs(value) <= h) accepted.push(theta);
  }
  return [accepted[0] as number, accepted.at(-1) as number] as const;
}

test.each([
  ["mean", meanStatistic(edges), [20, 31, 64, 12], 0],
  ["mean with sampling error", meanStatistic(edges), [20, 31, 64, 12], 15_000],
  ["quartile", quartile, [20, 31, 64, 12], 0],
  ["quartile with sampling error", quartile, [20, 31, 64, 12], 24],
  ["quartile where T is not monotone", quartile, [4, -3, 4, 30], 0],
] as const)("%s: the interval is the hull of what a grid accepts", (_, statistic, counts, variance) => {
  const step = 0.25;
  const [low, high] = bruteForce(statistic, counts, variance, step);
  const hull = acceptedHull(profileOf(statistic, opened(counts)), opened(counts).noise, () => variance);
  // The solver rounds weights up by up to a 32nd of the largest.
  const slack = 0.06 * (high - low) + step;
  expect(hull[0]).toBeLessThanOrEqual(low + step);
  expect(hull[0]).toBeGreaterThanOrEqual(low - slack);
  expect(hull[1]).toBeGreaterThanOrEqual(high - step);
  expect(hull[1]).toBeLessThanOrEqual(high + slack);
});

test("a statistic that noise pushed out of the range keeps an interval at the end of the range, not a point", () => {
  const statistic = meanStatistic(edges);
  const counts = [60, -6, -6, -6];
  expect(profileOf(statistic, opened(counts)).value(0)).toBeGreaterThan(0);
  const [low, high] = acceptedHull(profileOf(statistic, opened(counts)), opened(counts).noise, () => 0);
  expect(low).toBe(0);
  expect(high).toBeGreaterThan(1);
});

test("a profile is the statistic: values and squares between knots are those of the weights", () => {
  const counts = fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 4, maxLength: 4 });
  const theta = fc.double({ min: 0, max: 50, noNaN: true });
  fc.assert(
    fc.property(counts, theta, fc.constantFrom(quartile, meanStatistic(edges)), (values, at, statistic) => {
      const profile = profileOf(statistic, opened(values));
      const weights = statistic.weights(at);
      expect(profile.value(at)).toBeCloseTo(
        weights.reduce((sum, weight, i) => sum + weight * (values[i] as number), 0),
        8,
      );
      expect(profile.squares(at)).toBeCloseTo(
        weights.reduce((sum, weight) => sum + weight * weight, 0),
        8,
      );
    }),
    { numRuns: 500, seed: 4 },
  );
});

test("whatever the counts, the interval is ordered, finite and inside the range; sampling error only widens it", () => {
  const counts = fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(counts, fc.constantFrom(quartile, meanStatistic(edges)), (values, statistic) => {
      const { noise } = opened(values);
      const [low, high] = acceptedHull(profileOf(statistic, opened(values)), noise, () => 0);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeGreaterThanOrEqual(low);
      expect(high).toBeLessThanOrEqual(50);
      if (values.some((value) => value < 0)) return;
      const wide = acceptedHull(profileOf(statistic, opened(values)), noise, () => 1e4);
      expect(wide[0]).toBeLessThanOrEqual(low + 1e-9);
      expect(wide[1]).toBeGreaterThanOrEqual(high - 1e-9);
    }),
    { numRuns: 60 },
  );
});
