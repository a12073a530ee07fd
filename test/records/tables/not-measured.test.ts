// What makers write where nothing was measured, what their files state of units, and rows that do not say when they ended: made up.
import { expect, test } from "vitest";
import { read } from "./given.ts";

const load = (path: string, lines: readonly string[]) => read(`${lines.join("\n")}\n`, { path });
const minutes = (cells: readonly string[]) => cells.map((cell, at) => `2026-04-13T00:0${at}:18Z,${cell}`);

test.each([
  ["Minute SpO2 - 2026-04-13.csv", "timestamp,value"],
  ["oxygen_saturation_2026-04-01.csv", "timestamp,oxygen saturation percentage"],
  ["daily_oxygen_saturation_2026-04-01.csv", "timestamp,average percentage,lower bound percentage"],
])("Fitbit's 50 is no oxygen: %s", async (path, header) => {
  const more = header.split(",").length === 3 ? ",95" : "";
  const rows = minutes(["50.0", "50", "95.50", "50.00", "50.1", "96"]).map((row) => row + more);
  const { values, skips } = await load(path, [header, ...rows]);
  expect(values).toEqual({ "2026-04-13 spo2": [95.5, 50.1, 96] });
  expect(skips).toEqual({ not_measured: 3 });
});

test("a column that says what is valid is believed", async () => {
  const { values, skips, said } = await load("Minute SpO2 - 2026-04-13.csv", [
    "timestamp,value,valid",
    ...minutes(["95.5,true", "96.5,false", "97,0", "94,1", "93,", "50,true"]),
  ]);
  expect(values).toEqual({ "2026-04-13 spo2": [95.5, 94, 93] });
  expect(skips).toEqual({ not_measured: 3 });
  expect(said).toContain('"line":3');
});

test("a night of which only its beginning is known ends as many minutes later", async () => {
  const sleep = await samsung("shealth.sleep", [
    "efficiency,sleep_duration,start_time,end_time,time_offset,datauuid",
    "93,351,2026-04-13 21:00:00.000,,UTC+0200,u",
    "93,351,,2026-04-15 05:00:00.000,UTC+0200,v",
  ]);
  expect(sleep.values).toMatchObject({ "2026-04-14 sleep": [351], "2026-04-15 sleep": [351] });
  const [first, second] = sleep.samples.filter(({ metric }) => metric === "sleep");
  expect(first?.when).toMatchObject({ start: Date.UTC(2026, 3, 13, 21), end: Date.UTC(2026, 3, 14, 2, 51) });
  expect(second?.when).toMatchObject({ start: Date.UTC(2026, 3, 15, 5), end: Date.UTC(2026, 3, 15, 5) });
  const given = await read("Id,From,Asleep,Active\na,2026-04-13 23:00,400,30\na,2026-04-14 22:30,410,20\n", {
    columns: "member=Id,start=From,sleep=Asleep,exercise=Active",
  });
  expect(given.values).toEqual({
    "a 2026-04-14 sleep": [400],
    "a 2026-04-15 sleep": [410],
    "a 2026-04-13 exercise": [30],
    "a 2026-04-14 exercise": [20],
  });
});

const samsung = (kind: string, lines: readonly string[]) =>
  load(`com.samsung.${kind}.20260414.csv`, [`com.samsung.${kind},6307003,7`, ...lines]);
const short = [12.5, 40, 79];
const distances = ({ values }: { values: Readonly<Record<string, readonly number[]>> }) =>
  Object.entries(values).flatMap(([key, some]) => (key.endsWith(" distance") ? some : []));

test("short distances in metres are no kilometres", async () => {
  const days = short.map((metres, day) => [metres, 1776038400000 + day * 86_400_000] as const);
  const found = [
    await samsung("shealth.step_daily_trend", [
      "count,day_time,source_type,distance",
      ...days.map(([metres, at]) => `60,${at},-2,${metres}`),
    ]),
    await samsung("shealth.tracker.pedometer_day_summary", [
      "step_count,deviceuuid,distance,day_time",
      ...days.map(([metres, at]) => `60,d,${metres},${at}`),
    ]),
    await samsung("shealth.tracker.pedometer_step_count", [
      "run_step,walk_step,start_time,end_time,count,distance,time_offset,deviceuuid",
      ...short.map((m, at) => `0,60,2026-04-13 08:0${at}:00.000,2026-04-13 08:0${at + 1}:00.000,60,${m},UTC+0200,d`),
    ]),
    await load("Daily activity metrics.csv", [
      "Date,Move Minutes count,Calories (kcal),Distance (m),Step count",
      ...short.map((metres, day) => `2026-04-1${day},1,1500,${metres},60`),
    ]),
    await load("2026-04-13.csv", [
      "Start time,End time,Move Minutes count,Calories (kcal),Distance (m),Step count",
      ...short.map((m, at) => `0${at}:00:00.000+02:00,0${at}:15:00.000+02:00,1,20,${m},60`),
    ]),
  ];
  for (const each of found) expect([distances(each), each.skips]).toEqual([short, {}]);
});

test("a few minutes that are called minutes are no hours", async () => {
  const whoop = await load("workouts.csv", [
    "Cycle start time,Cycle timezone,Workout start time,Workout end time,Duration (min),Max HR (bpm)",
    "2026-04-13 06:00:00,UTC+02:00,2026-04-13 08:00:00,2026-04-13 08:01:00,1,120",
  ]);
  expect([whoop.values["2026-04-13 exercise"], whoop.skips]).toEqual([[1], {}]);
  const fitbit = await load("sleep_score.csv", [
    "sleep_log_entry_id,timestamp,overall_score,deep_sleep_in_minutes,resting_heart_rate",
    "1,2026-04-13T07:00:00Z,60,3,61",
  ]);
  expect([fitbit.values["2026-04-13 sleep_deep"], fitbit.skips]).toEqual([[3], {}]);
  const zepp = await load("SLEEP.csv", [
    "date,deepSleepTime,shallowSleepTime,REMTime,wakeTime",
    "2026-04-13,4,300,4,0",
  ]);
  expect([zepp.values["2026-04-13 sleep_deep"], zepp.skips]).toEqual([[4], {}]);
});

test("what does not say when it ended lasts for no known time, and is told", async () => {
  const { values, skips } = await load("UserExercises_2026-04-13.csv", [
    "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,tracker_peak_heart_rate",
    "1,2026-04-13 10:00:00+0000,,+02:00,Walk,135",
    "2,2026-04-13 12:00:00+0000,2026-04-13 12:24:00+0000,+02:00,Walk,130",
  ]);
  expect(values).toEqual({
    "2026-04-13 exercise": [24],
    "2026-04-13 exercise_sessions": [1, 1],
    "2026-04-13 hr_max": [135, 130],
  });
  expect(skips).toEqual({ empty: 1 });
  const stage = await samsung("health.sleep_stage", [
    "start_time,sleep_id,stage,time_offset,end_time",
    "2026-04-13 22:30:00.000,s,40003,UTC+0200,",
    "2026-04-13 22:40:00.000,s,40003,UTC+0200,2026-04-13 23:40:00.000",
  ]);
  expect([stage.values, stage.skips]).toEqual([{ "2026-04-14 sleep_deep": [60] }, { empty: 1 }]);
  expect(stage.said).toContain('"line":3,"column":"end_time"');
});
