import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { portableCrypto } from "../../../src/platform/web/index.ts";
import { completeDraft } from "../../../src/query/question/complete.ts";
import type { Draft } from "../../../src/query/question/draft.ts";
import { niceEdges } from "../../../src/query/question/edges.ts";
import { expand } from "../../../src/query/question/formula.ts";
import { compileFormula } from "../../../src/task/compile.ts";
import { formulaOf } from "../../../src/task/expression.ts";
import { hashQuestion } from "../../../src/task/question-hash.ts";
import { catalogue, defaults } from "../catalogue.ts";

const complete = (draft: Partial<Draft>) =>
  completeDraft({ select: [{ statistic: "mean", of: { formula: "rhr" } }], ...draft }, catalogue, defaults);

describe("what is left out is filled in", () => {
  test("window, days, bounds, purpose, budget and cohort", () => {
    expect(complete({})).toEqual({
      version: 2,
      select: [{ statistic: "mean", of: { formula: "rhr", per: "day", clip: [35, 110] } }],
      where: [],
      groupBy: [],
      window: { end: "2026-11-22", days: 28 },
      daysMin: 7,
      purpose: "service-improvement",
      privacy: { epsilon: "0.3" },
      minCohort: 50,
    });
  });

  test.each([
    [{ weeks: 1 }, { end: "2026-11-22", days: 7 }],
    [{ days: 7 }, { end: "2026-11-24", days: 7 }],
    [
      { weeks: 2, end: "2026-10-04" },
      { end: "2026-10-04", days: 14 },
    ],
    [
      { start: "2026-10-01", end: "2026-10-01" },
      { end: "2026-10-01", days: 1 },
    ],
  ])("window %j", (window, expected) => {
    expect(complete({ window }).window).toEqual(expected);
  });

  test("on a Sunday the week that ends today is not over", () => {
    const sunday = { ...defaults, today: defaults.today - 3 };
    const draft: Draft = { select: [{ statistic: "count" }], window: { weeks: 1 } };
    expect(completeDraft(draft, catalogue, sunday).window.end).toBe("2026-11-15");
  });

  test("what is counted by the week is asked by the week", () => {
    const of = (formula: string) => complete({ select: [{ statistic: "mean", of: { formula } }] }).select[0];
    expect(of("mvpa")).toMatchObject({ of: { per: "week", clip: [0, 6300] } });
    expect(of("moderate + 2 * vigorous")).toMatchObject({ of: { per: "week" } });
    expect(of("visits")).toMatchObject({ of: { per: "week", clip: [0, 21] } });
    expect(of("moderate / 60 + steps")).toMatchObject({ of: { per: "day" } });
  });
});

test("a change is cut at a quarter of the range of what changes, and counts days on either side", () => {
  const { select, daysMin } = complete({
    select: [{ statistic: "mean", of: { formula: "mvpa", since: "half" } }],
    window: { weeks: 8 },
  });
  expect(select).toMatchObject([{ of: { formula: "mvpa", per: "week", clip: [-1575, 1575] } }]);
  expect(select[0]).toMatchObject({ of: { since: "2026-10-26" } });
  expect(daysMin).toBe(7);
});

describe("what happens to members", () => {
  test("is told by TOP, over its whole list", () => {
    const [one] = complete({ select: [{ statistic: "top", attribute: "visit_hours", limit: 6 }] }).select;
    expect(one).toMatchObject({ statistic: "top", attribute: "visitHours", limit: 6 });
    expect(one?.statistic === "top" && one.values.length).toBe(168);
  });

  test.each<[string, Partial<Draft>]>([
    ["filtered", { where: [{ attribute: "visitHours", values: ["mon 18"] }] }],
    ["split", { groupBy: [{ attribute: "visitHours" }] }],
  ])("nothing is %s by it", (_, draft) => {
    expect(() => complete(draft)).toThrow("visitHours is what happens to members, not what they are");
  });
});

