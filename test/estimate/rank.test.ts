import { describe, expect, test } from "vitest";
import { rankOf } from "../../src/estimate/rank.ts";
import { releaseWith } from "./releases.ts";

const shape = { edges: [40, 50, 60, 70, 80], groups: ["25-34", "35-44"] };
const release = releaseWith(shape, [10, 10, 10, 10, 100, 200, 300, 100]);

describe("the rank of a value", () => {
  test("is the share below it and the share above it, interpolated inside the bin", () => {
    const { below, above } = rankOf(release, "35-44", 58);
    expect(below.estimate).toBeCloseTo((100 + 0.8 * 200) / 700, 12);
    expect(above.estimate).toBeCloseTo(1 - below.estimate, 12);
    expect(above.interval95[0]).toBeCloseTo(1 - below.interval95[1], 12);
    expect(above.interval95[1]).toBeCloseTo(1 - below.interval95[0], 12);
    expect(above.interval95[1]).toBeGreaterThan(above.privacyInterval95[1]);
  });

  test("rises with the value", () => {
    const ranks = [40, 45, 50, 62, 79, 80].map((value) => rankOf(release, "35-44", value).below.estimate);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks[0]).toBe(0);
    expect(ranks.at(-1)).toBe(1);
  });

  test("beyond the edges leaves the whole outer bin open", () => {
    const low = rankOf(release, "35-44", 20).below;
    expect(low.estimate).toBe(0);
    expect(low.privacyInterval95[0]).toBe(0);
    expect(low.privacyInterval95[1]).toBeGreaterThan(100 / 700);
    const high = rankOf(release, "35-44", 200).below;
    expect(high.estimate).toBe(1);
    expect(high.privacyInterval95[0]).toBeLessThan(600 / 700);
    expect(high.privacyInterval95[1]).toBe(1);
  });

  test("is wider in a smaller group", () => {
    const width = (group: string) => {
      const [low, high] = rankOf(release, group, 58).below.privacyInterval95;
      return high - low;
    };
    expect(width("25-34")).toBeGreaterThan(5 * width("35-44"));
  });
});

test("an unknown group names the known ones; a value must be finite", () => {
  expect(() => rankOf(release, "65+", 58)).toThrow('no group "65+"');
  expect(() => rankOf(release, null, 58)).toThrow("no group null");
  expect(() => rankOf(release, "35-44", Number.NaN)).toThrow("finite");
});
