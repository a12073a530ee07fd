// Samples as a wearable's store gives them, in pieces, twice, late, corrected and deleted: the days are those of an import of all.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AppSample, Recorded } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { newCluster } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device } from "./harness.ts";

const own = { days: undefined, profile: undefined } as never;
const HOUR = 3_600_000;
/** Midnight UTC of the clusters' last day; zones are stated, so that this machine's does not matter. */
const midnight = lastDay * 86_400_000;
const phone = { key: "iPhone", deviceClass: "phone", provider: "healthkit" } as const;
const watch = { key: "Watch", deviceClass: "watch", provider: "healthkit" } as const;

const at = (metric: AppSample["metric"], value: number, from: number, to = from, more: Partial<AppSample> = {}) =>
  ({ metric, value, start: midnight + from * HOUR, end: midnight + to * HOUR, offsetMinutes: 0, ...more }) as AppSample;

function keeping() {
  const one = device(newCluster(), undefined, own);
  const values = async (day = lastDay) => (await one.client.days()).find((each) => each.day === day)?.values ?? {};
  return { ...one, values };
}

const night = [
  at("sleep", 90, -1.5, 0, { source: watch }),
  at("sleep", 300, 0, 5, { source: watch }),
  at("sleep_deep", 60, 1, 2, { source: watch }),
];

