// From the records of HealthKit's and Health Connect's packages to a member's days: units, zones, devices that saw the same, stages
// of sleep, corrections and deletions; and no name of anybody.
import { describe, expect, test } from "vitest";
import {
  healthConnectChanges,
  healthConnectSamples,
  healthKitSamples,
  healthValues,
} from "../../../src/client/react-native/index.ts";
import { newCluster } from "../../support/cluster.ts";
import { lastDay } from "../../support/questions.ts";
import { device } from "../harness.ts";
import { changes, healthConnect, kingstinct, reactNativeHealth } from "./shapes.ts";

const own = { days: undefined, profile: undefined } as never;
const keeping = () => {
  const { client } = device(newCluster(), undefined, own);
  const values = async (day = lastDay) => (await client.days()).find((each) => each.day === day)?.values;
  return { client, values };
};

describe("HealthKit", () => {
  test("samples, categories and workouts become days; iPhone and Watch are not added up", async () => {
    const { client, values } = keeping();
    const { samples, unknown, skipped } = healthKitSamples(kingstinct);
    const { report } = await client.record(samples);
    expect(await values()).toMatchObject({
      steps: 6000,
      distance: 4023.36,
      active_energy: 100,
      spo2: 97,
      body_fat: 22,
      rhr: 58,
      hrv_sdnn: 45,
      sleep: 330,
      sleep_light: 180,
      sleep_deep: 60,
      sleep_rem: 90,
      exercise_sessions: 1,
    });
    expect((await values())?.weight).toBeCloseTo(70, 2);
    expect(unknown).toEqual({
      HKQuantityTypeIdentifierDietaryWater: 1,
      HKCategoryTypeIdentifierHandwashingEvent: 1,
    });
    expect([skipped, report.skipped]).toEqual([[], []]);
    expect(report.metrics.steps).toMatchObject({ overlapping: 1, zones: { record: 2 } });
  });

  test("deleted samples take their values along, and the same delivery again changes nothing", async () => {
    const { client, values } = keeping();
    await client.record(healthKitSamples(kingstinct).samples);
    const { samples, deleted } = healthKitSamples(kingstinct.slice(0, 4), [{ uuid: "s2" }, { uuid: "r1" }]);
    expect(deleted).toEqual(["s2", "r1"]);
    const rest = samples.filter(({ id }) => !deleted.includes(id ?? ""));
    expect(await client.record(rest, { deleted })).toMatchObject({ days: 1, samples: 0, repeated: 3, removed: 2 });
    expect(await values()).toMatchObject({ steps: 4000, distance: 4023.36 });
    expect(await values()).not.toHaveProperty("rhr");
  });

  test("the zone is the record's, which lies a day ahead of the phone's", () => {
    const late = { ...(kingstinct[0] as object), startDate: new Date("2026-01-28T20:00:00Z"), endDate: undefined };
    const [tokyo] = healthKitSamples([{ ...late, metadata: { HKTimeZone: "Asia/Tokyo" } }]).samples;
    const [none] = healthKitSamples([{ ...late, metadata: {} }]).samples;
    const [odd] = healthKitSamples([{ ...late, metadata: { HKTimeZone: "Nowhere/Land" } }]).samples;
    expect([tokyo?.offsetMinutes, none?.offsetMinutes, odd?.offsetMinutes]).toEqual([540, undefined, undefined]);
  });

  test("react-native-health: offsets without a colon, sleep in words, units that were asked for", async () => {
    const { client, values } = keeping();
    const rates = healthValues("HeartRate", reactNativeHealth.HeartRate);
    const sleep = healthValues("SleepAnalysis", reactNativeHealth.SleepAnalysis);
    await client.record([...rates.samples, ...sleep.samples]);
    expect(await values()).toMatchObject({ hr_mean: 66, hr_max: 71, sleep: 180, sleep_deep: 60, sleep_light: 60 });
    expect([rates.unknown, sleep.unknown]).toEqual([
      {},
      { "HKCategoryTypeIdentifierSleepAnalysis of another value": 1 },
    ]);
    const weight = [
      { id: "w", value: 70_000, startDate: "2026-01-28T07:00:00.000Z", endDate: "2026-01-28T07:00:00.000Z" },
    ];
    const unsaid = healthValues("Weight", weight);
    expect([unsaid.samples, unsaid.skipped]).toMatchObject([[], [{ kind: "unstated_unit", count: 1 }]]);
    expect(healthValues("Weight", weight, "gram").samples).toMatchObject([{ metric: "weight", value: 70, id: "w" }]);
  });

  test("what is damaged is counted by its reason", () => {
    const [good] = kingstinct;
    const { samples, skipped } = healthKitSamples([
      { ...good, startDate: "2026-01-28 08:00" },
      { ...good, startDate: new Date(Number.NaN) },
      { ...good, startDate: undefined },
      { ...good, endDate: new Date("2026-01-28T07:00:00Z") },
      { ...good, quantity: undefined },
      { ...good, unit: undefined },
      { ...good, unit: "kcal" },
    ] as never);
    expect(samples).toEqual([]);
    expect(Object.fromEntries(skipped.map(({ kind, count }) => [kind, count]))).toEqual({
      not_a_date: 3,
      ends_before_it_starts: 1,
      not_a_number: 1,
      unstated_unit: 1,
      unknown_unit: 1,
    });
  });
});

