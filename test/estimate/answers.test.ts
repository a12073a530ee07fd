// What stands beside the numbers of a release of statistics: suppression, and the parts of its error.
import { expect, test } from "vitest";
import { cellsOf } from "../../src/estimate/answers.ts";
import { planQuestion } from "../../src/query/planner/plan.ts";
import { expectedValues, predictAnswers } from "../../src/query/planner/predict.ts";
import { completeDraft } from "../../src/query/question/complete.ts";
import { compileSql } from "../../src/query/sql/compile.ts";
import { catalogue, defaults, operator } from "../query/catalogue.ts";
import { type Tally, tallyOf } from "./statistics-coverage.ts";

function cellsFor(sql: string, members: number, floor = 0) {
  const question = completeDraft(compileSql(sql, catalogue).draft, catalogue, defaults);
  const { plan } = planQuestion(question, catalogue, { operator }).chosen;
  if (plan.encoder.kind !== "product") throw new Error("statistics");
  const values = expectedValues(plan.encoder, members).map(Math.round);
  return { plan, cells: cellsOf({ ...plan, draws: 2, values }, { floor }) };
}

test("a total counts its members at no cost, and is hidden by that count", () => {
  const sql = "SELECT SUM(visits) FROM member_week WITH (epsilon = 1)";
  const { plan, cells } = cellsFor(sql, 400, 50);
  expect(cells.map(({ statistic }) => statistic)).toEqual(["sum visits"]);
  expect(cells[0]?.suppressed).toBeUndefined();
  // All of ε = 1 is the total's: two draws of Laplace noise of scale 21.
  expect(cells[0]?.estimate.privacyNoiseSd).toBeCloseTo(2 * 21, 2);
  expect(plan.map.rows).toHaveLength(2);
  expect(cellsFor(sql, 20, 50).cells[0]?.suppressed).toBe("fewer than 50 contributors cannot be ruled out");
});

test("the parts of an error: noise and sampling make up the interval, clipping is read off the outer bins", () => {
  const { cells } = cellsFor("SELECT AVG(rhr), MEDIAN(rhr), COUNT(*) FROM member_week WITH (epsilon = 2)", 2000);
  for (const { estimate, parts, statistic } of cells) {
    if (parts === undefined) throw new Error("no parts");
    const half = (estimate.interval95[1] - estimate.interval95[0]) / 2;
    expect(Math.hypot(parts.privacyNoise, parts.sampling)).toBeCloseTo(half, 6);
    if (statistic === "count")
      expect(parts).toMatchObject({ sampling: 0, clipping: { atMostBelow: 0, atMostAbove: 0 } });
    else {
      expect(parts.sampling).toBeGreaterThan(0);
      // A bell's outer bins hold next to nobody: what bounds the share is the noise.
      const { atMostBelow } = parts.clipping as { atMostBelow: number };
      expect(atMostBelow).toBeGreaterThan(0);
      expect(atMostBelow).toBeLessThan(0.05);
    }
    const { members } = parts.nonResponse as { members: readonly [number, number] };
    expect(members[0]).toBe(0);
    expect(members[1]).toBeGreaterThan(0);
  }
});

test("what a release does not tell is said", () => {
  const [cell] = cellsFor("SELECT CORR(sleep, rhr) FROM member_week WITH (epsilon = 4)", 2000).cells;
  expect(cell?.parts?.clipping).toMatchObject({ unknown: expect.stringContaining("clipped") });
  expect(cell?.parts?.nonResponse).toMatchObject({ unknown: expect.stringContaining("COUNT(*)") });
});

test("widths that are predicted are those of releases, within 15 %", () => {
  const sql =
    "SELECT AVG(rhr), STDDEV(rhr), QUANTILE(rhr, 0.1, 0.5, 0.9), SHARE(rhr >= 60), CORR(sleep, rhr), COUNT(*) " +
    "FROM member_week WITH (rho = 1)";
  for (const members of [200, 1000]) {
    const { plan } = cellsFor(sql, members);
    const drawn = tallyOf({ sql, shape: "bell", members, runs: 60 });
    for (const { statistic, halfWidth } of predictAnswers(plan, members)) {
      const { width, runs } = drawn.get(statistic) as Tally;
      expect(Math.abs(Math.log((2 * halfWidth * runs) / width)), statistic).toBeLessThan(Math.log(1.15));
    }
  }
});
