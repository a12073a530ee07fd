import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { cohorts, explainQuestion } from "../../../src/query/planner/explain.ts";
import { planQuestion } from "../../../src/query/planner/plan.ts";
import { solveQuestion } from "../../../src/query/planner/solve.ts";
import { completeDraft } from "../../../src/query/question/complete.ts";
import { readRequest } from "../../../src/query/question/request.ts";
import { compileSql } from "../../../src/query/sql/compile.ts";
import { sensitivityOf } from "../../../src/task/encoder.ts";
import { levelsOf } from "../../../src/task/encoders/histogram/part.ts";
import { decodeManifest, encodeManifest, type Manifest } from "../../../src/task/manifest.ts";
import { proveManifest } from "../../../src/task/prove.ts";
import { manifestOf } from "../../support/questions.ts";
import { catalogue, defaults, operator } from "../catalogue.ts";

const questionOf = (sql: string) => completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
const planOf = (sql: string) => planQuestion(questionOf(sql), catalogue, { operator });
const widths = (sql: string) => planOf(sql).chosen.widths.map(({ halfWidth }) => halfWidth);

const texts = [
  "SELECT COUNT(*) FROM member_week",
  "SELECT COUNT(*) FROM member_week GROUP BY site, age_band",
  "SELECT AVG(rhr), STDDEV(rhr), MEDIAN(rhr), SHARE(rhr >= 60) FROM member_week GROUP BY age_band",
  "SELECT MEDIAN(sleep), AVG(rhr) FROM member_week WHERE plan = 'plus' GROUP BY site WITH (rho = 0.05)",
  "SELECT HISTOGRAM(steps), AVG(steps) FROM member_week",
  "SELECT HISTOGRAM(sleep, 0, 360, 480, 840), SHARE(sleep >= 480), MEDIAN(sleep) FROM member_week",
  "SELECT SUM(visits), TOP(device_class, 2) FROM member_week GROUP BY site",
  "SELECT CORR(sleep, rhr), REGR_SLOPE(rhr, sleep) FROM member_week WITH (rho = 0.1)",
  "SELECT AVG(moderate + 2 * vigorous) FROM member_day",
  "SELECT QUANTILE(steps, 0.1, 0.5, 0.9) FROM member_week WITH (epsilon = 1000)",
  "SELECT AVG(rhr) FROM member_week WITH (epsilon = 0.000001)",
];

describe("every plan", () => {
  test.each(texts)("%s proves, within its price, and every answer is predicted", (sql) => {
    const { chosen, others } = planOf(sql);
    for (const { plan, mechanism, widths: predicted } of [chosen, ...others]) {
      const manifest: Manifest = { ...manifestOf(), ...plan };
      const proved = proveManifest(decodeManifest(encodeManifest(manifest)));
      expect(proved.rho).toBe(mechanism.rho);
      expect(predicted.length).toBeGreaterThan(0);
      for (const { halfWidth, privacyHalfWidth } of predicted) {
        expect(privacyHalfWidth).toBeGreaterThanOrEqual(0);
        expect(halfWidth).toBeGreaterThanOrEqual(privacyHalfWidth * 0.95);
      }
      const { privacy } = questionOf(sql);
      if ("rho" in privacy) expect(Number(mechanism.rho) / 1e9).toBeLessThanOrEqual(Number(privacy.rho));
      else expect("epsilon" in mechanism).toBe(true);
    }
  });

  test("is the same whenever the question is", () => {
    expect(planOf("SELECT AVG(rhr), COUNT(*) FROM member_week").chosen.plan).toEqual(
      planOf("select count(*), avg( RHR ), avg(rhr) from MEMBER_WEEK with (epsilon=0.30)").chosen.plan,
    );
  });
});

