// Bounds on the coverage of every statistic of a plan: alone and beside others, in one group and in six, Laplace and Gaussian.
import { describe, expect, test } from "vitest";
import { type ShapeName, shapes, type Tally, tallyOf } from "./statistics-coverage.ts";

const questions = {
  "mean by moments": "SELECT AVG(rhr) FROM member_week WITH (epsilon = 4)",
  "by one histogram":
    "SELECT AVG(rhr), STDDEV(rhr), QUANTILE(rhr, 0.1, 0.5, 0.9), SHARE(rhr >= 60) FROM member_week WITH (epsilon = 1)",
  "counts and totals":
    "SELECT HISTOGRAM(rhr), COUNT(*), SUM(visits), TOP(device_class, 4) FROM member_week WITH (epsilon = 1)",
  "two measures, Laplace noise": "SELECT CORR(sleep, rhr), REGR_SLOPE(rhr, sleep) FROM member_week WITH (epsilon = 4)",
  "two measures, Gaussian noise": "SELECT CORR(sleep, rhr), REGR_SLOPE(rhr, sleep) FROM member_week WITH (rho = 1)",
  "all beside each other, six groups":
    "SELECT AVG(sleep), STDDEV(sleep), MEDIAN(sleep), SHARE(sleep >= 300), SUM(visits), CORR(sleep, rhr), " +
    "REGR_SLOPE(rhr, sleep), COUNT(*) FROM member_week GROUP BY age_band WITH (rho = 1)",
} as const;

/**
 * Privacy intervals hold what the noise moved in 93 % of releases or more, whole ones the population's in 93 %; either tail has at
 * most 5 %. Where a thousand members leave nothing to a bound of the range, to 0 members or to what noise may have made up, neither holds
 * in more than 97.5 %: only spreads and single cells, whose ends are such bounds, may.
 */
export function statisticsCoverage(runs: number, sizes: readonly number[] = [200, 1000]): void {
  const cases = Object.entries(questions).flatMap(([name, sql]) =>
    (Object.keys(shapes) as ShapeName[]).flatMap((shape) => sizes.map((members) => ({ name, sql, shape, members }))),
  );
  describe.each(cases)("$name: $shape, $members members a group", ({ sql, shape, members }) => {
    const tallies = tallyOf({ sql, shape, members, runs });
    test.each([...tallies])("%s", (statistic, tally) => check(statistic, tally, members));
  });
}

function check(statistic: string, { runs, above, below, ...tally }: Tally, members: number): void {
  expect(runs).toBeGreaterThan(0);
  const most = (share: number) => share + 4.5 * Math.sqrt((share * (1 - share)) / runs);
  for (const [one, other] of [
    [tally.privacyAbove, tally.privacyBelow],
    [above, below],
  ] as const) {
    expect((one + other) / runs).toBeLessThanOrEqual(most(0.07));
    expect(Math.max(one, other) / runs).toBeLessThanOrEqual(most(0.05));
  }
  const bounded = /^(stddev|\[|phone|watch|band|ring)/.test(statistic);
  if (bounded || members < 1000 || tally.uninformative > 0) return;
  const fewest = runs * 0.025 - 4.5 * Math.sqrt(runs * 0.025);
  expect(tally.privacyAbove + tally.privacyBelow).toBeGreaterThanOrEqual(fewest);
  expect(above + below).toBeGreaterThanOrEqual(fewest);
}
