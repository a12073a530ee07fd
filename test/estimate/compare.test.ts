// What differs in a release, and from an earlier one: which numbers are compared, in which direction, and which are not.
import { describe, expect, test } from "vitest";
import { compareReleases } from "../../src/estimate/against.ts";
import { comparisonsOf } from "../../src/estimate/compare.ts";
import { planQuestion } from "../../src/query/planner/plan.ts";
import { expectedValues } from "../../src/query/planner/predict.ts";
import { completeDraft } from "../../src/query/question/complete.ts";
import { compileSql } from "../../src/query/sql/compile.ts";
import { groupCount, productMap } from "../../src/task/encoders/product.ts";
import type { ReleaseDocument } from "../../src/task/release.ts";
import { catalogue, defaults, operator } from "../query/catalogue.ts";
import { releaseWith } from "./releases.ts";

/** A release of this question in which every group has 500 members who lie as they are assumed to. */
function released(sql: string, task = "dGFzaw", name = "test"): ReleaseDocument {
  const question = completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
  const { plan } = planQuestion(question, catalogue, { operator }).chosen;
  const { encoder } = plan;
  if (encoder.kind !== "product") throw new Error("a plan of statistics has a product");
  const one = expectedValues({ ...encoder, groups: [] }, 500).map(Math.round);
  // Part by part, and in it group by group.
  let from = 0;
  const values = encoder.parts.flatMap((part) => {
    const rows = productMap({ kind: "product", groups: [], parts: [part] }).rows.length;
    from += rows;
    return Array.from({ length: groupCount(encoder) }, () => one.slice(from - rows, from)).flat();
  });
  const { source, noise, window } = plan;
  return { ...releaseWith({ edges: [0, 1] }, []), task, name, source, encoder, noise, window, values };
}

const keys = (release: ReleaseDocument, against?: { attribute: string; value: string }) =>
  comparisonsOf(release, against === undefined ? {} : { against }).comparisons.map(({ key }) => key);

describe("within a release", () => {
  test("groups are compared pair by pair; how many they are only where nothing else is asked", () => {
    const both = released("SELECT AVG(rhr), COUNT(*) FROM member_week GROUP BY site");
    expect(keys(both)).toEqual(["north vs south/mean rhr", "north vs east/mean rhr", "south vs east/mean rhr"]);
    expect(keys(released("SELECT COUNT(*) FROM member_week GROUP BY plan"))).toEqual(["basic vs plus/count"]);
    expect(keys(released("SELECT AVG(rhr) FROM member_week"))).toEqual([]);
  });

  test("of two keys, one differs at a time", () => {
    const two = released("SELECT AVG(rhr) FROM member_week GROUP BY plan, site WITH (epsilon = 1)");
    expect(keys(two)).toHaveLength(3 * 1 + 2 * 3);
    expect(keys(two)).toContain("basic × north vs plus × north/mean rhr");
    expect(keys(two)).not.toContain("basic × north vs plus × south/mean rhr");
    expect(keys(two, { attribute: "plan", value: "plus" })).toEqual(
      ["north", "south", "east"].map((site) => `basic × ${site} vs plus × ${site}/mean rhr`),
    );
  });

  test("one group can be what the others are compared with", () => {
    const release = released("SELECT AVG(rhr) FROM member_week GROUP BY site");
    expect(keys(release, { attribute: "site", value: "south" })).toEqual([
      "north vs south/mean rhr",
      "east vs south/mean rhr",
    ]);
    for (const against of [
      { attribute: "site", value: "west" },
      { attribute: "plan", value: "south" },
    ])
      expect(() => comparisonsOf(release, { against })).toThrow(
        expect.objectContaining({ hint: "Its groups are of site: north, south, east." }),
      );
    expect(() =>
      comparisonsOf(released("SELECT AVG(rhr) FROM member_week"), { against: { attribute: "site", value: "x" } }),
    ).toThrow(expect.objectContaining({ hint: "It is not split into groups." }));
  });

  test("changes and trends are compared with 0, and between groups; periods with nothing", () => {
    const change = released("SELECT AVG(CHANGE(steps)), MEDIAN(CHANGE(steps)) FROM member_week GROUP BY plan");
    expect(comparisonsOf(change).comparisons.map(({ kind, key }) => [kind, key])).toEqual([
      ["zero", "basic/mean change of steps since 2026-11-09"],
      ["zero", "plus/mean change of steps since 2026-11-09"],
      ["groups", "basic vs plus/mean change of steps since 2026-11-09"],
      ["groups", "basic vs plus/median change of steps since 2026-11-09"],
    ]);
    const trend = released("SELECT AVG(steps) FROM member_week GROUP BY WEEK, plan WITH (rho = 0.1)");
    expect(keys(trend)).toEqual([
      "basic/mean trend of steps",
      "plus/mean trend of steps",
      "basic vs plus/mean trend of steps",
    ]);
  });

  test("lists are compared as tables, when they are split", () => {
    const sql = "SELECT TOP(device_class), HISTOGRAM(rhr, 5) FROM member_week";
    expect(keys(released(`${sql} GROUP BY plan, site WITH (epsilon = 2)`))).toEqual([
      "plan × site/distribution of rhr",
      "plan × site/distribution of deviceClass",
    ]);
    expect(keys(released(sql))).toEqual([]);
  });

  test("equal groups differ by nothing, and nothing is adjusted below its own p", () => {
    const { comparisons, says } = comparisonsOf(
      released("SELECT AVG(rhr), SHARE(sleep >= 400) FROM member_week GROUP BY site"),
    );
    for (const { difference, p, adjusted } of comparisons) {
      expect(difference?.estimate).toBe(0);
      expect([p, adjusted]).toEqual([1, 1]);
    }
    expect(says).toEqual([expect.stringContaining("adjusted for all 6 told here (Holm)")]);
  });

  test("a difference of what is hidden is hidden", () => {
    const { comparisons } = comparisonsOf(released("SELECT AVG(rhr) FROM member_week GROUP BY plan"), { floor: 5000 });
    expect(comparisons).toMatchObject(
      [{ difference: null, p: null, adjusted: null, suppressed: /fewer than 5000/ }].map((one) => ({
        ...one,
        suppressed: expect.stringMatching(one.suppressed),
      })),
    );
  });

  test("many groups are compared when one is named, and it is said that they are not otherwise", () => {
    const many = released("SELECT AVG(rhr) FROM member_week GROUP BY age_band, device_class WITH (epsilon = 4)");
    const { comparisons, says } = comparisonsOf(many);
    expect(comparisons).toEqual([]);
    expect(says).toEqual([expect.stringContaining("96 pairs of groups are not compared unasked")]);
    expect(keys(many, { attribute: "deviceClass", value: "watch" })).toHaveLength(6 * 3);
  });
});

