import { describe, expect, test } from "vitest";
import { cellsOf } from "../../src/estimate/cells.ts";
import { predictMeanHalfWidth } from "../../src/estimate/predict.ts";
import { releaseWith } from "./releases.ts";

const edges = Array.from({ length: 16 }, (_, i) => 40 + 4 * i);

describe("the predicted half-width of a mean", () => {
  test("is what a release of that many members has, whatever its distribution", () => {
    const counts = edges.slice(1).map((_, i) => 20 * (1 + Math.min(i, 14 - i)));
    const members = counts.reduce((a, b) => a + b, 0);
    const mean = cellsOf(releaseWith({ edges }, counts)).find(({ statistic }) => statistic === "mean")?.estimate;
    const [low, high] = mean?.privacyInterval95 ?? [0, 0];
    expect(predictMeanHalfWidth({ edges, members, epsilon: 1 })).toBeCloseTo((high - low) / 2, 9);
    const [wideLow, wideHigh] = mean?.interval95 ?? [0, 0];
    const valueSd = (mean?.samplingSd ?? 0) * Math.sqrt(members);
    expect(predictMeanHalfWidth({ edges, members, epsilon: 1, valueSd })).toBeCloseTo((wideHigh - wideLow) / 2, 6);
  });

  test("falls with members and ε, and counts a group's own members only", () => {
    const at = (members: number, epsilon: number, groups = 1) =>
      predictMeanHalfWidth({ edges, members, epsilon, groups });
    expect(at(1000, 1) / at(10_000, 1)).toBeGreaterThan(9.9);
    expect(at(1000, 1) / at(10_000, 1)).toBeLessThan(10.2);
    expect(at(1000, 0.5)).toBeGreaterThan(1.9 * at(1000, 1));
    expect(at(6000, 1, 6)).toBe(at(1000, 1));
  });

  test("is half the range where noise may be all there is", () => {
    expect(predictMeanHalfWidth({ edges, members: 15, epsilon: 1 })).toBe(30);
    expect(predictMeanHalfWidth({ edges, members: 0, epsilon: 1 })).toBe(30);
    expect(predictMeanHalfWidth({ edges, members: 35, epsilon: 1 })).toBeLessThan(15);
  });

  test("one bin has no noise in its mean's place but stays inside the range", () => {
    expect(predictMeanHalfWidth({ edges: [0, 10], members: 1000, epsilon: 1 })).toBeLessThan(0.1);
  });
});

test.each([
  { epsilon: 0 },
  { epsilon: Number.NaN },
  { epsilon: 1e-9 },
  { members: -1 },
  { groups: 0 },
  { valueSd: -1 },
  { edges: [1] },
])("refused: %o", (wrong) => {
  expect(() => predictMeanHalfWidth({ edges, members: 100, epsilon: 1, ...wrong })).toThrow();
});
