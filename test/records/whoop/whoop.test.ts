import { expect, test } from "vitest";
import { whoop } from "../../../src/records/whoop/index.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";

const read = (...records: readonly object[]) => collect(whoop, JSON.stringify({ records, next_token: "x" }));

const cycle = {
  id: 93845,
  user_id: 10129,
  start: "2026-04-13T02:30:00.000Z",
  end: "2026-04-14T03:10:00.000Z",
  timezone_offset: "-04:00",
  score_state: "SCORED",
  score: { strain: 5.3, kilojoule: 8288.3, average_heart_rate: 68, max_heart_rate: 141 },
};
const sleep = {
  id: "ecfc6a15",
  cycle_id: 93845,
  user_id: 10129,
  start: "2026-04-13T02:30:00.000Z",
  end: "2026-04-13T10:30:00.000Z",
  timezone_offset: "-04:00",
  nap: false,
  score_state: "SCORED",
  score: {
    stage_summary: {
      total_in_bed_time_milli: 28_800_000,
      total_awake_time_milli: 1_800_000,
      total_light_sleep_time_milli: 14_400_000,
      total_slow_wave_sleep_time_milli: 5_400_000,
      total_rem_sleep_time_milli: 7_200_000,
    },
    respiratory_rate: 16.1,
    sleep_efficiency_percentage: 93.7,
  },
};
const recovery = {
  cycle_id: 93845,
  sleep_id: "ecfc6a15",
  user_id: 10129,
  created_at: "2026-04-13T10:35:00.000Z",
  score_state: "SCORED",
  score: {
    recovery_score: 44,
    resting_heart_rate: 58,
    hrv_rmssd_milli: 41.2,
    spo2_percentage: 95.6,
    skin_temp_celsius: 33.7,
  },
};

test("a cycle's heart rates are of the day in its middle, in the member's own time", async () => {
  const found = await read(cycle, { ...cycle, start: "2026-04-14T03:10:00.000Z", end: undefined });
  expect(told(found, "hr_mean")).toEqual(["2026-04-13=68", "2026-04-14=68"]);
  expect(told(found, "hr_max")).toEqual(["2026-04-13=141", "2026-04-14=141"]);
  // Its energy holds the basal rate.
  expect(new Set(found.samples.map(({ metric }) => metric))).toEqual(new Set(["hr_mean", "hr_max"]));
});

test("a sleep's stages are minutes, and its night's readings of the day of waking", async () => {
  const found = await read(sleep);
  expect(told(found, "sleep")).toEqual(["2026-04-12T22:30:00…2026-04-13T06:30:00=450"]);
  expect(["deep", "light", "rem"].map((stage) => told(found, `sleep_${stage}`)[0]?.split("=")[1])).toEqual([
    "90",
    "240",
    "120",
  ]);
  expect([told(found, "resp_rate"), told(found, "sleep_efficiency")]).toEqual([
    ["2026-04-13=16.1"],
    ["2026-04-13=93.7"],
  ]);
  const nap = await read({ ...sleep, nap: true });
  expect(nap.samples.map(({ metric }) => metric)).toEqual(["sleep_deep", "sleep_light", "sleep_rem", "sleep", "naps"]);
});

test("a recovery is of its sleep's day, wherever the sleep stands in the file; alone, of the day it was made", async () => {
  const late = { ...sleep, start: "2026-04-13T22:00:00.000Z", end: "2026-04-14T03:00:00.000Z" };
  const found = await read(recovery, late);
  expect(told(found, "rhr")).toEqual(["2026-04-13=58"]);
  const alone = await read({ ...recovery, created_at: "2026-04-14T03:05:00.000Z" });
  expect(told(alone, "rhr")).toEqual(["2026-04-14=58"]);
  expect(Object.fromEntries(alone.samples.map(({ metric, value }) => [metric, value]))).toEqual({
    rhr: 58,
    hrv_rmssd: 41.2,
    spo2: 95.6,
    readiness: 44,
  });
});

test("a workout is a session with its minutes, and on foot a distance", async () => {
  const workout = {
    id: "w",
    start: "2026-04-13T22:00:00.000Z",
    end: "2026-04-13T22:45:00.000Z",
    timezone_offset: "-04:00",
    sport_name: "running",
    score_state: "SCORED",
    score: { max_heart_rate: 171, distance_meter: 8123.4, kilojoule: 1500 },
  };
  const found = await read(workout, {
    ...workout,
    sport_name: "cycling",
    score_state: "PENDING_SCORE",
    score: undefined,
  });
  expect(told(found, "exercise")).toEqual(["2026-04-13T18:00:00…18:45:00=45", "2026-04-13T18:00:00…18:45:00=45"]);
  expect(told(found, "distance")).toEqual(["2026-04-13T18:00:00…18:45:00=8123.4"]);
  expect(told(found, "hr_max")).toEqual(["2026-04-13T18:00:00=171"]);
});

test("what was not scored was not measured", async () => {
  const states = [cycle, sleep, recovery].map((each) => ({ ...each, score_state: "UNSCORABLE", score: undefined }));
  const found = await read(...states);
  expect([found.samples, found.skipped]).toEqual([[], { not_measured: 3 }]);
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(whoop, {
    records: [
      { ...cycle, ...PRIVATE },
      { ...sleep, ...PRIVATE },
      { ...recovery, ...PRIVATE },
    ],
  });
  expect(JSON.stringify(await read(cycle, sleep, recovery))).not.toContain("10129");
});

test.each([
  ['{"records":[{"score_state":"SCORED"}]}', true],
  ['{"records":[{"startTime":"x"}]}', false],
  ["Cycle start time,Cycle end time", false],
])("%s is recognised: %s", (head, known) => {
  expect(whoop.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});