describe("with an earlier release", () => {
  const at = (end: string, what: string, more = "") =>
    `SELECT ${what} FROM member_week ${more} WINDOW LAST 4 WEEKS ENDING '${end}'`;
  const now = released(at("2026-11-22", "AVG(rhr), COUNT(*), MEDIAN(sleep)", "GROUP BY site"), "bm93");

  test("numbers of one measure and group are, the later less the earlier", () => {
    const { comparisons, says } = compareReleases(
      now,
      released(at("2026-10-25", "MEDIAN(sleep), AVG(rhr)", "GROUP BY site")),
    );
    expect(comparisons.map(({ key }) => key)).toContain(
      "south, 2026-10-26 to 2026-11-22 vs south, 2026-09-28 to 2026-10-25/mean rhr",
    );
    expect(comparisons).toHaveLength(6);
    expect(says.join("\n")).toMatch(/The same members may be in both/);
    expect(says.join("\n")).toMatch(
      /Not in the other release, or with other bounds or bins: north\/count; south\/count/,
    );
  });

  test("members who cannot be in both leave a narrower interval", () => {
    const ask = (site: string, end = "2026-11-22") =>
      released(at(end, "AVG(rhr)", `WHERE site = '${site}'`), `dGFz${site.slice(0, 2)}`, site);
    const width = (a: ReleaseDocument, b: ReleaseDocument) => {
      const { comparisons, says } = compareReleases(a, b);
      const [low, high] = comparisons[0]?.difference?.interval95 ?? [Number.NaN, Number.NaN];
      return { width: high - low, says: says.join(" "), key: comparisons[0]?.key };
    };
    const apart = width(ask("north"), ask("south"));
    const later = width(ask("north"), ask("south", "2026-10-25"));
    expect(apart.says).toContain("No member is in both");
    expect(apart.key).toBe("north vs south/mean rhr");
    expect(later.says).toContain("The same members may be in both");
    expect(later.width).toBeGreaterThan(apart.width);
  });

  test.each<[string, ReleaseDocument]>([
    ["another metric", released(at("2026-10-25", "AVG(hr_mean)", "GROUP BY site"))],
    ["other bounds", released(at("2026-10-25", "AVG(CLIP(rhr, 40, 90))", "GROUP BY site"))],
    ["another statistic", released(at("2026-10-25", "STDDEV(rhr)", "GROUP BY site"))],
    ["by the week", released(at("2026-10-25", "AVG(WEEKLY(steps))", "GROUP BY site"))],
    ["other groups", released(at("2026-10-25", "AVG(rhr)"))],
  ])("%s is not compared", (_, earlier) => {
    expect(() => compareReleases(now, earlier)).toThrow("no number of the same measure");
  });

  test("itself, or another unit of privacy, is refused", () => {
    expect(() => compareReleases(now, now)).toThrow("not compared with itself");
    const other = { ...released(at("2026-10-25", "AVG(rhr)", "GROUP BY site")) };
    const unit = { ...other, privacy: { ...other.privacy, unit: "installation" as const } };
    expect(() => compareReleases(now, unit)).toThrow("counts each member, the other each installation");
  });

  test("a change is compared with an earlier change of the same", () => {
    const [late, early] = ["2026-11-22", "2026-10-25"].map((end, i) =>
      released(at(end, "AVG(CHANGE(steps))"), `dGFz${i}A`),
    );
    expect(compareReleases(late as ReleaseDocument, early as ReleaseDocument).comparisons).toMatchObject([
      { kind: "releases", statistic: "mean change of steps since 2026-11-09", p: 1 },
    ]);
  });
});
