// Studies against what can be known without them: plain sums, the noise's own law, the members' own values.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeStatistics } from "../../../src/contribution/statistics.ts";
import { distributionOf } from "../../../src/privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../../../src/privacy/mechanisms/from-event.ts";
import { planning } from "../../../src/query/planner.ts";
import type { Runner, StudyOptions, StudyResult } from "../../../src/simulate/index.ts";
import { population, simulateRuns, simulateStudy } from "../../../src/simulate/index.ts";
import { poolOf, sumOfPool } from "../../../src/simulate/study/pool.ts";
import { rowsOf } from "../../../src/task/linear-map.ts";
import { noOperator } from "../../../src/task/metrics/definition.ts";

const inline: Runner = { size: 1, run: async (job) => simulateRuns(job) };
const usual = { budgets: [{ epsilon: "1" }], members: [300], runs: 40, seed: "study", operator: noOperator } as const;
const study = (sql: string, options: Partial<StudyOptions> = {}) =>
  simulateStudy({ question: { sql }, ...usual, ...options }, inline);
const cellsOf = ({ points }: StudyResult, point = 0) => points[point]?.cells ?? [];

describe("a study", () => {
  test("errors fall with budget and members, and noise alone is less than noise and sampling", async () => {
    const result = await study("SELECT AVG(rhr) FROM member_week", {
      budgets: [{ epsilon: "0.2" }, { epsilon: "4" }],
      members: [300, 3000],
      runs: 150,
    });
    const [dearFew, dearMany, cheapFew, cheapMany] = result.points.map(({ cells }) => cells[0]);
    const rmse = (cell: typeof dearFew) => cell?.error?.rmse ?? Number.NaN;
    expect(rmse(dearFew)).toBeGreaterThan(2 * rmse(cheapFew));
    expect(rmse(dearMany)).toBeGreaterThan(rmse(cheapMany));
    expect(rmse(dearFew)).toBeGreaterThan(2 * rmse(dearMany));
    expect(cheapFew?.noiseError?.rmse).toBeLessThan(0.5 * rmse(cheapFew));
    for (const { cells } of result.points) {
      // 150 runs: a true 95 % is above 88 % but for one time in thousands.
      expect(cells[0]?.coverage.interval95).toBeGreaterThan(0.88);
      expect(cells[0]?.coverage.privacyInterval95).toBeGreaterThan(0.88);
    }
  });

  test("a count's error from noise alone is the noise's own law", async () => {
    const sql = "SELECT COUNT(*) FROM member_week";
    const [count] = cellsOf(await study(sql, { runs: 600 }));
    const { plan } = planning.plan({ sql, epsilon: "1" }, settingAt(20_000));
    const sd = Math.sqrt(distributionOf(mechanismFrom(plan.noise).law(2)).variance);
    expect(count).toMatchObject({ truth: 300, about: "contributors", suppressed: 0, runsWithout: 0 });
    // The deviation of a deviation of 600 runs is under 5 %.
    expect(count?.noiseError?.rmse).toBeGreaterThan(0.8 * sd);
    expect(count?.noiseError?.rmse).toBeLessThan(1.2 * sd);
    expect(Math.abs(count?.noiseError?.bias ?? Number.NaN)).toBeLessThan((4 * sd) / Math.sqrt(600));
  });

  test("the truth is the members' own statistic, up to bins and bounds", async () => {
    const sql =
      "SELECT AVG(rhr), STDDEV(rhr), MEDIAN(sleep), SHARE(mvpa >= 150), SUM(visits), CORR(sleep, rhr), REGR_SLOPE(rhr, sleep), TOP(device_class, 2) FROM member_week";
    const { cells } = await study(sql, { runs: 10 });
    expect(cells.length).toBeGreaterThanOrEqual(11);
    for (const { key, estimated, direct } of cells) {
      expect(direct, key).not.toBeNull();
      const size = Math.abs(direct ?? Number.NaN);
      expect(Math.abs((estimated ?? Number.NaN) - (direct ?? Number.NaN)), key).toBeLessThan(0.02 + 0.03 * size);
    }
  });

  test("what happens to members is counted in members, with intervals that hold", async () => {
    const { cells, points } = await study("SELECT TOP(support_topics) FROM member_week", { runs: 200 });
    expect(cells.map(({ key }) => key)).toEqual(expect.arrayContaining(["all/billing supportTopics", "all/count"]));
    // Who asked about three things counts for two.
    for (const { key, estimated, direct } of cells) {
      expect(estimated, key).toBeLessThanOrEqual((direct ?? Number.NaN) + 1e-6);
      expect(estimated, key).toBeGreaterThan(0.95 * (direct ?? Number.NaN));
    }
    // Six numbers of 200 runs: a true 95 % is above 88 % but for one time in ten thousand.
    for (const { coverage } of points[0]?.cells ?? []) expect(coverage.interval95).toBeGreaterThan(0.88);
  });

  test("members of one's own are resampled, and the truth is theirs", async () => {
    const lastDay = 20_480;
    const data = { members: population({ seed: "own", members: 35, lastDay }), lastDay };
    const result = await study("SELECT COUNT(*), AVG(steps) FROM member_week", { data, members: [35, 500] });
    expect(result.people).toEqual({ synthetic: false, members: 35 });
    expect(result.says[0]).toContain("the 35 members of the data, with replacement");
    const own = data.members.flatMap(({ days }) => {
      const values = days.filter(({ day }) => day > lastDay - 28 - 3).flatMap(({ values: { steps } }) => steps ?? []);
      return values.length < 7 ? [] : [values.reduce((a, b) => a + b, 0) / values.length];
    });
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    const steps = result.cells.find(({ key }) => key === "all/mean steps");
    expect(Math.abs((steps?.direct ?? 0) - mean)).toBeLessThan(0.1 * mean);
    expect(cellsOf(result, 1).find(({ key }) => key === "all/mean steps")?.truth).toBeCloseTo(steps?.estimated ?? 0, 6);
  });

  test("groups too small to be shown are counted, with their errors all the same", async () => {
    const result = await study("SELECT AVG(rhr) FROM member_week GROUP BY site", { members: [60], floor: 50 });
    for (const cell of cellsOf(result)) {
      expect(cell.suppressed).toBeGreaterThan(0.5);
      expect(cell.answers.median).toBeGreaterThan(0);
    }
  });

  test("a group that a cohort happens to lack has no truth in it, and is in no error", async () => {
    const result = await study("SELECT AVG(rhr) FROM member_week GROUP BY site", { members: [2] });
    const without = cellsOf(result).map(({ runsWithout }) => runsWithout);
    expect(without.every((runs) => runs > 0 && runs <= 40)).toBe(true);
    for (const { error } of cellsOf(result)) expect(error === null || Number.isFinite(error.rmse)).toBe(true);
  });

  test("a question's own budget is the one point where none is named", async () => {
    const result = await study("SELECT COUNT(*) FROM member_week WITH (rho = 0.02)", { budgets: [] });
    expect(result.points.map(({ budget }) => budget)).toEqual([{ rho: "0.02" }]);
    await expect(study("SELECT COUNT(*) FROM member_week WITH (rho = 0.02)")).rejects.toMatchObject({
      code: "invalid_query",
    });
  });

  test("drafts are questions too", async () => {
    const question = { version: 2, select: [{ statistic: "count" }] };
    const result = await simulateStudy({ ...usual, question, runs: 10 }, inline);
    expect(result.cells.map(({ key }) => key)).toEqual(["all/count"]);
  });
});