describe("one question, one document", () => {
  const same = (a: Partial<Draft>, b: Partial<Draft>) => expect(complete(a)).toEqual(complete(b));

  test("order, repetition and spelling do not matter", () => {
    const [mean, count] = [{ statistic: "mean", of: { formula: "rhr" } }, { statistic: "count" }] as const;
    same({ select: [mean, count] }, { select: [count, mean, count] });
    same({ privacy: { epsilon: "0.50" } }, { privacy: { epsilon: "0.5" } });
    same({ privacy: { epsilon: "01" } }, { privacy: { epsilon: "1.0" } });
    same(
      { groupBy: [{ attribute: "site" }, { attribute: "ageBand" }] },
      { groupBy: [{ attribute: "age_band" }, { attribute: "SITE" }] },
    );
    same(
      { where: [{ attribute: "site", values: ["south", "north"] }] },
      { where: [{ attribute: "site", values: ["north", "south", "north"] }] },
    );
    same(
      { select: [{ statistic: "quantile", of: { formula: "rhr" }, levels: [0.5, 0.1] }] },
      { select: [{ statistic: "quantile", of: { formula: "rhr", per: "day" }, levels: [0.1, 0.5, 0.5] }] },
    );
    same({ window: { weeks: 4 } }, { window: { start: "2026-10-26", end: "2026-11-22" } });
  });

  test("a filter on a key narrows the key", () => {
    const both = complete({
      groupBy: [{ attribute: "site" }],
      where: [{ attribute: "site", values: ["east", "north"] }],
    });
    expect(both).toMatchObject({ where: [], groupBy: [{ attribute: "site", values: ["north", "east"] }] });
  });

  test("other questions have other hashes, and each hash is its question's for ever", async () => {
    const hash = (draft: Partial<Draft>) => hashQuestion(portableCrypto, complete(draft));
    const hashes = await Promise.all([
      hash({}),
      hash({ minCohort: 51 }),
      hash({ privacy: { epsilon: "0.4" } }),
      hash({ privacy: { rho: "0.3" } }),
      hash({ window: { weeks: 3 } }),
      hash({ daysMin: 6 }),
      hash({ where: [{ attribute: "site", values: ["north"] }] }),
      hash({ groupBy: [{ attribute: "site", values: ["north"] }] }),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe("what cannot be asked is refused with what can", () => {
  const steps = { statistic: "mean", of: { formula: "steps" } } as const;
  const refused: [string, Partial<Draft>][] = [
    ['no metric "rhrr"; did you mean rhr', { select: [{ statistic: "mean", of: { formula: "rhrr" } }] }],
    ['no attribute "sote"; did you mean site', { groupBy: [{ attribute: "sote" }] }],
    ['site has no value "nrth"; did you mean "north"', { where: [{ attribute: "site", values: ["nrth"] }] }],
    ["has set no public values for appFeature", { groupBy: [{ attribute: "appFeature" }] }],
    ["named twice in GROUP BY", { groupBy: [{ attribute: "site" }, { attribute: "site" }] }],
    [
      "no value of site passes",
      {
        where: [
          { attribute: "site", values: ["north"] },
          { attribute: "site", values: ["south"] },
        ],
      },
    ],
    ["leaves its public range", { select: [{ statistic: "mean", of: { formula: "rhr", clip: [0, 100] } }] }],
    ["has none of a week", { select: [{ statistic: "mean", of: { formula: "rhr", per: "week" } }] }],
    ["nothing lies between", { select: [{ statistic: "mean", of: { formula: "rhr", clip: [60, 60] } }] }],
    ["nothing lies between", { select: [{ statistic: "mean", of: { formula: "rhr", clip: [Number.NaN, 60] } }] }],
    ["from 3.5e-299 to 1.1e-298", { select: [{ statistic: "mean", of: { formula: "rhr * 1e-300" } }] }],
    ["from 3500000000000000 to 11000000000000000", { select: [{ statistic: "mean", of: { formula: "rhr * 1e14" } }] }],
    ["from -1.1e+42 to -3.5e+41", { select: [{ statistic: "sum", of: { formula: "-rhr * 1e40" } }] }],
    ["from 35 to 35.00000001", { select: [{ statistic: "mean", of: { formula: "rhr", clip: [35, 35.00000001] } }] }],
    ["between 0 and 1", { select: [{ statistic: "quantile", of: { formula: "rhr" }, levels: [1] }] }],
    ["for all or for none", { select: [{ statistic: "share", of: { formula: "rhr" }, atLeast: 35 }] }],
    ["a budget of 0", { privacy: { epsilon: "0.0" } }],
    ["no decimal", { privacy: { epsilon: "1e3" } }],
    ["no decimal", { privacy: { rho: "-1" } }],
    ["1 to 366 days, not 371", { window: { weeks: 53 } }],
    ["1 to 366 days, not NaN", { window: { days: Number.NaN } }],
    ["before it starts", { window: { start: "2026-11-02", end: "2026-11-01" } }],
    ["more than the window", { window: { days: 3 }, daysMin: 4 }],
    ["no halves", { select: [{ statistic: "mean", of: { formula: "rhr", since: "half" } }], window: { days: 27 } }],
    ["divides no window", { select: [{ statistic: "mean", of: { formula: "rhr", since: "2026-01-01" } }] }],
    ["-75 to 75 a day", { select: [{ statistic: "mean", of: { formula: "rhr", since: "half", clip: [-76, 0] } }] }],
    ["28 days are not two or more periods of 28", { select: [steps], every: 28 }],
    ["28 days are not two or more periods of 5", { select: [steps], every: 5 }],
    ["28 periods are more than 12", { select: [steps], every: 1 }],
    ["no count period by period", { select: [{ statistic: "count" }], every: 7 }],
    ["a change is one number", { select: [{ statistic: "mean", of: { formula: "rhr", since: "half" } }], every: 7 }],
    ["the shortest span's 7 days", { select: [steps], every: 7, daysMin: 8 }],
    ["at most 4 conditions", { thresholds: [1, 2, 3, 4, 5].map((value) => ({ formula: "steps", op: ">=", value })) }],
    ["select", { select: [] }],
    ["minCohort", { minCohort: 0 }],
    ["minCohort", { minCohort: 1.5 }],
  ];
  test.each(refused)("%s", (why, draft) => {
    expect(() => complete(draft)).toThrow(why);
  });
});

describe("formulas", () => {
  test("in any order are one question, under the registry's name where they have one", () => {
    const of = (formula: string) => complete({ select: [{ statistic: "mean", of: { formula } }] }).select[0];
    for (const same of ["moderate + 2 * vigorous", "2 * vigorous + moderate", "(vigorous*2)+moderate", "MVPA"])
      expect(of(same)).toEqual(of("mvpa"));
    for (const same of ["sleep + (rhr + steps)", "(steps + rhr) + sleep", "steps + sleep + rhr"])
      expect(of(same)).toEqual(of("rhr + sleep + steps"));
    expect(of("min(3 * rhr, sleep)")).toEqual(of("min(sleep, rhr * 3)"));
    // What does not commute stays as it is.
    expect(of("sleep - rhr")).not.toEqual(of("rhr - sleep"));
    expect(of("sleep / (rhr + 1)")).not.toEqual(of("(rhr + 1) / (sleep + 1)"));
    expect(of("2 * moderate + vigorous")).not.toEqual(of("mvpa"));
  });

  test("a derived metric inside a formula is what it stands for", () => {
    expect(formulaOf(expand(compileFormula("mvpa / 7"), catalogue))).toBe("(moderate + 2 * vigorous) / 7");
  });
});

describe("edges", () => {
  test("ascend, cover the range exactly, and are near to as many as wanted", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 100 }),
        (low, width, about) => {
          const high = low + width;
          const edges = niceEdges(low, high, about);
          expect(edges[0]).toBe(low);
          expect(edges.at(-1)).toBe(high);
          for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1] as number);
          expect(edges.length - 1).toBeLessThanOrEqual(about + 2);
        },
      ),
    );
    expect(niceEdges(35, 110, 15)).toEqual([35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110]);
    expect(niceEdges(0, 30_000, 15).slice(0, 3)).toEqual([0, 2000, 4000]);
  });
});

test("no draft makes anything but a question or a refusal", () => {
  const junk = fc.oneof(
    fc.constant(undefined),
    fc.double(),
    fc.string(),
    fc.constant([]),
    fc.constant({}),
    fc.constant(null),
  );
  fc.assert(
    fc.property(
      fc.record({
        select: fc.array(fc.record({ statistic: fc.constantFrom("count", "mean", "top"), of: junk, attribute: junk })),
        window: junk,
        privacy: junk,
        daysMin: junk,
      }),
      (draft) => {
        try {
          completeDraft(draft as never, catalogue, defaults);
        } catch (error) {
          // Drafts are typed; documents from outside are parsed before. What is not typed may fail as JavaScript does.
          expect(isPacelineError(error) || error instanceof TypeError).toBe(true);
        }
      },
    ),
  );
});
