// A coordinator turned against one of its members: tasks shown to one phone only, the batch filled with empty reports of its
// own, its own noise left out, one-day windows of years ago, each asking for the age band, which lives in no week. Helper and
// phone allow the old windows here, so that only the weeks of answering are left to stop it.
import { expect, test } from "vitest";
import { mechanismNoise, type NoiseSource } from "../../src/aggregate/collect.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay, isoWeek, parseDay } from "../../src/base/calendar.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import type { Member } from "../../src/records/types.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { type Cluster, newCluster, noNoise, testPolicy } from "../support/cluster.ts";
import { manifestOf, nowSeconds, smallQuestion, steadyMember } from "../support/questions.ts";

const WEEK_MS = 7 * 86_400_000;
const [week, year] = [3, 12];
const old = { windowAgeDaysMax: 36_500 };
const caps = { epochCap: BigInt(week) * 10n ** 9n, yearCap: BigInt(year) * 10n ** 9n };
const cost = Number(manifestOf().rho) / 1e9;

/** The day of each window, spread over 2022 to 2025. */
const days = Array.from({ length: 96 }, (_, i) => parseDay("2022-01-05") + 15 * i);

/** The one phone has data of every window; the coordinator's own have none of any, so their reports are empty. */
const victim = { ...steadyMember(62, "victim"), days: days.map((day) => ({ day, values: { rhr: 62 } })) };
const fillers = Array.from({ length: smallQuestion.minCohort - 1 }, (_, i) => steadyMember(60, `filler-${i}`));

const about = (day: number) => ({
  ...smallQuestion,
  window: { end: formatDay(day), days: 1 },
  groupBy: [{ attribute: "ageBand" as const, values: ["25-34", "35-44"] }],
});

/** ρ by epoch, as both services' tables have it. */
async function spent({ coordinatorStore, helperStore }: Cluster) {
  const read = async (store: Cluster["helperStore"]) =>
    new Map((await store.transaction((rows) => rows.budgets())).map((row) => [row.epoch, Number(row.spent) / 1e9]));
  return [await read(coordinatorStore), await read(helperStore)] as const;
}

test("96 tasks on one attribute of one phone cost a week and a year of clock time at most, at each of the three ledgers", async () => {
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const honest = mechanismNoise(nodeEntropy);
  const noise: NoiseSource = (task, rows) => (task.role === "leader" ? noNoise(task, rows) : honest(task, rows));
  const cluster = newCluster({ clock, noise, policy: { ...testPolicy, ...old, ...caps }, terms: { ...old, ...caps } });
  const phone = async (member: Member, limits: { readonly rhoPerEpoch: number; readonly rhoPerYear: number }) => {
    const made = cluster.client(member, {
      limits: { minBatchFloor: 5, rhoPerTask: 1, ...limits, ...old },
      schedule: "at-once",
    });
    await made.consent.grant("service-improvement");
    return made;
  };
  const client = await phone(victim, { rhoPerEpoch: week, rhoPerYear: year });
  const own = await Promise.all(fillers.map((member) => phone(member, { rhoPerEpoch: 1000, rhoPerYear: 1000 })));
  let asked = 0;
  /** ρ of what was released, by the calendar week of the release. */
  const released = new Map<string, number>();
  let told = 0;
  const attack = async () => {
    const open: string[] = [];
    for (const day of days)
      try {
        const { state, task } = await cluster.coordinator.ask(about(day));
        if (state !== "published") continue;
        asked += 1;
        open.push(task);
      } catch (error) {
        if (!isPacelineError(error) || error.code !== "budget_exhausted") throw error;
      }
    for (const result of await client.sync()) if (result.outcome === "sent" && !result.isNull) told += 1;
    for (const filler of own) await filler.sync();
    const now = isoWeek(Math.floor(clock.at / 86_400_000));
    for (const task of open) {
      const { privacy } = decodeRelease(await cluster.coordinator.collect(fromBase64Url(task)));
      released.set(now, (released.get(now) ?? 0) + privacy.rho);
    }
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
  // What came out about the phone, under the helper's noise alone: every answer it gave, and no more than the caps.
  expect(told).toBe(asked);
  for (const amount of released.values()) expect(amount).toBeLessThanOrEqual(week);
  const all = [...released.values()].reduce((sum, amount) => sum + amount, 0);
  expect(all).toBeCloseTo(asked * cost, 6);
  expect(all).toBeLessThanOrEqual(year);
}, 60_000);

test("with the defaults for old windows not one of them is asked", async () => {
  const cluster = newCluster();
  for (const day of days.slice(0, 3)) await expect(cluster.coordinator.ask(about(day))).rejects.toThrow("days ago");
  expect(cluster.traffic).toEqual([]);
  // The helper and the phone say so too; see test/helper/service.test.ts and test/task/guard.test.ts.
});