describe("what is chosen", () => {
  test("has the smallest predicted error of the sound ways", () => {
    const { chosen, others } = planOf("SELECT AVG(rhr) FROM member_week WITH (rho = 0.05)");
    expect(chosen.way).toContain("Gaussian");
    expect(others.length).toBeGreaterThanOrEqual(2);
    for (const other of others)
      expect(other.widths[0]?.halfWidth).toBeGreaterThanOrEqual(chosen.widths[0]?.halfWidth as number);
  });

  test("costs less error the more is paid, and more the more is asked", () => {
    const mean = (epsilon: number) =>
      widths(`SELECT AVG(rhr) FROM member_week WITH (epsilon = ${epsilon})`)[0] as number;
    for (const epsilon of [0.1, 0.3, 1, 3]) expect(mean(epsilon)).toBeGreaterThan(mean(epsilon * 2));
    const [alone] = widths("SELECT MEDIAN(sleep) FROM member_week");
    const shared = planOf("SELECT MEDIAN(sleep), AVG(rhr) FROM member_week").chosen.widths;
    expect(shared.find(({ statistic }) => statistic.startsWith("median"))?.halfWidth).toBeGreaterThan(alone as number);
  });

  test("shares one histogram among the statistics of one measure", () => {
    const { encoder } = planOf("SELECT AVG(rhr), MEDIAN(rhr), STDDEV(rhr), SHARE(rhr >= 60) FROM member_week").chosen
      .plan;
    expect(encoder.kind === "product" && encoder.parts.length).toBe(1);
  });

  test("a tree where it is better by the predicted error, with numbers beside bins alone", () => {
    const question = questionOf("SELECT MEDIAN(steps) FROM member_week WITH (rho = 0.1)");
    const { chosen, others } = planQuestion(question, catalogue, { operator, members: 10_000 });
    expect(chosen.way).toMatch(/^a tree of \d+ bins by \d+, Gaussian noise$/);
    const flat = others.find(({ way }) => /^a histogram of \d+ bins, Gaussian/.test(way));
    expect(flat?.widths[0]?.privacyHalfWidth).toBeGreaterThan(chosen.widths[0]?.privacyHalfWidth as number);
    const told = explainQuestion(question, { chosen, others, referenceMembers: 10_000 });
    expect(told.chosen).toMatch(/^a tree of .* times narrower/);
    expect(told.others.map(({ way }) => way)).toContain(flat?.way);
    // Every level is a row of its own in the map, and the joint bound counts them all.
    const { encoder, map } = chosen.plan;
    if (encoder.kind !== "product") throw new Error("statistics");
    const [part] = encoder.parts;
    if (part?.kind !== "histogram") throw new Error("a histogram");
    expect(map.rows).toHaveLength(levelsOf(part).reduce((sum, rows) => sum + rows, 0));
    expect(sensitivityOf(encoder, map)).toEqual({
      l1: BigInt(levelsOf(part).length),
      l2Squared: BigInt(levelsOf(part).length),
    });
  });

  test("bins alone where levels cost more than they bring: few members' noise, or bins that were asked for", () => {
    expect(planOf("SELECT MEDIAN(steps) FROM member_week WITH (epsilon = 1)").chosen.way).toContain("a histogram of");
    expect(planOf("SELECT HISTOGRAM(sleep, 200) FROM member_week").others).toHaveLength(0);
  });

  test("finer bins the more members there are to tell apart", () => {
    const bins = (members: number) => {
      const { encoder } = planQuestion(
        questionOf("SELECT MEDIAN(sleep) FROM member_week WITH (epsilon = 1)"),
        catalogue,
        {
          operator,
          members,
        },
      ).chosen.plan;
      const part = encoder.kind === "product" ? encoder.parts[0] : undefined;
      return part?.kind === "histogram" ? part.edges.length - 1 : 0;
    };
    expect(bins(100)).toBeLessThan(bins(10_000));
  });

  test("bins that were asked for stay as they were asked for", () => {
    const { encoder, source } = planOf(texts[5] as string).chosen.plan;
    if (encoder.kind !== "product" || source.kind !== "statistics") throw new Error("statistics");
    expect(encoder.parts[0]).toMatchObject({ edges: [0, 360, 480, 840] });
    expect(encoder.parts).toHaveLength(2);
    expect(source.answers.filter(({ part }) => part === 0).map(({ statistic }) => statistic)).toEqual(["histogram"]);
  });
});