describe("Health Connect", () => {
  test("records by type become days; two devices are not added up, and a night belongs to its waking", async () => {
    const { client, values } = keeping();
    const all = Object.entries(healthConnect).map(([type, records]) => healthConnectSamples(type, records));
    const { report } = await client.record(all.flatMap(({ samples }) => samples));
    expect(await values()).toMatchObject({
      steps: 6000,
      distance: 4023.4,
      hr_mean: 65,
      hr_max: 70,
      body_fat: 22,
      sleep: 330,
      sleep_light: 180,
      sleep_deep: 60,
      sleep_rem: 90,
    });
    expect(await values(lastDay - 1)).toBeUndefined();
    expect(all.map(({ unknown }) => unknown).filter((one) => Object.keys(one).length > 0)).toEqual([{ Hydration: 1 }]);
    expect([report.skipped, report.metrics.steps?.zones.record]).toEqual([[], 2]);
  });

  test("changes replace and delete by the record's id", async () => {
    const { client, values } = keeping();
    for (const [type, records] of Object.entries(healthConnect))
      await client.record(healthConnectSamples(type, records).samples);
    const { samples, deleted, unknown } = healthConnectChanges(changes);
    expect([deleted, unknown]).toEqual([["c3", "never seen"], { Nutrition: 1 }]);
    expect(await client.record(samples, { deleted })).toMatchObject({ days: 1, samples: 1, removed: 2 });
    expect(await values()).toMatchObject({ steps: 6500 });
    expect(await values()).not.toHaveProperty("distance");
  });

  test("a whole record's samples go with it", async () => {
    const { client, values } = keeping();
    const { samples } = healthConnectSamples("HeartRate", healthConnect.HeartRate ?? []);
    await client.record(samples);
    expect(samples).toHaveLength(4);
    expect(await client.record([], { deleted: ["c4"] })).toMatchObject({ removed: 4, days: 1 });
    expect(await values()).toBeUndefined();
  });
});

test("nobody's name, serial number or app list leaves the records", () => {
  const all = [
    healthKitSamples(kingstinct),
    healthValues("HeartRate", reactNativeHealth.HeartRate),
    ...Object.entries(healthConnect).map(([type, records]) => healthConnectSamples(type, records)),
  ];
  expect(JSON.stringify(all)).not.toMatch(/Ann|com\.apple|18\.1|AA00|BB11/);
  const nameless = healthKitSamples([
    { ...kingstinct[0], device: null, sourceRevision: { productType: null, source: { name: "Ann's Ring" } } },
  ] as never);
  expect(nameless.samples).toMatchObject([
    { source: { key: expect.stringMatching(/^app \w+$/), deviceClass: "ring" } },
  ]);
});
