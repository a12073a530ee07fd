import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planQuarter, type QuarterPlan } from "../../../src/query/quarter/plan.ts";
import { loadOf } from "../../../src/query/quarter/schedule.ts";
import { parseWishes, type Wish, type Wishes } from "../../../src/query/quarter/wish.ts";
import { catalogue, defaults, operator } from "../catalogue.ts";

const rhr: Wish = { name: "rhr", sql: "SELECT AVG(rhr) FROM member_week", error: 1, members: 2000, every: 4 };
const sleep: Wish = { name: "sleep", sql: "SELECT MEDIAN(sleep) FROM member_week", error: 10, members: 2000, every: 4 };
const sites: Wish = {
  name: "sites",
  sql: "SELECT AVG(steps) FROM member_week GROUP BY site",
  error: 500,
  members: 6000,
};

const plan = (questions: readonly Wish[], more: Partial<Wishes> = {}): QuarterPlan =>
  planQuarter(
    { version: 1, start: "2026-11-30", weeks: 13, questions: [...questions], ...more },
    { catalogue, operator, defaults },
  );

test("a quarter that fits tells prices, times and loads", () => {
  const told = plan([rhr, sleep, sites]);
  expect(told.fits).toBe(true);
  expect(told.drop).toEqual([]);
  expect(told.impossible).toEqual([]);
  expect(told.runs.filter(({ name }) => name === "rhr").length).toBeGreaterThanOrEqual(3);
  expect(told.runs.filter(({ name }) => name === "sites")).toHaveLength(1);
  for (const { wish, halfWidth } of told.priced) expect(halfWidth).toBeLessThanOrEqual(wish.error as number);
  for (const { load, cap } of told.epochs) expect(load).toBeLessThanOrEqual(cap);
});

test("every week and year that data or answering touches pays, each once a run", () => {
  const { runs } = plan([{ ...rhr, every: 0, first: 3 }]);
  expect(runs).toHaveLength(1);
  // Data of the four weeks before; answers in its own week and on the next Monday.
  expect(runs[0]?.week).toBe("2026-W51");
  expect(runs[0]?.epochs).toEqual(["2026-W47", "2026-W48", "2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026"]);
});

describe("a quarter that does not fit", () => {
  const caps = { week: "0.003", year: "0.01" };

  test("names the first week that fails and what to drop, the least important first", () => {
    const told = plan(
      [
        { ...rhr, importance: 5 },
        { ...sleep, importance: 1 },
        { ...sites, importance: 9 },
      ],
      { caps },
    );
    expect(told.fits).toBe(false);
    expect(told.fails?.load).toBeGreaterThan(told.fails?.cap as bigint);
    const earlier = told.epochs.slice(
      0,
      told.epochs.findIndex(({ epoch }) => epoch === told.fails?.epoch),
    );
    for (const { load, cap } of earlier) expect(load).toBeLessThanOrEqual(cap);
    expect(told.drop).toContain("sleep");
    const kept = [rhr, sleep, sites].filter(({ name }) => !told.drop.includes(name));
    if (kept.length > 0) expect(plan(kept, { caps }).fits).toBe(true);
  });

  test("what was spent before counts", () => {
    expect(plan([rhr]).fits).toBe(true);
    expect(plan([rhr], { spent: { "2026": "1" } })).toMatchObject({ fits: false, fails: { epoch: "2026" } });
  });

  test("a wish that no allowed price buys is told, and costs nothing", () => {
    const told = plan([
      { ...rhr, name: "too-exact", error: 0.01 },
      { ...rhr, name: "unknown", sql: "SELECT AVG(bliss) FROM member_week" },
    ]);
    expect(told.impossible.map(({ wish }) => wish.name)).toEqual(["too-exact", "unknown"]);
    expect(told.impossible[0]?.hint).toMatch(/members/);
    expect(told.impossible[1]?.why).toContain('no metric "bliss"');
    expect(told.runs).toEqual([]);
    expect(told.fits).toBe(true);
  });
});

test("whatever is wished, loads are the sums of the runs and the rest fits after dropping", () => {
  const wishes = fc.array(
    fc.record({
      error: fc.constantFrom(0.8, 1.5, 3),
      every: fc.constantFrom(0, 1, 4),
      importance: fc.integer({ min: 1, max: 9 }),
      first: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(wishes, fc.constantFrom("0.01", "0.05", "0.5"), (list, week) => {
      const questions = list.map(
        ({ first, ...each }, i): Wish => ({
          ...rhr,
          ...each,
          name: `q${i}`,
          ...(first === undefined ? {} : { first }),
        }),
      );
      const more = { weeks: 6, caps: { week, year: "1" } };
      const told = plan(questions, more);
      const load = loadOf(told.runs, new Map());
      for (const each of told.epochs) expect(each.load).toBe(load.get(each.epoch));
      expect(told.fits).toBe(told.epochs.every((each) => each.load <= each.cap));
      const kept = questions.filter(({ name }) => !told.drop.includes(name));
      if (kept.length > 0) expect(plan(kept, more).fits).toBe(true);
    }),
    { numRuns: 10 },
  );
});

describe("files", () => {
  const good = { version: 1, start: "2026-11-30", weeks: 13, questions: [rhr] };
  test("that are right are read", () => {
    expect(parseWishes(good, "q.json")).toEqual(good);
  });
  test.each([
    ["start: 2026-12-01 is no Monday", { ...good, start: "2026-12-01" }],
    ['two questions are called "rhr"', { ...good, questions: [rhr, rhr] }],
    ["first asked in week 14 of 13", { ...good, questions: [{ ...rhr, first: 14 }] }],
    ["questions", { ...good, questions: [] }],
    ["questions.0.error", { ...good, questions: [{ ...rhr, error: 0 }] }],
    ["weeks", { ...good, weeks: 0 }],
    ["caps.week", { ...good, caps: { week: "-1" } }],
    ["q.json", null],
  ])("%s", (why, json) => {
    expect(() => parseWishes(json, "q.json")).toThrow(why);
  });
});
