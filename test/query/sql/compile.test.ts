import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import {
  ask,
  atLeast,
  below,
  change,
  clip,
  correlation,
  count,
  daily,
  histogram,
  mean,
  median,
  meets,
  quantiles,
  share,
  slope,
  stddev,
  sum,
  top,
  weekly,
} from "../../../src/query/builder.ts";
import { completeDraft } from "../../../src/query/question/complete.ts";
import type { Draft } from "../../../src/query/question/draft.ts";
import { compileSql } from "../../../src/query/sql/compile.ts";
import { SqlError } from "../../../src/query/sql/problem.ts";
import { catalogue, defaults } from "../catalogue.ts";

const question = (draft: Draft) => completeDraft(draft, catalogue, defaults);
const fromSql = (text: string) => question(compileSql(text, catalogue).draft);

function refusal(text: string): SqlError {
  try {
    compileSql(text, catalogue);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error(`"${text}" compiles`);
}

describe("SQL and the builder write the same question", () => {
  const pairs: [string, { draft(): Draft }][] = [
    [
      "SELECT MEDIAN(sleep), AVG(rhr) FROM member_week WHERE age_band IN ('35-44','45-54') GROUP BY site WINDOW LAST 4 WEEKS WITH (epsilon = 1)",
      ask(mean("rhr"), median("sleep")).where("ageBand", ["45-54", "35-44"]).groupBy("site").lastWeeks(4).epsilon(1),
    ],
    ["select count(*) from MEMBER_WEEK", ask(count())],
    ["SELECT SHARE(mvpa >= 150) FROM member_week WITH (rho = 0.05);", ask(share("mvpa", { atLeast: 150 })).rho("0.05")],
    ["SELECT QUANTILE(steps, .9, 0.1) FROM member_week", ask(quantiles("steps", 0.1, 0.9))],
    [
      "SELECT HISTOGRAM(sleep, 0, 360, 480, 840) FROM member_week",
      ask(histogram("sleep", { edges: [0, 360, 480, 840] })),
    ],
    ["SELECT HISTOGRAM(sleep, 7) FROM member_week", ask(histogram("sleep", { bins: 7 }))],
    ["SELECT SUM(visits), STDDEV(rhr) FROM member_week", ask(stddev("rhr"), sum("visits"))],
    ["SELECT TOP(device_class, 2) FROM member_week", ask(top("deviceClass", { limit: 2 }))],
    [
      "SELECT CORR(sleep, rhr), REGR_SLOPE(rhr, sleep) FROM member_week",
      ask(correlation("sleep", "rhr"), slope("rhr", "sleep")),
    ],
    [
      "SELECT AVG(CLIP(rhr, 40, 100)), AVG(WEEKLY(steps)) FROM member_week",
      ask(mean(clip("rhr", 40, 100)), mean(weekly("steps"))),
    ],
    [
      "SELECT AVG(rhr) FROM member_week WINDOW BETWEEN '2026-10-01' AND '2026-10-28' WITH (min_cohort = 80, days_min = 3, purpose = 'research')",
      ask(mean("rhr")).between("2026-10-01", "2026-10-28").minCohort(80).daysMin(3).purpose("research"),
    ],
    [
      "SELECT AVG(moderate + 2 * (vigorous - 1)) FROM member_week",
      ask(mean({ formula: "moderate + 2 * (vigorous - 1)" })),
    ],
    ["SELECT AVG(LEAST(steps, 10000)) -- a comment\nFROM member_week", ask(mean({ formula: "min(steps, 10000)" }))],
  ];
  pairs.push(
    [
      "SELECT AVG(CHANGE(steps SINCE '2026-11-09')), MEDIAN(CLIP(CHANGE(mvpa), -300, 300)) FROM member_week WINDOW LAST 4 WEEKS",
      ask(mean(change("steps", "2026-11-09")), median(clip(change("mvpa"), -300, 300))).lastWeeks(4),
    ],
    ["SELECT AVG(steps) FROM member_week GROUP BY WEEK, site", ask(mean("steps")).groupBy("site").every(7)],
    ["SELECT SHARE(mvpa >= 150) FROM member_week GROUP BY 14 DAYS", ask(share("mvpa", { atLeast: 150 })).every(14)],
    [
      "SELECT SHARE(mvpa >= 150 AND sleep < 420 AND mvpa >= 150) FROM member_week WHERE steps >= 5000 AND site = 'north' AND DAILY(visits) < 1",
      ask(meets(below("sleep", 420), atLeast("mvpa", 150)))
        .whereMeasured(below(daily("visits"), 1))
        .where("site", ["north"])
        .whereMeasured(atLeast("steps", 5000)),
    ],
  );
  test.each(pairs)("%s", (sql, built) => {
    expect(fromSql(sql)).toEqual(question(built.draft()));
  });

  test("member_day asks by the day", () => {
    expect(fromSql("SELECT AVG(mvpa) FROM member_day").select[0]).toMatchObject({ of: { per: "day" } });
    expect(fromSql("SELECT AVG(mvpa) FROM member_week").select[0]).toMatchObject({ of: { per: "week" } });
  });

  test("WITH holds what is no part of the question", () => {
    const { options } = compileSql(
      "SELECT AVG(rhr) FROM member_week WITH (error = 0.5, members = 800, name = 'rhr-now')",
      catalogue,
    );
    expect(options).toEqual({ error: 0.5, members: 800, name: "rhr-now" });
  });
});

describe("an error points at the token", () => {
  test.each([
    ["SELECT MEDAIN(sleep) FROM member_week", 7, "MEDAIN", "did you mean MEDIAN?"],
    ["SELECT AVG(rhrr) FROM member_week", 11, "rhrr", "did you mean rhr?"],
    ["SELECT AVG(rhr) FRM member_week", 16, "FRM", "did you mean FROM?"],
    ["SELECT AVG(rhr) FROM members", 21, "members", "no table"],
    ["SELECT AVG(rhr) FROM member_week WHERE age_band = '30-39'", 50, "'30-39'", 'no value "30-39"'],
    ["SELECT AVG(rhr) FROM member_week GROUP BY sote", 42, "sote", "did you mean site?"],
    ["SELECT AVG(rhr) FROM member_week WITH (eror = 1)", 39, "eror", "did you mean error?"],
    ["SELECT AVG(rhr) FROM member_week WITH (epsilon = 1, rho = 1)", 52, "rho", "both decide the budget"],
    ["SELECT AVG(rhr) FROM member_week WITH (epsilon = 'x')", 49, "'x'", "takes a number"],
    ["SELECT AVG(rhr) FROM member_week WINDOW LAST 99 WEEKS", 33, "WINDOW LAST 99", "1 to 366 days"],
    ["SELECT AVG(rhr, 3) FROM member_week", 7, "AVG(rhr, 3)", "is written AVG(metric)"],
    ["SELECT rhr FROM member_week", 7, "rhr", "a column is a statistic"],
    ["SELECT SHARE(rhr) FROM member_week", 13, "rhr", "SHARE(metric >= number)"],
    ["SELECT SHARE(rhr >= 300) FROM member_week", 7, "SHARE(rhr >= 300)", "for all or for none"],
    ["SELECT AVG(CHANGE(CHANGE(steps))) FROM member_week", 18, "CHANGE(steps)", "change of a change"],
    ["SELECT AVG(CHANGE(CLIP(steps, 0, 9))) FROM member_week", 18, "CLIP(steps, 0, 9)", "clip the change"],
    ["SELECT AVG(CHANGE(steps SINCE 'May')) FROM member_week", 30, "'May'", "not a day"],
    ["SELECT AVG(steps SINCE '2026-11-09') FROM member_week", 11, "steps SINCE '2026-11-09'", "CHANGE(metric SINCE"],
    ["SELECT SHARE(steps >= 5 AND rhr) FROM member_week", 28, "rhr", "AND metric < number"],
    ["SELECT SHARE(steps >= 5 AND rhr < 900) FROM member_week", 28, "rhr < 900", "for all or for none"],
    ["SELECT SHARE(CHANGE(steps) < 5) FROM member_week", 13, "CHANGE(steps)", "SHARE(… >= number) alone"],
    ["SELECT AVG(rhr) FROM member_week WHERE steps", 39, "steps", "attribute IN ('a', 'b')"],
    ["SELECT AVG(rhr) FROM member_week WHERE 2 * steps = 'x'", 39, "2 * steps", "measures do not"],
    ["SELECT AVG(rhr) FROM member_week WHERE steps >= -1", 39, "steps >= -1", "for all or for none"],
    ["SELECT AVG(rhr) FROM member_week GROUP BY WEEK, 2 DAYS", 48, "2 DAYS", "one period is enough"],
    ["SELECT AVG(*) FROM member_week", 11, "*", "COUNT(*) only"],
    ["SELECT AVG(SQRT(rhr)) FROM member_week", 11, "SQRT", "no function of values"],
    ["SELECT AVG(rhr)\nFROM member_week\nORDER BY x", 33, "ORDER", "line 3, column 1"],
    ["SELECT AVG(rhr) FROM member_week WHERE site = 'a' OR site = 'b'", 50, "OR", "cannot stand here"],
  ])("%s", (sql, offset, token, why) => {
    const error = refusal(sql);
    expect(error.message).toContain(why);
    expect(sql.slice(error.problem.offset, error.problem.offset + error.problem.length)).toBe(token);
    expect(error.problem.offset).toBe(offset);
    expect(error.message).toContain("^");
  });

  test("says what is allowed there", () => {
    expect(refusal("SELECT AVG(rhr)").hint).toContain("FROM");
    expect(refusal("").hint).toBe("Allowed here: SELECT.");
    expect(refusal("SELECT AVG(rhr) FROM member_week WINDOW 4").hint).toBe("Allowed here: LAST, BETWEEN.");
  });

  test("says what to do instead of what other databases have", () => {
    expect(refusal("SELECT AVG(rhr) FROM member_week JOIN x").hint).toContain("one table");
    expect(refusal("SELECT AVG(rhr) FROM member_week HAVING 1").hint).toContain("hidden");
    expect(refusal("SELECT AVG(rhr) FROM member_week WHERE site = 'north' OR plan = 'a'").hint).toContain("IN (");
  });
});

describe("any text", () => {
  const words = fc.constantFrom(
    ..."SELECT FROM WHERE GROUP BY WINDOW LAST 4 WEEKS WITH ( ) , = >= + - * / AVG MEDIAN COUNT SHARE rhr sleep member_week site 'north' 0.5 1e999 AND IN BETWEEN ;".split(
      " ",
    ),
  );
  test("compiles or is refused at a place in it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 60 }),
          fc.array(words, { maxLength: 30 }).map((list) => list.join(" ")),
        ),
        (text) => {
          try {
            compileSql(text, catalogue);
          } catch (error) {
            expect(isPacelineError(error)).toBe(true);
            const { problem } = error as SqlError;
            expect(problem.offset).toBeGreaterThanOrEqual(0);
            expect(problem.offset).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["deep parentheses", `SELECT AVG(${"(".repeat(5000)}rhr${")".repeat(5000)}) FROM member_week`],
    ["a long sum", `SELECT AVG(rhr${" + rhr".repeat(3000)}) FROM member_week`],
    ["too many characters", `SELECT AVG(rhr) FROM member_week ${" ".repeat(30_000)}`],
    ["a number beyond doubles", "SELECT AVG(rhr + 1e999) FROM member_week"],
  ])("%s", (_, text) => {
    expect(refusal(text).code).toBe("invalid_query");
  });
});
