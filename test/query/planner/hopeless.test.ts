// Answers that would say next to nothing are told as such, with the number and the better way, whether or not an error was wanted.
import { describe, expect, test } from "vitest";
import { explainQuestion } from "../../../src/query/planner/explain.ts";
import { planQuestion } from "../../../src/query/planner/plan.ts";
import { completeDraft } from "../../../src/query/question/complete.ts";
import { compileSql } from "../../../src/query/sql/compile.ts";
import { catalogue, defaults, operator } from "../catalogue.ts";

const told = (sql: string, members?: readonly number[]) => {
  const question = completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
  return explainQuestion(question, planQuestion(question, catalogue, { operator }), members).hopeless;
};

describe("a question with hardly any budget", () => {
  test("is told with how many members it says nothing, how wide it is, and what would help", () => {
    const [one, ...more] = told("SELECT AVG(rhr) FROM member_week WITH (epsilon = 0.01)");
    expect(more).toEqual([]);
    expect(one).toMatchObject({ statistic: "mean rhr", range: 75 });
    expect(one?.halfWidth).toBeGreaterThanOrEqual(75 / 4);
    expect(one?.says).toMatch(/^mean rhr of \d+ members says next to nothing: ±\d+, .* 75\. Ask with a larger budget/);
    expect(one?.says).toMatch(/or of (300|1000|3000|10000) members or more\.$/);
  });

  test("names no number of members that would do where none of those looked at does", () => {
    const [one] = told("SELECT AVG(rhr) FROM member_week WITH (epsilon = 0.00001)");
    expect(one).toMatchObject({ members: 10_000 });
    expect(one?.says).toMatch(/fewer groups or statistics\.$/);
  });

  test("every answer is judged by its own range", () => {
    const all = told(
      "SELECT SHARE(mvpa >= 150), MEDIAN(sleep), CORR(sleep, rhr), COUNT(*) FROM member_week WITH (epsilon = 0.01)",
    );
    expect(all.map(({ range }) => range)).toEqual(expect.arrayContaining([1, 2]));
    expect(all.map(({ statistic }) => statistic)).not.toContain("count");
  });
});

test("with a usual budget and cohort nothing is hopeless, and of a count or total nothing ever is", () => {
  expect(told("SELECT AVG(rhr), MEDIAN(rhr) FROM member_week WITH (rho = 0.05)", [1000, 10_000])).toEqual([]);
  expect(told("SELECT COUNT(*), SUM(visits) FROM member_week WITH (epsilon = 0.001)")).toEqual([]);
});

test("more members never make what is told worse", () => {
  const sql = "SELECT AVG(steps) FROM member_week WITH (epsilon = 0.05)";
  const [few] = told(sql, [100]);
  const [many] = told(sql, [10_000]);
  expect((many?.halfWidth ?? 0) <= (few?.halfWidth ?? Number.POSITIVE_INFINITY)).toBe(true);
});
