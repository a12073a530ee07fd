import { describe, expect, test } from "vitest";
import { fitbit } from "../../../src/records/fitbit/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const read = (value: unknown, path = "x.json") => collect(fitbit, JSON.stringify(value, undefined, 1), { path });
const entry = (dateTime: string, value: unknown) => ({ dateTime, value });

const sleep = {
  logId: 13211507000,
  dateOfSleep: "2026-04-13",
  startTime: "2026-04-12T23:10:30.000",
  endTime: "2026-04-13T06:40:30.000",
  duration: 27_000_000,
  minutesToFallAsleep: 10,
  minutesAsleep: 400,
  minutesAwake: 40,
  efficiency: 93,
  type: "stages",
  levels: {
    summary: { deep: { minutes: 80 }, light: { minutes: 220 }, rem: { minutes: 100 }, wake: { minutes: 40 } },
    data: [{ dateTime: "2026-04-12T23:10:30.000", level: "wake", seconds: 600 }],
  },
};

describe("an archive", () => {
  test.each([
    ["steps-2026-04-13.json", "steps", "12", ["2026-04-13T07:00:00…07:01:00=12"]],
    ["Takeout/Fitbit/distance-2026-04-01.json", "distance", "1234", ["2026-04-13T07:00:00…07:01:00=12.34"]],
    ["very_active_minutes-2026-04-01.json", "vigorous", "25", ["2026-04-13=25"]],
    ["moderately_active_minutes-2026-04-01.json", "moderate", "11", ["2026-04-13=11"]],
  ])("%s holds %s", async (path, metric, value, expected) => {
    const found = await read([entry("04/13/26 07:00:00", value)], path);
    expect(told(found, metric)).toEqual(expected);
    expect(found.noted).toEqual({ numbers_as_text: 1 });
  });

  test("a series whose file does not say what it is gives nothing; those of no metric are counted", async () => {
    expect((await read([entry("04/13/26 07:00:00", "12")], "data.json")).skipped).toEqual({ unnamed_series: 1 });
    expect((await read([entry("04/13/26 07:00:00", "12")], "calories-2026-04-13.json")).noted).toEqual({
      other_kinds: 1,
    });
    expect((await read([entry("04/13/26 07:00:00", "12")], "lightly_active_minutes-2026-04-13.json")).samples).toEqual(
      [],
    );
  });

  test("minutes, heart rates and exercises are in UTC, whatever the member's zone; days are days", async () => {
    const zone = { offsetAt: () => -240, path: "steps-2026-04-13.json" };
    const found = await collect(fitbit, JSON.stringify([entry("04/13/26 02:00:00", "12")]), zone);
    expect(told(found, "steps")).toEqual(["2026-04-12T22:00:00…22:01:00=12"]);
    const days = await collect(fitbit, JSON.stringify([entry("04/13/26 00:00:00", "12")]), {
      ...zone,
      path: "very_active_minutes-2026-04-13.json",
    });
    expect(told(days, "vigorous")).toEqual(["2026-04-13=12"]);
  });

  test("heart rates and resting heart rates say what they are; zero is none", async () => {
    const found = await read([
      entry("04/13/26 07:00:05", { bpm: 61, confidence: 2 }),
      entry("04/13/26 00:00:00", { date: "04/13/26", value: 55.5, error: 6.7 }),
      entry("04/14/26 00:00:00", { date: null, value: 0, error: 0 }),
    ]);
    expect(told(found, "hr_mean")).toEqual(["2026-04-13T07:00:05=61"]);
    expect(told(found, "hr_max")).toEqual(["2026-04-13T07:00:05=61"]);
    expect(told(found, "rhr")).toEqual(["2026-04-13=55.5"]);
    expect(found.skipped).toEqual({ not_measured: 1 });
  });

  test("exercises are sessions with their active minutes", async () => {
    const found = await read([
      {
        logId: 1,
        activityName: "Run",
        duration: 1_860_000,
        activeDuration: 1_800_000,
        startTime: "04/13/26 17:00:00",
        calories: 300,
      },
    ]);
    expect(told(found, "exercise")).toEqual(["2026-04-13T17:00:00…17:31:00=30"]);
    expect(told(found, "exercise_sessions")).toEqual(["2026-04-13T17:00:00=1"]);
  });

  test("a weight's unit is the member's own and not said; index and fat have none", async () => {
    const found = await read([{ logId: 1, weight: 155.4, bmi: 22.9, fat: 21.5, date: "04/13/26", time: "07:00:00" }]);
    expect(found.samples.map(({ metric, value }) => [metric, value])).toEqual([
      ["bmi", 22.9],
      ["body_fat", 21.5],
    ]);
    expect(found.skipped).toEqual({ unstated_unit: 1 });
  });
});

