// A coordinator turned against one of its members: tasks shown to one phone only, one-day windows of years ago, each asking
// for the age band, which lives in no week. Helper and phone allow the old windows here, so that only the weeks of
// answering are left to stop it.
import { expect, test } from "vitest";
import { formatDay, parseDay } from "../../src/base/calendar.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { type Cluster, newCluster, testPolicy } from "../support/cluster.ts";
import { manifestOf, nowSeconds, smallSpec, steadyMember } from "../support/questions.ts";

const WEEK_MS = 7 * 86_400_000;
const [week, year] = [3, 12];
const old = { windowAgeDaysMax: 36_500 };
const caps = { epochCap: BigInt(week) * 10n ** 9n, yearCap: BigInt(year) * 10n ** 9n };
const cost = Number(manifestOf().rho) / 1e9;

/** The day of each window, spread over 2022 to 2025. */
const days = Array.from({ length: 96 }, (_, i) => parseDay("2022-01-05") + 15 * i);

const about = (day: number) => ({
  ...smallSpec,
  window: { end: formatDay(day), days: 1 },
  groupBy: { attribute: "ageBand" as const, values: ["25-34", "35-44"] },
});

/** ρ by epoch, as both services' tables have it. */
async function spent({ coordinatorStore, helperStore }: Cluster) {
  const read = async (store: Cluster["helperStore"]) =>
    new Map((await store.transaction((rows) => rows.budgets())).map((row) => [row.epoch, Number(row.spent) / 1e9]));
  return [await read(coordinatorStore), await read(helperStore)] as const;
}

test("96 tasks on one attribute of one phone cost a week and a year of clock time at most, at each of the three ledgers", async () => {
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const cluster = newCluster({ clock, policy: { ...testPolicy, ...old, ...caps }, terms: { ...old, ...caps } });
  const client = cluster.client(steadyMember(62), {
    limits: { minBatchFloor: 5, rhoPerTask: 1, rhoPerEpoch: week, rhoPerYear: year, ...old },
    schedule: "at-once",
  });
  await client.consent.grant("service-improvement");
  let asked = 0;
  const attack = async () => {
    for (const day of days)
      try {
        if ((await cluster.coordinator.ask(about(day))).state === "published") asked += 1;
      } catch (error) {
        if (!isPacelineError(error) || error.code !== "budget_exhausted") throw error;
      }
    await client.sync();
  };
  await attack();
  expect(asked).toBe(Math.floor(week / cost));
  const device = async () => new Map((await client.ledger()).map((row) => [row.epoch, row.spent]));
  for (const ledger of [...(await spent(cluster)), await device()]) {
    expect(ledger.get("2026-W06")).toBeCloseTo(asked * cost, 9);
    expect(ledger.get("2026-W06")).toBeLessThanOrEqual(week);
  }
  // And in every later week of the year.
  for (let i = 1; i < 12; i++) {
    clock.at += WEEK_MS;
    await attack();
  }
  for (const ledger of [...(await spent(cluster)), await device()]) {
    expect(ledger.get("2026")).toBeGreaterThan(year - cost);
    for (const [epoch, amount] of ledger) expect(amount).toBeLessThanOrEqual(epoch.includes("-W") ? week : year);
  }
}, 60_000);

test("with the defaults for old windows not one of them is asked", async () => {
  const cluster = newCluster();
  for (const day of days.slice(0, 3)) await expect(cluster.coordinator.ask(about(day))).rejects.toThrow("days ago");
  expect(cluster.traffic).toEqual([]);
  // The helper and the phone say so too; see test/helper/service.test.ts and test/task/guard.test.ts.
});
