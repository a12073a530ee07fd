import { describe, expect, test } from "vitest";
import { predictMeanHalfWidth, predictWidths } from "../../src/estimate/predict.ts";
import { discreteLaplace } from "../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../src/privacy/units.ts";
import { Random } from "../../src/simulate/random.ts";
import { countInto, plainCells, releaseOf, releaseWith } from "./releases.ts";

const edges = Array.from({ length: 16 }, (_, i) => 40 + 4 * i);
const noiseOf = (epsilon: number) =>
  discreteLaplace({ epsilon: rational(BigInt(Math.round(epsilon * 100)), 100n), sensitivity: l1Sensitivity(1n) }).law(
    2,
  );

describe("the predicted half-width of a mean", () => {
  test("is what a release of that many members has, whatever its distribution", () => {
    const counts = edges.slice(1).map((_, i) => 20 * (1 + Math.min(i, 14 - i)));
    const members = counts.reduce((a, b) => a + b, 0);
    const mean = plainCells(releaseWith({ edges }, counts)).find(({ statistic }) => statistic === "mean")?.estimate;
    const [low, high] = mean?.privacyInterval95 ?? [0, 0];
    expect(predictMeanHalfWidth({ edges, members, epsilon: 1 })).toBeCloseTo((high - low) / 2, 9);
    const widths = predictWidths(noiseOf(1), { edges, members, spread: counts.map((count) => count / members) });
    for (const { statistic, estimate } of plainCells(releaseWith({ edges }, counts))) {
      const half = ([least, most]: readonly [number, number]) => (most - least) / 2;
      const predicted = widths.find((one) => one.statistic === statistic);
      expect(predicted?.privacyHalfWidth, statistic).toBeCloseTo(half(estimate.privacyInterval95), 9);
      expect(predicted?.halfWidth, statistic).toBeCloseTo(half(estimate.interval95), 9);
    }
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

describe("beside releases of members who are drawn, with fresh noise", () => {
  const cases = [1, 3, 8].flatMap((groups) =>
    [30, 100, 300, 1000, 3000, 10_000].flatMap((members) =>
      [0.05, 0.2, 1, 4, 10].map((epsilon) => ({ groups, members, epsilon })),
    ),
  );
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];

  test.each(cases)("$groups groups, $members members, ε = $epsilon: no release is far from it", (one) => {
    const { groups, members, epsilon } = one;
    const random = new Random(`${groups} ${members} ${epsilon}`);
    const shape = { edges, groups: names.slice(0, groups), epsilonTenths: epsilon * 10 };
    const each = Math.round(members / groups);
    const seen = new Map<string, { whole: number[]; privacy: number[] }>();
    for (let run = 0; run < Math.ceil(24 / groups); run++) {
      const values = () => Array.from({ length: each }, () => 40 + 60 * random.uniform());
      const counts = shape.groups.flatMap(() => countInto(edges, values()));
      for (const { statistic, estimate } of plainCells(releaseOf(shape, counts))) {
        const half = ([least, most]: readonly [number, number]) => (most - least) / 2;
        const kept = seen.get(statistic) ?? { whole: [], privacy: [] };
        kept.whole.push(half(estimate.interval95));
        kept.privacy.push(half(estimate.privacyInterval95));
        seen.set(statistic, kept);
      }
    }
    for (const { statistic, halfWidth, privacyHalfWidth } of predictWidths(noiseOf(epsilon), {
      edges,
      members: each * groups,
      groups,
    })) {
      const { whole, privacy } = seen.get(statistic) as { whole: number[]; privacy: number[] };
      // Four members, say, have few medians to choose from.
      const coarse = each < 10 ? 0.15 : 0;
      expect(halfWidth, statistic).toSatisfy(amid(whole, 0.12 + coarse));
      expect(privacyHalfWidth, statistic).toSatisfy(amid(privacy, 0.3 + coarse));
    }
  });

  /** Within the share `slack` of what lies between the 10th and the 90th of a hundred. */
  function amid(values: readonly number[], slack: number): (value: number) => boolean {
    const sorted = values.toSorted((a, b) => a - b);
    const low = sorted[Math.floor(sorted.length / 10)] as number;
    const high = sorted[Math.ceil((sorted.length * 9) / 10) - 1] as number;
    return (value) => value >= low * (1 - slack) - 1e-6 && value <= high * (1 + slack) + 1e-6;
  }
});

test.each([{ epsilon: 0 }, { epsilon: Number.NaN }, { epsilon: 1e-9 }, { members: -1 }, { groups: 0 }, { edges: [1] }])(
  "refused: %o",
  (wrong) => {
    expect(() => predictMeanHalfWidth({ edges, members: 100, epsilon: 1, ...wrong })).toThrow();
  },
);