const settingAt = (today: number) => ({
  operator: noOperator,
  defaults: { today, minCohort: 50, privacy: { epsilon: "1" }, purpose: "service-improvement" } as const,
});

describe("a pool", () => {
  const lastDay = 20_480;
  const members = population({ seed: "pool", members: 60, lastDay });
  const questions = [
    "SELECT AVG(rhr), COUNT(*) FROM member_week GROUP BY age_band",
    "SELECT CORR(sleep, rhr), SUM(visits), TOP(device_class) FROM member_week",
  ];

  test("adds up to the plain sums of the members' own contributions, for any of them", () => {
    fc.assert(
      fc.property(fc.constantFrom(...questions), fc.uniqueArray(fc.nat(59), { minLength: 1 }), (sql, chosen) => {
        const { plan } = planning.plan({ sql, epsilon: "1" }, settingAt(lastDay + 1));
        const { source, encoder, map, window } = plan;
        if (source.kind !== "statistics" || encoder.kind !== "product") throw new Error("statistics");
        const some = chosen.map((at) => members[at] as (typeof members)[number]);
        const plain = rowsOf(map).map((row) =>
          some.reduce((total, member) => {
            const { vector } = encodeStatistics(member, source, encoder, window);
            let sum = total;
            for (let i = 0; i < row.length; i += 2)
              sum += (row[i + 1] as number) * (vector[row[i] as number] as number);
            return sum;
          }, 0),
        );
        expect(sumOfPool(poolOf(some, plan))).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });
});

describe("refused, with what to change", () => {
  const count = "SELECT COUNT(*) FROM member_week";
  const tooMany = { budgets: ["1", "2", "3", "4", "5"].map((epsilon) => ({ epsilon })), members: [1, 2, 3, 4, 5] };
  const cases: readonly [string, string, Partial<StudyOptions>, RegExp][] = [
    ["a budget of 0", count, { budgets: [{ epsilon: "0" }] }, /epsilon "0" is no decimal from 0.001 to 1000/],
    ["a budget of NaN", count, { budgets: [{ epsilon: "NaN" }] }, /epsilon "NaN"/],
    ["a budget beyond", count, { budgets: [{ epsilon: "1000000000" }] }, /epsilon "1000000000"/],
    ["a negative budget", count, { budgets: [{ rho: "-1" }] }, /rho "-1"/],
    ["a budget twice", count, { budgets: [{ epsilon: "1" }, { epsilon: "1" }] }, /named twice/],
    ["no members", count, { members: [0] }, /members must be a whole number from 1 to 1000000, not 0/],
    ["no list of members", count, { members: [] }, /at least one number of members/],
    ["too many members", count, { members: [1e9] }, /from 1 to 1000000, not 1000000000/],
    ["half a member", count, { members: [2.5] }, /not 2.5/],
    ["NaN members", count, { members: [Number.NaN] }, /not NaN/],
    ["too few runs", count, { runs: 1 }, /runs must be a whole number from 10/],
    ["too many points", count, tooMany, /25 points/],
    [
      "too much work",
      count,
      { ...tooMany, members: [1e6], runs: 20_000 },
      /1.2 times as much work as one simulation may be/,
    ],
    ["too many numbers", "SELECT HISTOGRAM(steps, 150) FROM member_week", { runs: 20_000 }, /at most 2000000 are kept/],
    ["an unknown metric", "SELECT AVG(hearts) FROM member_week", {}, /hearts/],
    ["bad SQL", "SELEC COUNT(*)", {}, /SELECT/],
    ["what synthetic members lack", "SELECT AVG(weight) FROM member_week", {}, /synthetic members have no weight/],
    ["data without members", count, { data: { members: [], lastDay: 1 } }, /no members/],
    ["a long seed", count, { seed: "s".repeat(201) }, /at most 200/],
  ];
  test.each(cases)("%s", async (_, sql, options, why) => {
    await expect(study(sql, options)).rejects.toMatchObject({
      code: expect.stringMatching(/^invalid_/),
      message: expect.stringMatching(why),
    });
  });

  test("what is neither SQL nor a draft", async () => {
    const spec = { version: 1, name: "a", title: "A?", metric: "rhr", edges: [40, 60, 80], groupBy: null };
    await expect(simulateStudy({ ...usual, question: spec }, inline)).rejects.toMatchObject({ code: "invalid_query" });
  });
});