describe("a question that cannot be planned", () => {
  test.each([
    ["SELECT AVG(weight) FROM member_week WITH (purpose = 'model-training')", "is not for model-training"],
    ["SELECT AVG(rhr) FROM member_week WITH (purpose = 'advertising')", 'no purpose "advertising"'],
    ["SELECT AVG(rhr) FROM member_week WITH (rho = 0.0000000001)", "no decimal"],
  ])("%s", (sql, why) => {
    expect(() => planOf(sql)).toThrow(why);
  });
});

describe("explain", () => {
  test("tells cost, widths by cohort, the choice and the notice", () => {
    const question = questionOf("SELECT AVG(rhr) FROM member_week GROUP BY site WITH (rho = 0.02)");
    const told = explainQuestion(question, planQuestion(question, catalogue, { operator }));
    expect(told.cost).toMatchObject({ rho: "0.02", delta: 1e-6 });
    expect(told.predicted.map(({ members }) => members)).toEqual(cohorts);
    const halves = told.predicted.map(({ widths95 }) => widths95[0]?.halfWidth as number);
    for (let i = 1; i < halves.length; i++) expect(halves[i]).toBeLessThan(halves[i - 1] as number);
    expect(told.chosen).toMatch(/times narrower than by/);
    expect(told.notice).toContain("your average daily resting heart rate");
    expect(told.name).toBe("mean-of-rhr-by-site");
  });
});

describe("solve", () => {
  const question = questionOf("SELECT AVG(rhr) FROM member_week");

  test("finds the smallest budget that is enough", () => {
    const { question: priced, halfWidth } = solveQuestion(question, { error: 1, members: 1000 }, catalogue);
    expect(halfWidth).toBeLessThanOrEqual(1);
    const epsilon = "epsilon" in priced.privacy ? Number(priced.privacy.epsilon) : 0;
    const less = { ...question, privacy: { epsilon: `${(epsilon * 0.9).toFixed(6)}` } };
    expect(planQuestion(less, catalogue, { members: 1000 }).chosen.widths[0]?.halfWidth).toBeGreaterThan(1);
  });

  test("says how many members it takes where no budget is enough", () => {
    try {
      solveQuestion(question, { error: 0.1, members: 100 }, catalogue);
      expect.fail("solved");
    } catch (error) {
      expect(isPacelineError(error) && error.hint).toMatch(/It takes about \d+ members/);
    }
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("an error of %s is refused", (error) => {
    expect(() => solveQuestion(question, { error, members: 1000 }, catalogue)).toThrow("above 0");
  });

  test.each([0, 1.5, Number.NaN, 1e12])("%s members are refused", (members) => {
    expect(() => solveQuestion(question, { error: 1, members }, catalogue)).toThrow("members must be");
  });
});

describe("requests", () => {
  test("SQL and JSON become the same question", () => {
    const sql = { sql: "SELECT MEDIAN(sleep) FROM member_week GROUP BY site WITH (epsilon = 1, name = 'nights')" };
    const json = {
      version: 2,
      name: "nights",
      select: [{ statistic: "quantile", of: { formula: "sleep" }, levels: [0.5] }],
      groupBy: [{ attribute: "site" }],
      privacy: { epsilon: "1" },
    };
    expect(readRequest(sql, catalogue, defaults)).toEqual(readRequest(json, catalogue, defaults));
  });

  test("a canonical question is itself a request", () => {
    const { question } = readRequest({ sql: texts[3] }, catalogue, defaults);
    expect(readRequest(question, catalogue, defaults).question).toEqual(question);
  });

  test("whatever comes is a question or a refusal", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record({ version: fc.constant(2), select: fc.jsonValue(), window: fc.jsonValue() }),
        ),
        (json) => {
          try {
            readRequest(json, catalogue, defaults);
          } catch (error) {
            expect(isPacelineError(error)).toBe(true);
          }
        },
      ),
    );
  });
});