describe("record(samples)", () => {
  test("unites what two devices counted, converts units, and gives a night to the day of waking", async () => {
    const { client, values } = keeping();
    const { days, samples, report } = await client.record([
      at("steps", 4000, 8, 9, { source: phone }),
      at("steps", 6000, 8, 10, { source: watch }),
      at("distance", 3, 8, 9, { unit: "mi", source: watch }),
      at("weight", 154.3, 7, 7, { unit: "lb" }),
      ...night,
    ]);
    expect(await values()).toMatchObject({ steps: 6000, distance: 4828.032, sleep: 390, sleep_deep: 60 });
    expect((await values()).weight).toBeCloseTo(69.99, 2);
    expect([days, samples, await values(lastDay - 1)]).toEqual([1, 7, {}]);
    expect(report.metrics).toMatchObject({
      distance: { converted: { mi: 1 }, zones: { record: 1 } },
      steps: { overlapping: 1 },
    });
  });

  test("day borders lie where the sample was measured", async () => {
    const { client, values } = keeping();
    await client.record([
      at("steps", 100, 23, 23.5, { offsetMinutes: 120 }),
      at("steps", 200, 23.5, 24, { offsetMinutes: 0 }),
    ]);
    expect([(await values()).steps, (await values(lastDay + 1)).steps]).toEqual([200, 100]);
  });

  test("the same again changes nothing; in pieces and in any order it comes to what all at once comes to", async () => {
    const all = [...night, at("steps", 100, 9, 10), at("steps", 50, 10, 11), at("rhr", 58, 6)].map((one, i) => ({
      ...one,
      ...(i % 2 === 0 ? { id: `r${i}` } : {}),
    }));
    const whole = keeping();
    await whole.client.record(all);
    const expected = await whole.client.days();
    const again = (await whole.client.record(all)) as Recorded;
    expect(again).toMatchObject({ days: 0, samples: 0, repeated: all.length, removed: 0, late: 0 });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(5), async (order, cut) => {
        const { client } = keeping();
        await client.record(order.slice(0, cut));
        await client.record(order.slice(Math.max(0, cut - 1)));
        expect(await client.days()).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("a record given anew takes the place of its samples, on other days too; deleted, its values go", async () => {
    const { client, values } = keeping();
    await client.record([at("steps", 100, 9, 10, { id: "a" }), at("steps", 70, 11, 12, { id: "b" })]);
    expect(await values()).toEqual({ steps: 170 });
    const moved = await client.record([at("steps", 90, -15, -14, { id: "a" })]);
    expect(moved).toMatchObject({ days: 2, samples: 1, removed: 1 });
    expect([await values(), await values(lastDay - 1)]).toEqual([{ steps: 70 }, { steps: 90 }]);
    const { removed, days } = await client.record([], { deleted: ["a", "b", "unknown"] });
    expect([removed, days, await client.days()]).toEqual([2, 2, []]);
    expect(await client.record([], { deleted: ["a"] })).toMatchObject({ removed: 0, days: 0 });
  });

  test("a heart rate's many samples are one record", async () => {
    const { client, values } = keeping();
    const rates = [60, 70, 80].map((rate, i) => at("hr_mean", rate, 9 + i, 9 + i, { id: "hr" }));
    await client.record(rates);
    expect((await values()).hr_mean).toBe(70);
    expect(await client.record(rates.slice(0, 2))).toMatchObject({ removed: 1, repeated: 2 });
    expect((await values()).hr_mean).toBe(65);
  });

  test("what another account of the day said stays, for metrics that the samples say nothing of", async () => {
    const { client, values } = keeping();
    await client.record([{ day: lastDay, values: { steps: 5, rhr: 61 }, events: { visitHours: { "mon 18": 1 } } }]);
    await client.record([at("steps", 900, 9, 10, { id: "a" })]);
    expect(await values()).toEqual({ steps: 900, rhr: 61 });
    await client.record([], { deleted: ["a"] });
    expect(await client.days()).toEqual([
      { day: lastDay, values: { rhr: 61 }, events: { visitHours: { "mon 18": 1 } } },
    ]);
  });

  test("a day's own total stands before the samples of its provider", async () => {
    const { client, values } = keeping();
    const total = { metric: "steps", value: 8123, day: lastDay, source: { ...phone, deviceClass: "unknown" } } as const;
    await client.record([at("steps", 4000, 8, 9, { source: phone }), total]);
    expect(await values()).toEqual({ steps: 8123 });
    await client.record([{ ...total, day: lastDay + 1, value: 7 }]);
    expect(await values(lastDay + 1)).toEqual({ steps: 7 });
  });

  test("what cannot be used is counted by its reason, and nothing of it is kept", async () => {
    const { client, store, clock } = keeping();
    const ahead = (clock.at - midnight) / HOUR;
    const { report, tooOld, days } = await client.record([
      at("steps", 100, 9, 8),
      at("steps", Number.NaN, 9, 10),
      at("steps", 5, 9, 90),
      at("steps", 5, ahead + 72, ahead + 73),
      at("steps", 5, -24 * 60, -24 * 60 + 1),
      at("distance", 5, 9, 10, { unit: "kcal" }),
      at("rhr", 900, 9, 9),
    ]);
    const reasons = Object.fromEntries(report.skipped.map(({ kind, count }) => [kind, count]));
    expect(reasons).toEqual({
      ends_before_it_starts: 1,
      not_a_number: 1,
      longer_than_a_day: 1,
      in_the_future: 1,
      unknown_unit: 1,
    });
    expect([report.metrics.rhr?.implausible, tooOld, days, await client.days()]).toEqual([1, 1, 0, []]);
    expect((await store.keys("days/")).length).toBe(0);
    expect((await client.record([at("rhr", 60, 9, 9)])).report.skipped).toEqual([]);
  });

  test("late samples for what was answered already are said; the answer stays as it was", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const { client } = device(cluster, undefined, own);
    await client.record([at("rhr", 62, 6, 6, { id: "a" })]);
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent", isNull: false }]);
    expect(await client.record([at("rhr", 75, 6, 6, { id: "a" }), at("rhr", 60, 40)])).toMatchObject({
      days: 2,
      late: 1,
    });
    expect(await client.sync()).toEqual([]);
    expect(await client.record([at("rhr", 60, 40)])).toMatchObject({ days: 0, late: 0 });
  });

  test("samples are kept for some weeks, sealed as everything, and erased with everything; their days stay", async () => {
    const { client, store, clock } = keeping();
    await client.record([at("steps", 100, 9, 10)]);
    expect(await store.keys("samples/")).toHaveLength(1);
    clock.at += 50 * 86_400_000;
    await client.record([at("steps", 7, 50 * 24 + 9, 50 * 24 + 10)]);
    expect([(await store.keys("samples/")).length, (await client.days()).length]).toEqual([1, 2]);
    await client.eraseAll();
    expect(await store.keys("samples/")).toEqual([]);
  });

  test("two tabs at once: what one wrote is not written over", async () => {
    const store = memoryDeviceStore();
    const [one, two] = [0, 1].map(() => device(newCluster(), undefined, { ...(own as object), store }).client);
    const outcomes = await Promise.allSettled([
      one?.record([at("steps", 100, 9, 10)]),
      two?.record([at("steps", 50, 10, 11)]),
    ]);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    for (const each of refused) expect((each as PromiseRejectedResult).reason).toMatchObject({ code: "conflict" });
    await two?.record([at("steps", 50, 10, 11)]);
    await one?.record([at("steps", 100, 9, 10)]);
    expect((await one?.days())?.[0]?.values).toEqual({ steps: 150 });
  });

  test("what is no sample is named", async () => {
    const { client } = keeping();
    const good = at("steps", 100, 9, 10);
    for (const [wrong, says] of [
      [{ ...good, metric: "stepps" }, "record()[1].metric: there is no metric"],
      [{ ...good, value: "100" }, "record()[1].value"],
      [{ ...good, start: undefined }, "record()[1] must have a start"],
      [{ ...good, start: Number.POSITIVE_INFINITY }, "record()[1].start"],
      [{ ...good, offsetMinutes: "60" }, "record()[1].offsetMinutes"],
      [{ ...good, day: 5 }, "both a day and a start"],
      [{ metric: "steps", value: 1, day: 1.5 }, "record()[1].day"],
      [{ ...good, id: "" }, "record()[1].id"],
      [{ ...good, uuid: "x" }, 'has a field "uuid"'],
      [{ ...good, source: { key: "" } }, "record()[1].source.key"],
      [{ ...good, source: { key: "k", deviceClass: "toaster" } }, "deviceClass must be one of"],
      [{ ...good, source: { key: "k", name: "Ann" } }, 'has a field "name"'],
      [null, "record()[1] must be a sample"],
    ] as const)
      await expect(client.record([good, wrong as never])).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining(says),
      });
    expect(await client.days()).toEqual([]);
    for (const none of [undefined, null, good, "samples"])
      for (const options of [undefined, { deleted: [] }])
        await expect(client.record(none as never, options)).rejects.toMatchObject({ code: "invalid_argument" });
    const given = device(newCluster()).client;
    await expect(given.record([good])).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
