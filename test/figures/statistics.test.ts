// Releases of every statistic as figures: what each cell is, in words, from the release alone.
import { expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { cellsOf } from "../../src/estimate/answers.ts";
import { comparisonsOf } from "../../src/estimate/compare.ts";
import { exportFormats, exportRelease, releaseFigures } from "../../src/figures/exports.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster } from "../support/cluster.ts";

const lastDay = 20_480;
const members = population({ seed: "figures", members: 12, lastDay });
const window = `WINDOW BETWEEN '${formatDay(lastDay - 27)}' AND '${formatDay(lastDay)}'`;

async function release(sql: string) {
  const cluster = newCluster();
  const asked = await cluster.coordinator.ask({ sql: `${sql} ${window} WITH (rho = 0.02)` });
  for (const member of members) {
    const client = cluster.client(member);
    await client.consent.grant("service-improvement");
    await client.sync();
  }
  return decodeRelease(await cluster.coordinator.collect(fromBase64Url(asked.task)));
}

test.each([
  [
    "SELECT COUNT(*), AVG(rhr), STDDEV(rhr), MEDIAN(sleep), SHARE(mvpa >= 150) FROM member_week GROUP BY age_band",
    [
      "Median sleep, in minutes a night: 18–24",
      "Average resting heart rate, in beats per minute: 18–24",
      "Spread of resting heart rate, in beats per minute (standard deviation): 18–24",
      "Share of members with moderate-equivalent activity of 150 or more, in % of members: 18–24",
      "Members counted, in members: 18–24",
      "Difference: Share of members with moderate-equivalent activity of 150 or more, in percentage points: 18–24 − 25–34",
      "Difference: Median sleep, in minutes a night: 18–24 − 25–34",
      "Difference: Average resting heart rate, in beats per minute: 18–24 − 25–34",
      "Difference: Spread of resting heart rate, in beats per minute (standard deviation): 18–24 − 25–34",
    ],
  ],
  [
    "SELECT AVG(steps), SHARE(mvpa >= 150) FROM member_week GROUP BY WEEK, device_class",
    [
      "Share of members with moderate-equivalent activity of 150 or more: % of members by period of 7 days, the first from 2025-12-31 on: undefined",
      "Average steps: steps a day by period of 7 days, the first from 2025-12-31 on: undefined",
      "Average trend of steps, in steps a day, more each period: watch",
      "Average trend of steps, against none, in steps a day, more each period: watch",
      "Difference: Average trend of steps, in steps a day, more each period: watch − band",
    ],
  ],
  [
    "SELECT AVG(CHANGE(sleep)) FROM member_week WHERE steps >= 1000 GROUP BY device_class",
    [
      "Average change of sleep since 2026-01-14, in minutes a night: watch",
      "Average change of sleep since 2026-01-14, against none, in minutes a night: watch",
      "Difference: Average change of sleep since 2026-01-14, in minutes a night: watch − band",
    ],
  ],
  [
    "SELECT SUM(visits), TOP(device_class, 1) FROM member_week",
    [
      "Sum of gym visits, in visits a week of all members: All members",
      expect.stringMatching(/^Members by class of device, in members: \w+$/),
    ],
  ],
  [
    "SELECT CORR(sleep, rhr), REGR_SLOPE(rhr, sleep), HISTOGRAM(steps) FROM member_week",
    [
      "Correlation of sleep and resting heart rate, in −1 to 1: All members",
      "Change of resting heart rate with sleep, in beats per minute, for 1 more of minutes a night: All members",
      "Members by steps, in steps a day, in members: 0 to 2000",
    ],
  ],
])("%s", async (sql, captions) => {
  const answer = await release(sql);
  const figures = releaseFigures(answer);
  expect(figures.map(({ caption, rows }) => `${caption}: ${rows[0]?.label}`)).toEqual(captions);
  const { comparisons } = comparisonsOf(answer);
  expect(figures.flatMap(({ rows }) => rows)).toHaveLength(cellsOf(answer).length + comparisons.length);
  for (const format of exportFormats) expect(exportRelease(answer, format)).not.toMatch(/NaN|undefined/);
});
