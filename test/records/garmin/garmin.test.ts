import { expect, test } from "vitest";
import { garmin } from "../../../src/records/garmin/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const read = (value: unknown) => collect(garmin, JSON.stringify(value));
const given = async (value: unknown) =>
  Object.fromEntries((await read(value)).samples.map(({ metric, value: each }) => [metric, each]));

const day = {
  userProfilePK: 12_345_678,
  calendarDate: "2026-04-13",
  totalSteps: 8423,
  totalDistanceMeters: 6789,
  activeKilocalories: 621,
  moderateIntensityMinutes: 35,
  vigorousIntensityMinutes: 18,
  floorsAscendedInMeters: 21.336,
  restingHeartRate: 48,
  currentDayRestingHeartRate: 47,
  maxHeartRate: 171,
  allDayStress: {
    aggregatorList: [
      { type: "AWAKE", averageStressLevel: 40 },
      { type: "TOTAL", averageStressLevel: 28 },
    ],
  },
};
const night = {
  sleepStartTimestampGMT: "2026-04-12T21:30:00.0",
  sleepEndTimestampGMT: "2026-04-13T05:30:00.0",
  calendarDate: "2026-04-13",
  deepSleepSeconds: 5400,
  lightSleepSeconds: 14_400,
  remSleepSeconds: 7200,
  awakeSleepSeconds: 1800,
  averageRespiration: 14,
};

test("a day of an export, with the resting heart rate of that day and its whole stress", async () => {
  const found = await read([day]);
  expect(Object.fromEntries(found.samples.map(({ metric, value }) => [metric, value]))).toEqual({
    steps: 8423,
    distance: 6789,
    floors: 7,
    active_energy: 621,
    moderate: 35,
    vigorous: 18,
    rhr: 47,
    hr_max: 171,
    stress: 28,
  });
  expect(found.samples.every(({ when, source }) => when.kind === "day" && source.total === true)).toBe(true);
});

test("zero beats and negative levels are none, zero minutes are zero", async () => {
  const found = await read([
    {
      calendarDate: "2026-04-13",
      totalSteps: 0,
      restingHeartRate: 0,
      averageStressLevel: -1,
      vigorousIntensityMinutes: 0,
    },
  ]);
  expect(found.samples.map(({ metric, value }) => [metric, value])).toEqual([
    ["steps", 0],
    ["vigorous", 0],
  ]);
  expect(found.skipped).toEqual({ not_measured: 2 });
});

test("a night ends when it ends, and is as long as somebody slept", async () => {
  const found = await collect(garmin, JSON.stringify([night]), { offsetAt: () => 120 });
  expect(told(found, "sleep")).toEqual(["2026-04-12T23:30:00…2026-04-13T07:30:00=450"]);
  expect(["deep", "light", "rem"].map((stage) => told(found, `sleep_${stage}`)[0]?.split("=")[1])).toEqual([
    "90",
    "240",
    "120",
  ]);
  expect(told(found, "resp_rate")).toEqual(["2026-04-13=14"]);
});

test("where only UTC is known and the export's own day contradicts it, its day holds", async () => {
  const far = {
    ...night,
    sleepStartTimestampGMT: "2026-04-12T14:00:00.0",
    sleepEndTimestampGMT: "2026-04-12T22:00:00.0",
  };
  const found = await read([{ ...far, spo2SleepSummary: { averageSPO2: 95 } }]);
  expect(told(found, "sleep")).toEqual(["2026-04-13=450"]);
  expect(told(found, "sleep_deep")).toEqual(["2026-04-13=90"]);
  expect(told(found, "spo2")).toEqual(["2026-04-13=95"]);
  // in Tokyo it contradicts nothing
  const there = await collect(garmin, JSON.stringify([far]), { offsetAt: () => 540 });
  expect(told(there, "sleep")).toEqual(["2026-04-12T23:00:00…2026-04-13T07:00:00=450"]);
});