describe("sleep", () => {
  test("lies on the wall's clock from falling asleep to waking", async () => {
    for (const value of [
      [{ ...sleep, mainSleep: true }],
      { sleep: [{ ...sleep, isMainSleep: true }], summary: { totalMinutesAsleep: 400 } },
    ]) {
      const found = await read(value);
      expect(told(found, "sleep")).toEqual(["2026-04-12T23:20:30…2026-04-13T06:40:30=400"]);
      expect(["deep", "light", "rem"].map((stage) => told(found, `sleep_${stage}`)[0]?.split("=")[1])).toEqual([
        "80",
        "220",
        "100",
      ]);
      expect(told(found, "sleep_efficiency")).toEqual(["2026-04-13=93"]);
      expect(told(found, "naps")).toEqual([]);
    }
  });

  test("that is not the main one is a nap and has no efficiency of the night", async () => {
    const found = await read([{ ...sleep, mainSleep: false }]);
    expect(told(found, "naps")).toHaveLength(1);
    expect(told(found, "sleep_efficiency")).toEqual([]);
  });

  test("goes by the member's own zone where it is known", async () => {
    const found = await collect(fitbit, JSON.stringify([sleep]), { offsetAt: () => -240 });
    expect(told(found, "sleep")).toEqual(["2026-04-12T23:20:30…2026-04-13T06:40:30=400"]);
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: -240, from: "device" } });
  });
});

describe("the Web API", () => {
  test("a day's series, with its minutes", async () => {
    const found = await read({
      "activities-steps": [entry("2026-04-13", "8123")],
      "activities-steps-intraday": {
        dataset: [
          { time: "07:00:00", value: 12 },
          { time: "07:15:00", value: 0 },
        ],
        datasetInterval: 15,
        datasetType: "minute",
      },
    });
    expect(told(found, "steps")).toEqual([
      "2026-04-13=8123",
      "2026-04-13T07:00:00…07:15:00=12",
      "2026-04-13T07:15:00…07:30:00=0",
    ]);
    expect(found.samples.map(({ source }) => source.total)).toEqual([true, undefined, undefined]);
  });

  test.each([
    [
      "rhr",
      { "activities-heart": [entry("2026-04-13", { heartRateZones: [], restingHeartRate: 61 })] },
      ["2026-04-13=61"],
    ],
    ["floors", { "activities-floors": [entry("2026-04-13", "7")] }, ["2026-04-13=7"]],
    ["vigorous", { "activities-minutesVeryActive": [entry("2026-04-13", "25")] }, ["2026-04-13=25"]],
    ["hrv_rmssd", { hrv: [entry("2026-04-13", { dailyRmssd: 34.9, deepRmssd: 31.5 })] }, ["2026-04-13=34.9"]],
    ["resp_rate", { br: [entry("2026-04-13", { breathingRate: 15.2 })] }, ["2026-04-13=15.2"]],
    ["skin_temp", { tempSkin: [entry("2026-04-13", { nightlyRelative: 0 })] }, ["2026-04-13=0"]],
    ["spo2", entry("2026-04-13", { avg: 96.2, min: 93, max: 99 }), ["2026-04-13=96.2"]],
    [
      "exercise",
      {
        activities: [
          {
            activityName: "Walk",
            activeDuration: 600_000,
            duration: 600_000,
            startTime: "2026-04-13T08:00:00.000-07:00",
          },
        ],
      },
      ["2026-04-13T08:00:00…08:10:00=10"],
    ],
    [
      "exercise",
      {
        activities: [
          { activityParentId: 90013, name: "Walk", duration: 600_000, startDate: "2026-04-13", startTime: "09:00" },
        ],
      },
      ["2026-04-13T09:00:00…09:10:00=10"],
    ],
  ])("%s of %j", async (metric, value, expected) => {
    expect(fitbit.recognises(new TextEncoder().encode(JSON.stringify(value)), "x")).toBe(metric !== "spo2");
    expect(told(await read(value), metric)).toEqual(expected);
  });

  test("a day's summary is of the day that the file's name says, or of none", async () => {
    const value = {
      activities: [],
      summary: { steps: 10007, fairlyActiveMinutes: 34, veryActiveMinutes: 3, floors: 12 },
    };
    const named = await read(value, "activities-2026-04-13.json");
    expect(named.samples.map(({ metric, value: each }) => [metric, each])).toEqual([
      ["steps", 10007],
      ["floors", 12],
      ["moderate", 34],
      ["vigorous", 3],
    ]);
    expect((await read(value)).skipped).toEqual({ no_date: 1 });
  });

  test("distances are in a unit that the answer does not say", async () => {
    const found = await read({ "activities-distance": [entry("2026-04-13", "5.2")] });
    expect([found.samples, found.skipped]).toEqual([[], { unstated_unit: 1 }]);
  });
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(fitbit, [
    { ...sleep, mainSleep: true, ...PRIVATE },
    { logId: 1, bmi: 22.9, date: "04/13/26", ...PRIVATE },
  ]);
  await bearsDamage(
    fitbit,
    [entry("04/13/26 07:00:00", "12"), entry("04/13/26 07:01:00", { bpm: 70, ...PRIVATE })],
    "steps-1.json",
  );
  await bearsDamage(fitbit, {
    "activities-steps": [entry("2026-04-13", "8123")],
    "activities-steps-intraday": { dataset: [{ time: "07:00:00", value: 12 }], datasetInterval: 1 },
    user: PRIVATE,
  });
});

test.each([
  ['[{"dateTime" : "04/13/26 07:00:00","value":"1"}]', true],
  ['\ufeff{"sleep":[{"dateOfSleep":"2026-04-13"}]}', true],
  ['{"date":"2026-04-13","steps":1}', false],
  ['"dateOfSleep": 1', false],
  ["dateOfSleep,steps", false],
])("%s is recognised: %s", (head, known) => {
  expect(fitbit.recognises(new TextEncoder().encode(head), "steps.json")).toBe(known);
});
