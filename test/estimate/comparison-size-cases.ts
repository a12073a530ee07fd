// Bounds on how often comparisons find something: no more than they say where there is nothing, and mostly where there is a lot.
import { describe, expect, test } from "vitest";
import { nulls, sizeOf } from "./comparison-size.ts";

const questions = {
  "means, Laplace noise": "SELECT AVG(rhr) FROM member_week GROUP BY site WITH (epsilon = 1)",
  "means, Gaussian noise": "SELECT AVG(rhr) FROM member_week GROUP BY site WITH (rho = 0.1)",
  "shares and medians": "SELECT SHARE(rhr >= 73), MEDIAN(sleep) FROM member_week GROUP BY site WITH (epsilon = 1)",
  "changes in two arms": "SELECT AVG(CHANGE(steps)), COUNT(*) FROM member_week GROUP BY plan WITH (epsilon = 2)",
  "a change": "SELECT AVG(CHANGE(steps)) FROM member_week WITH (rho = 0.1)",
  tables: "SELECT HISTOGRAM(rhr, 6), TOP(device_class) FROM member_week GROUP BY site WITH (epsilon = 1)",
  members: "SELECT COUNT(*) FROM member_week GROUP BY site WITH (epsilon = 1)",
} as const;

/** p ≤ 5 % in at most 5 % of the tests of a statistic, and an adjusted one in at most 5 % of the releases, but for chance. */
export function comparisonSize(runs: number, sizes: readonly number[]): void {
  const cases = Object.entries(questions).flatMap(([name, sql]) =>
    Object.entries(nulls).flatMap(([shape, draw]) => sizes.map((members) => ({ name, sql, shape, draw, members }))),
  );
  describe.each(cases)("$name: $shape, $members members a group", ({ sql, draw, members }) => {
    const { found, falseFamilies } = sizeOf({ sql, shape: draw, members, runs });
    // Tests of one release lean on the same numbers: no more are counted as independent than there are releases.
    const most = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs);
    test.each([...found])("%s", (_, { told, rejected }) => {
      expect(told).toBeGreaterThanOrEqual(runs);
      expect(rejected / told).toBeLessThanOrEqual(most);
    });

    test("any of them, adjusted", () => {
      expect(falseFamilies / runs).toBeLessThanOrEqual(most);
    });
  });
}

/** What is far larger than its errors is found nearly always, and what is nothing in the other groups is not found for it. */
export function comparisonPower(runs: number): void {
  test.each([
    ["SELECT AVG(rhr) FROM member_week GROUP BY plan WITH (rho = 0.1)", "groups mean rhr", 0.05],
    ["SELECT AVG(CHANGE(steps)) FROM member_week WITH (rho = 0.1)", "zero mean change of steps since 2026-11-09", 0.02],
    ["SELECT HISTOGRAM(rhr, 6) FROM member_week GROUP BY plan WITH (epsilon = 1)", "table distribution of rhr", 0.08],
  ])("%s", (sql, statistic, shift) => {
    const { found } = sizeOf({ sql, shape: nulls.bell, members: 1000, runs, shift });
    const { told, rejected } = found.get(statistic) ?? { told: 0, rejected: 0 };
    expect(told).toBeGreaterThanOrEqual(runs);
    expect(rejected / told).toBeGreaterThan(0.9);
  });
}
