// Every statistic through client, coordinator and helper; under the zero source the release is the plain sum of the members'
// contributions, and the estimates are the members' statistics.
import { expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { encodeStatistics } from "../../src/contribution/statistics.ts";
import { cellsOf } from "../../src/estimate/answers.ts";
import { population } from "../../src/simulate/index.ts";
import { productMap } from "../../src/task/encoders/product.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";

const lastDay = 20_480;
const members = population({ seed: "statistics", members: 40, lastDay });
const window = `WINDOW BETWEEN '${formatDay(lastDay - 27)}' AND '${formatDay(lastDay)}'`;

async function release(sql: string) {
  const cluster = newCluster({ noise: noNoise });
  const asked = await cluster.coordinator.ask({ sql });
  for (const member of members) {
    const client = cluster.client(member);
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  }
  return decodeRelease(await cluster.coordinator.collect(fromBase64Url(asked.task)));
}

/** The same contributions, mapped and added up without shares. */
function plainSum({ source, encoder, window: days }: Awaited<ReturnType<typeof release>>): readonly number[] {
  if (source.kind !== "statistics" || encoder.kind !== "product") throw new Error("statistics");
  const rows = productMap(encoder).rows;
  const total = new Array<number>(rows.length).fill(0);
  for (const member of members) {
    const { vector } = encodeStatistics(member, source, encoder, days);
    for (const [r, row] of rows.entries())
      for (let i = 0; i < row.length; i += 2)
        total[r] = (total[r] as number) + (row[i + 1] as number) * (vector[row[i] as number] as number);
  }
  return total;
}

const questions = [
  `SELECT COUNT(*), AVG(rhr), STDDEV(rhr), MEDIAN(sleep), SHARE(mvpa >= 150) FROM member_week GROUP BY age_band ${window}`,
  `SELECT SUM(visits), TOP(device_class, 2) FROM member_week WHERE age_band IN ('25-34', '35-44', '45-54') ${window}`,
  `SELECT CORR(sleep, rhr), REGR_SLOPE(rhr, sleep), HISTOGRAM(steps) FROM member_week ${window} WITH (rho = 0.02)`,
  `SELECT TOP(visit_hours, 6) FROM member_week GROUP BY device_class ${window} WITH (rho = 0.02)`,
  `SELECT AVG(rhr) FROM member_week GROUP BY device_class, age_band ${window} WITH (rho = 0.02)`,
];

test.each(questions)("%s", async (sql) => {
  const answer = await release(sql);
  expect(answer.values).toEqual(plainSum(answer));
  expect(answer.values.some((value) => value !== 0)).toBe(true);
  const cells = cellsOf(answer);
  expect(cells.length).toBeGreaterThan(0);
  for (const { estimate } of cells) {
    const [low, high] = estimate.interval95;
    expect(low <= estimate.estimate && estimate.estimate <= high).toBe(true);
  }
});

test("hours of visits are counted in members, six at most of each, the most frequent ones", async () => {
  const answer = await release(`SELECT TOP(visit_hours) FROM member_week ${window} WITH (rho = 0.02)`);
  expect(answer.encoder).toMatchObject({ parts: [{ kind: "events", cap: 6 }, { kind: "histogram" }] });
  const hours = builtIn.attribute("visitHours")?.values ?? [];
  const expected = new Map<string, number>(hours.map((hour) => [hour, 0]));
  for (const { days } of members) {
    const often = new Map<string, number>();
    for (const { day, events } of days)
      if (day > lastDay - 28 && day <= lastDay)
        for (const hour of Object.keys(events?.visitHours ?? {})) often.set(hour, (often.get(hour) ?? 0) + 1);
    const kept = [...often].sort(([a, x], [b, y]) => y - x || hours.indexOf(a) - hours.indexOf(b)).slice(0, 6);
    for (const [hour] of kept) expected.set(hour, (expected.get(hour) ?? 0) + 1);
  }
  const cells = cellsOf(answer).filter(({ statistic }) => statistic.endsWith(" visitHours"));
  expect(
    Object.fromEntries(cells.map(({ statistic, estimate }) => [statistic.slice(0, 6), estimate.estimate])),
  ).toEqual(Object.fromEntries(expected));
  expect(cells[0]?.estimate.estimate).toBeGreaterThan(2);
});

test("without noise a mean of sums is the members' own, whatever way it was computed", async () => {
  const answer = await release(`SELECT AVG(rhr) FROM member_week ${window} WITH (rho = 0.02)`);
  const values = members.flatMap(({ days }) => {
    const own = days
      .filter(({ day }) => day > lastDay - 28 && day <= lastDay)
      .flatMap(({ values: { rhr } }) => rhr ?? []);
    return own.length >= 7 ? [own.reduce((a, b) => a + b, 0) / own.length] : [];
  });
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  expect(cellsOf(answer)[0]?.estimate.estimate).toBeCloseTo(mean, 0);
});

test("the same question in other words is the same task", async () => {
  const cluster = newCluster({ noise: noNoise });
  const first = await cluster.coordinator.ask({ sql: `SELECT AVG(rhr), COUNT(*) FROM member_week ${window}` });
  const json = {
    version: 2,
    title: "Anything",
    select: [{ statistic: "count" }, { statistic: "mean", of: { formula: "rhr" } }],
    window: { start: formatDay(lastDay - 27), end: formatDay(lastDay) },
    privacy: { rho: "0.010" },
  };
  expect((await cluster.coordinator.ask(json)).task).toBe(first.task);
  expect((await cluster.coordinator.ledger()).debits).toHaveLength(1);
});
