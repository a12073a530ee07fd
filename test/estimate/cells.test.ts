import { describe, expect, test } from "vitest";
import { openHistogram } from "../../src/estimate/histogram.ts";
import { quantileOf } from "../../src/estimate/quantile.ts";
import { plainCells, releaseWith } from "./releases.ts";

const bands = { edges: [0, 10, 20, 30], groups: ["18-24", "65+"] };
const release = releaseWith(bands, [100, 200, 100, 2, -1, 1]);

describe("the cells of a release", () => {
  test("more than two bins: count, mean and quartiles per group", () => {
    const cells = plainCells(release);
    expect(cells.map(({ key }) => key)).toEqual([
      "18-24/count",
      "18-24/mean",
      "18-24/p25",
      "18-24/median",
      "18-24/p75",
      "65+/count",
      "65+/mean",
      "65+/p25",
      "65+/median",
      "65+/p75",
    ]);
    const [group] = openHistogram(release);
    expect(cells[2]?.estimate).toEqual(group && quantileOf(group, 0.25));
  });

  test("two bins: the share from the middle edge on; one bin: the count alone", () => {
    const shares = plainCells(releaseWith({ edges: [0, 150, 2000] }, [300, 100]));
    expect(shares.map(({ key, group }) => [key, group])).toEqual([
      ["all/count", null],
      ["all/share>=150", null],
    ]);
    expect(shares[1]?.estimate.estimate).toBe(0.25);
    expect(plainCells(releaseWith({ edges: [0, 150] }, [300])).map(({ key }) => key)).toEqual(["all/count"]);
  });

  test("a count is never below 0, nor is its interval a point", () => {
    const [count] = plainCells(releaseWith({ edges: [0, 1, 2] }, [-20, 1]));
    expect(count?.estimate).toMatchObject({ estimate: 0, samplingSd: 0 });
    expect(count?.estimate.interval95[0]).toBe(0);
    expect(count?.estimate.interval95[1]).toBeGreaterThan(2);
  });
});

describe("the floor", () => {
  const reasons = (floor?: number) =>
    plainCells(release, floor === undefined ? {} : { floor })
      .filter(({ statistic }) => statistic === "mean")
      .map(({ suppressed, caution }) => ({ suppressed, caution }));

  test("by default nothing is suppressed, a group lost in noise is marked", () => {
    expect(reasons()).toEqual([
      { suppressed: undefined, caution: undefined },
      { suppressed: undefined, caution: "large noise" },
    ]);
  });

  test("holds the lower bound of the noised count, not the count itself", () => {
    const [low] = openHistogram(release).map(({ totalInterval }) => totalInterval[0]);
    expect(low).toBe(393);
    expect(reasons(393)[0]?.suppressed).toBeUndefined();
    expect(reasons(394)[0]?.suppressed).toBe("fewer than 394 contributors cannot be ruled out");
    expect(reasons(1)[1]?.suppressed).toBeDefined();
  });

  test("suppresses every cell of a group", () => {
    const hidden = plainCells(release, { floor: 50 }).filter(({ suppressed }) => suppressed !== undefined);
    expect(hidden.map(({ group }) => group)).toEqual(new Array(5).fill("65+"));
  });
});
