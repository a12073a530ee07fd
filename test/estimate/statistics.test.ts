// Points, spreads and fallbacks of the statistics; what their intervals cover is measured in coverage.test.ts.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Estimate } from "../../src/estimate/estimate.ts";
import { openHistogram } from "../../src/estimate/histogram.ts";
import { quantileOf } from "../../src/estimate/quantile.ts";
import { meanOf, shareOf } from "../../src/estimate/ratio.ts";
import { releaseWith } from "./releases.ts";

const edges = [0, 10, 20, 40, 50];
const opened = (counts: readonly number[]) => {
  const [group] = openHistogram(releaseWith({ edges }, counts));
  if (group === undefined) throw new Error("no group");
  return group;
};

describe("points are plug-in estimates", () => {
  const group = opened([100, 100, 200, 100]);

  test("mean of midpoints", () => {
    expect(meanOf(group).estimate).toBe((5 * 100 + 15 * 100 + 30 * 200 + 45 * 100) / 500);
  });

  test("quantiles interpolate inside the bin", () => {
    expect(quantileOf(group, 0.1).estimate).toBe(5);
    expect(quantileOf(group, 0.5).estimate).toBe(25);
    expect(quantileOf(group, 0.9).estimate).toBe(45);
  });

  test("a quantile on a level stretch is its middle", () => {
    expect(quantileOf(opened([100, 0, 0, 100]), 0.5).estimate).toBe(25);
  });

  test("a quantile of a falling cumulative count uses the pooled one", () => {
    const { estimate, privacyInterval95 } = quantileOf(opened([50, -8, 4, 150]), 0.25);
    expect(estimate).toBeGreaterThan(40);
    expect(privacyInterval95[0]).toBeLessThan(10);
    expect(privacyInterval95[1]).toBeGreaterThan(estimate);
  });

  test("shares, whole bins and parts of them", () => {
    expect(shareOf(group, [0, 0, 1, 1]).estimate).toBe(0.6);
    expect(shareOf(group, [0, 0, 0.5, 1]).estimate).toBe(0.4);
  });
});

describe("spreads", () => {
  test("of a mean: two-aggregator noise on every midpoint, and the members' own variance", () => {
    const { privacyNoiseSd, samplingSd, privacyInterval95, estimate } = meanOf(opened([100, 100, 200, 100]));
    const cell = (4 * Math.exp(-1)) / (1 - Math.exp(-1)) ** 2;
    const squares = [5, 15, 30, 45].reduce((total, middle) => total + (middle - 25) ** 2, 0);
    expect(privacyNoiseSd).toBeCloseTo(Math.sqrt(cell * squares) / 500, 9);
    expect(samplingSd).toBeCloseTo(Math.sqrt((100 * 400 + 100 * 100 + 200 * 25 + 100 * 400) / 500 / 500), 9);
    // Its 95 % half-width is two sds within 5 %: the noise is nearly normal by now.
    expect((privacyInterval95[1] - estimate) / privacyNoiseSd).toBeGreaterThan(1.96);
    expect((privacyInterval95[1] - estimate) / privacyNoiseSd).toBeLessThan(2.1);
  });

  test("a share of nobody still has an interval of noise, and none below 0", () => {
    const { estimate, privacyInterval95 } = shareOf(opened([300, 0, 0, 0]), [0, 0, 0, 1]);
    expect(estimate).toBe(0);
    expect(privacyInterval95[0]).toBe(0);
    expect(privacyInterval95[1]).toBeGreaterThan(3 / 300);
  });
});

describe("no counts are too small, too few or too negative", () => {
  const statistics: readonly ((counts: readonly number[]) => Estimate)[] = [
    (counts) => meanOf(opened(counts)),
    (counts) => quantileOf(opened(counts), 0.25),
    (counts) => shareOf(opened(counts), [0, 1, 0.5, 0]),
  ];

  test("noise alone says nothing, and says so", () => {
    for (const counts of [
      [0, 0, 0, 0],
      [-3, 1, 0, -2],
      [2, 1, -1, 3],
    ]) {
      expect(meanOf(opened(counts))).toMatchObject({
        interval95: [0, 50],
        privacyInterval95: [0, 50],
        uninformative: true,
      });
      expect(quantileOf(opened(counts), 0.5)).toMatchObject({ interval95: [0, 50], uninformative: true });
      expect(shareOf(opened(counts), [0, 0, 0, 1])).toMatchObject({ interval95: [0, 1], uninformative: true });
    }
  });

  test("every answer is finite and ordered, and its intervals nest around it", () => {
    const counts = fc.array(fc.integer({ min: -40, max: 400 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.constantFrom(...statistics), (values, statistic) => {
        const { estimate, interval95, privacyInterval95, privacyNoiseSd, samplingSd } = statistic(values);
        const order = [interval95[0], privacyInterval95[0], estimate, privacyInterval95[1], interval95[1]];
        expect(order.every(Number.isFinite)).toBe(true);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(privacyNoiseSd).toBeGreaterThanOrEqual(0);
        expect(privacyNoiseSd).toBeLessThanOrEqual(25);
        expect(samplingSd).toBeLessThanOrEqual(25);
      }),
      { numRuns: 100 },
    );
  });
});

test("arguments outside their range are refused", () => {
  const group = opened([1, 2, 3, 4]);
  expect(() => quantileOf(group, 1)).toThrow("between 0 and 1");
  expect(() => quantileOf(group, Number.NaN)).toThrow("between 0 and 1");
  expect(() => shareOf(group, [1, 0])).toThrow("4 numbers");
  expect(() => shareOf(group, [1, 0, 2, 0])).toThrow("4 numbers");
});
