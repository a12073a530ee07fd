import { expect, test } from "vitest";
import { polar } from "../../../src/records/polar/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const read = (value: unknown) => collect(polar, JSON.stringify(value));
const all = async (value: unknown) =>
  Object.fromEntries((await read(value)).samples.map(({ metric, value: each }) => [metric, each]));

const older = {
  exportVersion: "1.6",
  ...PRIVATE,
  startTime: "2026-06-20T23:40:00.000",
  stopTime: "2026-06-21T00:10:08.000",
  timeZoneOffset: 120,
  distance: 12_480,
  duration: "PT1808S",
  maximumHeartRate: 178,
  exercises: [
    {
      startTime: "2026-06-20T23:40:00.000",
      stopTime: "2026-06-20T23:50:00.000",
      sport: "TRAIL_RUNNING",
      distance: 2480,
      samples: { heartRate: [{ dateTime: "2026-06-20T23:40:00.000", value: 85 }] },
    },
    {
      startTime: "2026-06-20T23:50:00.000",
      stopTime: "2026-06-21T00:10:08.000",
      sport: "CYCLING",
      distance: 10_000,
    },
  ],
};
const newer = {
  identifier: { id: "1" },
  startTime: "2026-06-20T23:40:00",
  stopTime: "2026-06-21T00:10:08",
  timezoneOffsetMinutes: 120,
  durationMillis: 1_808_000,
  distanceMeters: 2480,
  hrMax: 178,
  sport: { id: "27" },
  exercises: [],
};
const day = {
  date: "2026-06-20",
  summary: { stepCount: 9120, stepsDistance: 6900.5, calories: 2400 },
  physicalInformation: { birthday: PRIVATE.birthday, "weight, kg": 77 },
};
const night = {
  night: "2026-06-20",
  evaluation: {
    sleepSpan: "PT8H",
    asleepDuration: "PT7H30M",
    analysis: { efficiencyPercent: 93.75 },
    phaseDurations: { wake: "PT30M", rem: "PT1H30M", light: "PT4H30M", deep: "PT1H30M" },
  },
  sleepResult: { hypnogram: { sleepStart: "2026-06-19T22:30:00+02:00", sleepEnd: "2026-06-20T06:30:00+02:00" } },
};

test("a session in the older words and in the newer: its zone, its length, on foot its distance", async () => {
  const run = "2026-06-20T23:40:00…23:50:00=2480";
  const found = await read(older);
  expect(told(found, "distance")).toEqual([run]);
  expect(found.samples.map(({ metric, value }) => [metric, value])).toEqual([
    ["exercise_sessions", 1],
    ["exercise", 1808 / 60],
    ["hr_max", 178],
    ["distance", 2480],
  ]);
  const again = await read(newer);
  expect(told(again, "exercise")).toEqual(told(found, "exercise"));
  expect(await all(newer)).toEqual(await all(older));
  const when = again.samples[0]?.when;
  expect(when).toMatchObject({ start: Date.UTC(2026, 5, 20, 21, 40), zone: { offsetMinutes: 120, from: "record" } });
  expect(await all({ ...newer, sport: { id: "2" }, hrMax: 0 })).toEqual({ exercise_sessions: 1, exercise: 1808 / 60 });
});

test("a session of no known zone goes by the member's, one that ends before it starts is told", async () => {
  const { timezoneOffsetMinutes: _, ...bare } = newer;
  const found = await collect(polar, JSON.stringify(bare), { offsetAt: () => -300 });
  expect(found.samples[0]?.when).toMatchObject({ start: Date.UTC(2026, 5, 21, 4, 40), zone: { from: "device" } });
  expect((await read({ ...newer, stopTime: "2026-06-20T23:00:00" })).skipped).toEqual({ ends_before_it_starts: 1 });
  expect((await read({ ...newer, startTime: "2026-02-30T23:00:00" })).skipped).toEqual({ not_a_date: 1 });
});

test("a day's steps are the day's own, in an older export those of its minutes; a plan is no session", async () => {
  expect(await all(day)).toEqual({ steps: 9120, distance: 6900.5 });
  expect((await read(day)).samples.every(({ source }) => source.total === true)).toBe(true);
  const minutes = [30, 40, -1, "x"].map((value, at) => ({ localTime: `08:0${at}:00.000`, value }));
  expect(await all({ exportVersion: "1.0", date: "2026-06-20", samples: { steps: minutes } })).toEqual({ steps: 70 });
  expect((await read({ exportVersion: "1.0", date: "2026-06-20", samples: { mets: [] } })).skipped).toEqual({
    no_values: 1,
  });
  const plan = { exportVersion: "1.0", startTime: "2026-06-20T08:00:00", done: true, exercises: [{ type: "PHASED" }] };
  expect((await read(plan)).samples).toEqual([]);
});

test("nights with their stages, from when to when; their recovery by the night's name", async () => {
  expect(await all([night])).toEqual({
    sleep: 450,
    sleep_deep: 90,
    sleep_light: 270,
    sleep_rem: 90,
    sleep_efficiency: 93.75,
  });
  const { sleepResult: _, ...bare } = night;
  expect((await read([bare])).samples.every(({ when }) => when.kind === "day")).toBe(true);
  const recovery = { night: "2026-06-20", meanNightlyRecoveryRmssd: 42, meanNightlyRecoveryRespirationInterval: 4100 };
  expect(await all([recovery])).toEqual({ hrv_rmssd: 42, resp_rate: 14.634 });
  const none = { ...recovery, meanNightlyRecoveryRmssd: 0, meanNightlyRecoveryRespirationInterval: 0 };
  const found = await read([none]);
  expect([found.samples, found.skipped]).toEqual([[], { not_measured: 1 }]);
  expect((await read([{ night: "2026-06-20", sleepScoreResult: { sleepScore: 82 } }])).noted).toEqual({
    other_kinds: 1,
  });
});

test("beats of a day, by its clock", async () => {
  const samples = [
    { heartRate: 60, secondsFromDayStart: 30, source: "x" },
    { heartRate: 0, secondsFromDayStart: 31 },
    { heartRate: 60, secondsFromDayStart: 86_400 },
    { heartRate: 80, secondsFromDayStart: 40_000 },
  ];
  const file = {
    exportVersion: "1.1",
    deviceDays: [{ userId: 1, deviceId: PRIVATE.serial, date: "2026-06-20", samples }],
  };
  const found = await collect(polar, JSON.stringify(file), { offsetAt: () => 120 });
  expect(told(found, "hr_mean")).toEqual(["2026-06-20T00:00:30=60", "2026-06-20T11:06:40=80"]);
  expect(found.skipped).toEqual({ not_measured: 1, no_date: 1 });
});

test.each([
  ["sessions", older],
  ["days", { ...day, ...PRIVATE }],
  ["nights", [night, { ...night, ...PRIVATE }]],
])("%s bear damage, and nothing private is repeated", async (_, whole) => await bearsDamage(polar, whole));
