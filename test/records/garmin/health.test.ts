// What the Garmin Health API pushes: values made up.
import { expect, test } from "vitest";
import { garmin } from "../../../src/records/garmin/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const read = (value: unknown) => collect(garmin, JSON.stringify(value));
const values = async (value: unknown) =>
  Object.fromEntries((await read(value)).samples.map(({ metric, value: each }) => [metric, each]));

const frame = { userId: "u-1", userAccessToken: PRIVATE.serial, summaryId: "s", calendarDate: "2026-02-22" };
/** 2026-02-21T23:00 in its zone. */
const evening = { startTimeInSeconds: 1_771_711_200, startTimeOffsetInSeconds: 3600 };
const daily = {
  ...frame,
  ...evening,
  activityType: "WALKING",
  durationInSeconds: 86_400,
  steps: 8423,
  stepsGoal: 9000,
  distanceInMeters: 6789.5,
  activeKilocalories: 621,
  bmrKilocalories: 1600,
  floorsClimbed: 7,
  moderateIntensityDurationInSeconds: 2100,
  vigorousIntensityDurationInSeconds: 1080,
  restingHeartRateInBeatsPerMinute: 47,
  averageHeartRateInBeatsPerMinute: 66,
  maxHeartRateInBeatsPerMinute: 171,
  averageStressLevel: -1,
  timeOffsetHeartRateSamples: { "15": 52 },
};
const sleep = {
  ...frame,
  ...evening,
  durationInSeconds: 28_800,
  deepSleepDurationInSeconds: 5400,
  lightSleepDurationInSeconds: 14_400,
  remSleepInSeconds: 7200,
  awakeDurationInSeconds: 1800,
  timeOffsetSleepSpo2: { "0": 95, "60": 97, "120": 0 },
};

test("a day of a user, with what was not measured told", async () => {
  const found = await read({ dailies: [daily, { ...daily, userId: "u-2", steps: 5 }] });
  expect(found.samples.map(({ member, metric, value }) => `${member} ${metric} ${value}`).slice(0, 9)).toEqual([
    ...["u-1 steps 8423", "u-1 distance 6789.5", "u-1 active_energy 621", "u-1 floors 7", "u-1 moderate 35"],
    ...["u-1 vigorous 18", "u-1 rhr 47", "u-1 hr_mean 66", "u-1 hr_max 171"],
  ]);
  expect(new Set(found.samples.map(({ member }) => member))).toEqual(new Set(["u-1", "u-2"]));
  expect(found.samples.every(({ when, source }) => when.kind === "day" && source.total === true)).toBe(true);
  expect(found.skipped).toEqual({ not_measured: 2 });
  expect(await values([daily])).toEqual(await values({ dailies: [daily] }));
});

test("a night without its minutes awake, in its zone; one that somebody entered has no stages", async () => {
  const found = await read({ sleeps: [sleep] });
  expect(told(found, "sleep")).toEqual(["2026-02-21T23:00:00…2026-02-22T07:00:00=450"]);
  expect(told(found, "spo2")).toEqual(["2026-02-22=96"]);
  const stages = { deepSleepDurationInSeconds: 0, lightSleepDurationInSeconds: 0, remSleepInSeconds: 0 };
  expect(await values({ sleeps: [{ ...sleep, ...stages, timeOffsetSleepSpo2: null, validation: "MANUAL" }] })).toEqual({
    sleep: 480,
  });
});

test("activities, a scale, nights' variability, oxygen and skin; epochs and what the watch guessed are left out", async () => {
  const run = { ...frame, calendarDate: undefined, ...evening, durationInSeconds: 1800, steps: 5000 };
  const activity = { ...run, activityType: "TRAIL_RUNNING", distanceInMeters: 5000, maxHeartRateInBeatsPerMinute: 180 };
  expect(await values({ activities: [activity] })).toEqual({
    ...{ exercise_sessions: 1, exercise: 30, distance: 5000, hr_max: 180 },
  });
  expect(await values({ manuallyUpdatedActivities: [{ ...activity, activityType: "CYCLING" }] })).toEqual({
    ...{ exercise_sessions: 1, exercise: 30, hr_max: 180 },
  });
  const weighed = { ...frame, measurementTimeInSeconds: 1_771_711_200, weightInGrams: 70_500, bodyFatInPercent: 0 };
  const found = await read({ bodyComps: [weighed] });
  expect([found.samples.map(({ value }) => value), found.skipped]).toEqual([[70.5], { not_measured: 1 }]);
  expect(await values({ hrv: [{ ...frame, lastNightAvg: 44 }] })).toEqual({ hrv_rmssd: 44 });
  expect(await values({ pulseox: [{ ...frame, ...evening, timeOffsetSpo2Values: { "0": 94 } }] })).toEqual({
    spo2: 94,
  });
  expect(await values({ userMetrics: [{ ...frame, vo2Max: 48 }] })).toEqual({ vo2max: 48 });
  expect(await values({ skinTemp: [{ ...frame, avgDeviationCelsius: -0.3 }] })).toEqual({ skin_temp: -0.3 });
  for (const kind of ["epochs", "moveIQActivities", "stressDetails"]) {
    const left = await read({ [kind]: [{ ...run, activityType: "WALKING" }] });
    expect([left.samples, left.noted]).toEqual([[], { other_kinds: 1 }]);
  }
});

test("a time that is none, and an id that is none, are told", async () => {
  const lost = { ...sleep, calendarDate: undefined, startTimeInSeconds: 1e300 };
  expect((await read({ sleeps: [lost] })).skipped).toEqual({ not_a_date: 1 });
  expect((await read({ dailies: [{ ...daily, userId: "x".repeat(129) }] })).skipped).toEqual({ damaged_member_id: 1 });
  const bare = { ...sleep, startTimeOffsetInSeconds: undefined };
  const found = await collect(garmin, JSON.stringify({ sleeps: [bare] }), { offsetAt: () => -60 });
  expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: -60, from: "device" } });
});

test("pushes bear damage, and nothing private is repeated", async () => {
  await bearsDamage(garmin, { dailies: [{ ...daily, ...PRIVATE }], sleeps: [sleep] });
});