test("an answer of Garmin Connect tells the zone by the same time twice", async () => {
  const start = Date.parse("2026-04-12T21:30:00Z");
  const found = await read({
    dailySleepDTO: {
      ...night,
      sleepStartTimestampGMT: start,
      sleepEndTimestampGMT: start + 8 * 3_600_000,
      sleepStartTimestampLocal: start - 4 * 3_600_000,
      sleepTimeSeconds: 27_000,
    },
    avgOvernightHrv: 52,
  });
  expect(told(found, "sleep")).toEqual(["2026-04-12T17:30:00…2026-04-13T01:30:00=450"]);
  expect(told(found, "hrv_rmssd")).toEqual(["2026-04-13=52"]);
  expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: -240, from: "record" } });
});

test("activities: an export's in milliseconds and centimetres, an answer's in seconds and metres", async () => {
  const start = Date.parse("2026-04-13T16:00:00Z");
  const exported = {
    activityType: "running",
    beginTimestamp: start,
    startTimeGmt: start,
    startTimeLocal: start + 7_200_000,
    duration: 1_800_000,
    elapsedDuration: 1_860_000,
    distance: 512_345,
    maxHr: 171,
  };
  const answer = {
    activityId: 1,
    activityType: { typeId: 1, typeKey: "trail_running" },
    startTimeGMT: "2026-04-13 16:00:00",
    startTimeLocal: "2026-04-13 18:00:00",
    beginTimestamp: start,
    duration: 1800,
    elapsedDuration: 1860,
    distance: 5123.45,
    maxHR: 171,
  };
  for (const value of [[{ summarizedActivitiesExport: [exported] }], [answer]]) {
    const found = await read(value);
    expect(told(found, "exercise")).toEqual(["2026-04-13T18:00:00…18:31:00=30"]);
    expect(told(found, "distance")).toEqual(["2026-04-13T18:00:00…18:31:00=5123.45"]);
    expect(told(found, "hr_max")).toEqual(["2026-04-13T18:00:00=171"]);
  }
  expect(told(await read([{ ...exported, activityType: "cycling" }]), "distance")).toEqual([]);
});

test("fitness, variability and weight", async () => {
  expect(await given([{ calendarDate: "2026-04-13", sport: "RUNNING", vo2MaxValue: 48 }])).toEqual({ vo2max: 48 });
  expect(
    await given({ hrvSummary: { calendarDate: "2026-04-13", weeklyAvg: 60, lastNightAvg: 52 }, hrvReadings: [] }),
  ).toEqual({ hrv_rmssd: 52 });
  expect(await given([{ metaData: { calendarDate: "2026-04-13T00:00:00.0" }, weight: { weight: 70_500 } }])).toEqual({
    weight: 70.5,
  });
  expect(await given([{ metaData: { calendarDate: "2026-04-13T00:00:00.0" }, weight: { weight: 71.8 } }])).toEqual({
    weight: 71.8,
  });
  expect((await read([{ calendarDate: "2026-04-13", heightInCm: 170 }])).noted).toEqual({ other_kinds: 1 });
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(garmin, [
    { ...day, ...PRIVATE },
    { ...night, ...PRIVATE },
  ]);
  await bearsDamage(garmin, [
    {
      summarizedActivitiesExport: [
        {
          activityType: "running",
          name: PRIVATE.name,
          beginTimestamp: 1_776_060_000_000,
          duration: 60_000,
          distance: 1,
          startLongitude: 47.3768,
        },
      ],
    },
  ]);
  expect(JSON.stringify(await read([day]))).not.toContain("12345678");
});

test.each([
  [JSON.stringify([day]), true],
  [JSON.stringify([night]), true],
  ['[{"summarizedActivitiesExport":[]}]', true],
  ['{"calendarDate":"2026-04-13"}', false],
  ["calendarDate totalSteps", false],
])("%s is recognised: %s", (head, known) => {
  expect(garmin.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});
