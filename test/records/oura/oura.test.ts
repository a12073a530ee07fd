import { describe, expect, test } from "vitest";
import { oura } from "../../../src/records/oura/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const read = (...documents: readonly object[]) => collect(oura, JSON.stringify({ data: documents, next_token: null }));

const sleep = {
  id: "8f9a",
  average_breath: 14.5,
  average_hrv: 66,
  bedtime_start: "2026-04-12T23:00:00+02:00",
  bedtime_end: "2026-04-13T07:00:00+02:00",
  day: "2026-04-13",
  deep_sleep_duration: 4800,
  efficiency: 91,
  latency: 600,
  light_sleep_duration: 14_400,
  lowest_heart_rate: 48,
  rem_sleep_duration: 6000,
  total_sleep_duration: 25_200,
  type: "long_sleep",
  heart_rate: { interval: 300, items: [51, null, 47], timestamp: "2026-04-12T23:00:00+02:00" },
};

describe("a sleep", () => {
  test("lies from falling asleep to getting up; its night's readings are of the day that Oura says", async () => {
    const found = await read(sleep);
    expect(told(found, "sleep")).toEqual(["2026-04-12T23:10:00…2026-04-13T07:00:00=420"]);
    expect(
      [told(found, "sleep_deep"), told(found, "sleep_light"), told(found, "sleep_rem")].map(
        ([each]) => each?.split("=")[1],
      ),
    ).toEqual(["80", "240", "100"]);
    expect(told(found, "hrv_rmssd")).toEqual(["2026-04-13=66"]);
    expect(told(found, "resp_rate")).toEqual(["2026-04-13=14.5"]);
    expect(told(found, "rhr")).toEqual(["2026-04-13=48"]);
    expect(told(found, "sleep_efficiency")).toEqual(["2026-04-13=91"]);
    expect(found.samples[0]).toMatchObject({ converted: "s", when: { zone: { offsetMinutes: 120, from: "record" } } });
  });

  test("a late nap is a nap, and what only looked like sleep is none", async () => {
    const found = await read({ ...sleep, type: "late_nap" }, { ...sleep, type: "rest" }, { ...sleep, type: "deleted" });
    expect(found.samples.map(({ metric }) => metric)).toEqual([
      "sleep",
      "sleep_deep",
      "sleep_light",
      "sleep_rem",
      "naps",
    ]);
    expect(found.skipped).toEqual({ not_measured: 2 });
  });
});

test("days, heart rates and workouts come in their units", async () => {
  const found = await read(
    {
      day: "2026-04-13",
      steps: 8123,
      active_calories: 430,
      high_activity_time: 1500,
      medium_activity_time: 2400,
      non_wear_time: 7200,
      score: 80,
      contributors: { stay_active: 5 },
    },
    { day: "2026-04-13", score: 77, temperature_deviation: -0.12, contributors: { recovery_index: 90 } },
    { day: "2026-04-13", score: 85, contributors: { deep_sleep: 99 } },
    { day: "2026-04-13", spo2_percentage: { average: 97.4 } },
    { day: "2026-04-13", vo2_max: 44 },
    { bpm: 61, source: "awake", timestamp: "2026-04-13T06:00:00+00:00" },
    {
      activity: "running",
      day: "2026-04-13",
      start_datetime: "2026-04-13T18:00:00+02:00",
      end_datetime: "2026-04-13T18:30:00+02:00",
      distance: 5000,
    },
    { type: "meditation", day: "2026-04-13", start_datetime: "2026-04-13T18:00:00+02:00" },
  );
  expect(Object.fromEntries(found.samples.map(({ metric, value }) => [metric, value]))).toEqual({
    steps: 8123,
    active_energy: 430,
    vigorous: 25,
    moderate: 40,
    worn: 1320,
    readiness: 77,
    skin_temp: -0.12,
    spo2: 97.4,
    vo2max: 44,
    hr_mean: 61,
    hr_max: 61,
    exercise_sessions: 1,
    exercise: 30,
  });
  expect(told(found, "exercise")).toEqual(["2026-04-13T18:00:00…18:30:00=30"]);
  expect(found.noted).toEqual({ other_kinds: 2 });
});

test("lines of documents and exports with a list a kind are read as well", async () => {
  const lines = await collect(oura, `${JSON.stringify(sleep)}\n${JSON.stringify({ ...sleep, day: "2026-04-14" })}\n`);
  expect(told(lines, "rhr")).toEqual(["2026-04-13=48", "2026-04-14=48"]);
  const lists = await collect(
    oura,
    JSON.stringify({ sleep: [sleep], daily_activity: [{ day: "2026-04-13", steps: 5 }] }),
  );
  expect([told(lists, "rhr"), told(lists, "steps")]).toEqual([["2026-04-13=48"], ["2026-04-13=5"]]);
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(oura, {
    data: [
      { ...sleep, ...PRIVATE },
      { day: "2026-04-13", steps: 1, non_wear_time: 60, ...PRIVATE },
    ],
  });
});

test.each([
  ['{"data":[{"total_sleep_duration":1}]}', true],
  ['{"data":[{"bpm":61,"source":"awake","timestamp":"x"}]}', true],
  ['{"data":[{"day":"2026-04-13","steps":1}]}', false],
  ["total_sleep_duration", false],
])("%s is recognised: %s", (head, known) => {
  expect(oura.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});

describe("a summary of the API's first version", () => {
  const night = {
    summary_date: "2019-11-05",
    period_id: 0,
    is_longest: 1,
    bedtime_start: "2019-11-06T02:13:19+02:00",
    bedtime_end: "2019-11-06T08:12:19+02:00",
    onset_latency: 480,
    total: 20_310,
    deep: 7140,
    rem: 1500,
    light: 11_670,
    efficiency: 94,
    hr_lowest: 0,
    rmssd: 54,
    temperature_delta: -0.06,
  };
  const day = {
    summary_date: "2019-11-05",
    day_start: "2019-11-05T04:00:00+02:00",
    steps: 6780,
    cal_active: 540,
    medium: 30,
    high: 5,
  };
  const read1 = (value: unknown) => collect(oura, JSON.stringify(value));

  test("is of the day of waking, that of a day of the day itself; readiness is of the day after its own", async () => {
    const found = await read1({
      sleep: [
        night,
        {
          ...night,
          is_longest: 0,
          bedtime_start: "2019-11-06T14:00:00+02:00",
          bedtime_end: "2019-11-06T15:00:00+02:00",
          total: 1800,
        },
      ],
      activity: [day],
      readiness: [{ summary_date: "2019-11-05", period_id: 0, score: 62, score_previous_night: 70 }],
    });
    expect(told(found, "sleep")).toEqual(["2019-11-06T02:21:19…08:12:19=338.5", "2019-11-06T14:08:00…15:00:00=30"]);
    expect([told(found, "hrv_rmssd"), told(found, "readiness")]).toEqual([["2019-11-06=54"], ["2019-11-06=62"]]);
    expect([told(found, "steps"), told(found, "vigorous")]).toEqual([["2019-11-05=6780"], ["2019-11-05=5"]]);
    expect(found.skipped).toEqual({ not_measured: 1 });
    expect(oura.recognises(new TextEncoder().encode(JSON.stringify({ activity: [day] })), "x")).toBe(true);
    expect((await read1({ sleep: [{ ...night, bedtime_end: "x" }] })).skipped).toEqual({ not_a_date: 1 });
  });

  test("bears damage", async () => {
    await bearsDamage(oura, { sleep: [{ ...night, ...PRIVATE }], activity: [day] });
  });
});
