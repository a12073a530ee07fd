// Samsung Health's personal data: names and forms as its files have them, values made up.
import { expect, test } from "vitest";
import { localDay } from "../../../src/records/sample.ts";
import { read } from "./given.ts";

const load = (kind: string, lines: readonly string[]) =>
  read(`${[`${kind},6307003,7`, ...lines].join("\n")}\n`, { path: `${kind}.20260414.csv` });

test("times are UTC's, with the place's offset in a column", async () => {
  const heart = await load("com.samsung.shealth.tracker.heart_rate", [
    "com.samsung.health.heart_rate.heart_rate,com.samsung.health.heart_rate.min,com.samsung.health.heart_rate.max,com.samsung.health.heart_rate.start_time,com.samsung.health.heart_rate.time_offset",
    "77.0,70,85,2026-04-13 21:15:32.766,UTC+0200,",
    "61.0,60,62,2026-04-13 22:15:32.766,UTC+0200,",
  ]);
  expect(heart.values).toMatchObject({ "2026-04-13 hr_mean": [77], "2026-04-14 hr_mean": [61] });
  expect(heart.samples[0]?.when).toMatchObject({
    start: Date.UTC(2026, 3, 13, 21, 15, 32, 766),
    zone: { offsetMinutes: 120, from: "record" },
  });
  const walk = await load("com.samsung.shealth.exercise", [
    "com.samsung.health.exercise.start_time,com.samsung.health.exercise.time_offset,com.samsung.health.exercise.exercise_type,title,com.samsung.health.exercise.duration",
    "2026-04-13 21:40:00.000,UTC+0530,1001,,1800000",
  ]);
  expect(walk.values).toEqual({ "2026-04-14 exercise": [30], "2026-04-14 exercise_sessions": [1] });
});

test("a sleep without a duration lasts from its start to its end", async () => {
  const { values, samples } = await load("com.samsung.shealth.sleep", [
    "sleep_score,efficiency,sleep_duration,com.samsung.health.sleep.start_time,com.samsung.health.sleep.end_time,com.samsung.health.sleep.time_offset,com.samsung.health.sleep.datauuid",
    "79,93,351,2026-04-13 17:40:00.000,2026-04-13 23:51:00.000,UTC+0530,u,",
    ",,,2026-04-14 18:00:00.000,2026-04-15 01:30:00.000,UTC+0530,v,",
  ]);
  expect(values).toMatchObject({ "2026-04-14 sleep": [351], "2026-04-15 sleep": [450] });
  expect(values["2026-04-14 sleep_efficiency"]).toEqual([93]);
  // it was half past eleven in the evening there
  expect(samples.map(({ when }) => when.kind === "span" && localDay(when.start, when.zone.offsetMinutes))[0]).toBe(
    20556,
  );
  const old = await load("com.samsung.health.sleep", [
    "start_time,extra_data,quality,efficiency,time_offset,datauuid,end_time",
    "2026-04-13 21:00:00.000,,0,0.0,UTC+0200,u,2026-04-14 05:00:00.000,",
  ]);
  expect(old.values).toMatchObject({ "2026-04-14 sleep": [480] });
});

test("stages of sleep, awake left out", async () => {
  const { values } = await load("com.samsung.health.sleep_stage", [
    "create_sh_ver,start_time,sleep_id,stage,time_offset,deviceuuid,end_time,datauuid",
    "1,2026-04-13 22:00:00.000,s,40002,UTC+0200,d,2026-04-13 22:30:00.000,a,",
    "1,2026-04-13 22:30:00.000,s,40001,UTC+0200,d,2026-04-13 22:40:00.000,b,",
    "1,2026-04-13 22:40:00.000,s,40003,UTC+0200,d,2026-04-13 23:40:00.000,c,",
    "1,2026-04-13 23:40:00.000,s,40004,UTC+0200,d,2026-04-14 00:00:30.000,e,",
  ]);
  expect(values).toEqual({
    "2026-04-14 sleep_light": [30],
    "2026-04-14 sleep_deep": [60],
    "2026-04-14 sleep_rem": [20.5],
  });
});

test("of a day's rows, one a device and one of all, none is a part of the day", async () => {
  const { samples } = await load("com.samsung.shealth.tracker.pedometer_day_summary", [
    "create_sh_ver,step_count,source_info,deviceuuid,day_time",
    ...[0, 1, 2].flatMap((day) => {
      const at = 1776038400000 + day * 86_400_000;
      return [`,9000,m.json,ALL,${at},`, `,4100,,PHONE,${at},`, `,8700,,WATCH,${at},`];
    }),
  ]);
  expect(samples.every(({ source, when }) => source.total === true && when.kind === "day")).toBe(true);
  const trend = await load("com.samsung.shealth.step_daily_trend", [
    "count,day_time,source_type,distance",
    "8123,1776038400000,-2,5200.5",
    "3000,1776038400000,0,2000",
  ]);
  expect(
    trend.samples.filter(({ source }) => source.total).map(({ metric, value, when }) => [metric, value, when]),
  ).toEqual([
    ["steps", 8123, { kind: "day", day: 20556 }],
    ["distance", 5200.5, { kind: "day", day: 20556 }],
  ]);
});

test("steps and floors of minutes: each device is a source of its own", async () => {
  const { samples } = await load("com.samsung.shealth.tracker.pedometer_step_count", [
    "run_step,walk_step,com.samsung.health.step_count.start_time,com.samsung.health.step_count.end_time,com.samsung.health.step_count.count,com.samsung.health.step_count.time_offset,com.samsung.health.step_count.deviceuuid",
    "0,120,2026-04-13 08:00:00.000,2026-04-13 08:01:00.000,120,UTC+0200,PHONE,",
    "0,115,2026-04-13 08:00:00.000,2026-04-13 08:01:00.000,115,UTC+0200,WATCH,",
  ]);
  expect(samples.map(({ metric, value }) => [metric, value])).toEqual([
    ["steps", 120],
    ["steps", 115],
  ]);
  expect(new Set(samples.map(({ source }) => source.key)).size).toBe(2);
  const floors = await load("com.samsung.health.floors_climbed", [
    "start_time,floor,time_offset,deviceuuid,end_time,datauuid",
    "2026-04-13 13:55:04.832,1.0,UTC-0500,d,2026-04-13 14:49:00.999,u,",
  ]);
  expect(floors.values).toEqual({ "2026-04-13 floors": [1] });
});

test("daily floors and energy", async () => {
  const floors = await load("com.samsung.shealth.tracker.floors_day_summary", [
    "binning_data,floor_count,day_time",
    "b.json,6,1776038400000,",
  ]);
  const energy = await load("com.samsung.shealth.calories_burned.details", [
    "com.samsung.shealth.calories_burned.rest_calorie,com.samsung.shealth.calories_burned.active_calorie,com.samsung.shealth.calories_burned.day_time",
    "1500.5,412.25,1776038400000,",
  ]);
  expect([floors.values, energy.values]).toEqual([
    { "2026-04-13 floors": [6] },
    { "2026-04-13 active_energy": [412.25] },
  ]);
});
