// Exports that are known by their header: headers as the makers write them, values made up.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tables } from "../../../src/records/tables/index.ts";
import { knownMetrics, knownTables } from "../../../src/records/tables/known/tables.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { fitbitFolder, type Options, read, refusal } from "./given.ts";

const load = (path: string, lines: readonly string[], more: Options = {}) =>
  read(`${lines.join("\n")}\n`, { path, ...more });
const whole = ({ samples }: Awaited<ReturnType<typeof load>>) =>
  samples.every(({ when, source }) => when.kind === "day" && source.total);

test("every known table names metrics of the registry, once each, and is told apart from those before it", () => {
  for (const { title, values, has, file } of knownTables) {
    const ids = values.map(({ metric }) => metric);
    expect([title, new Set(ids).size]).toEqual([title, ids.length]);
    expect([title, ids.every((id) => builtIn.knows(id))]).toEqual([title, true]);
    const header = has.map((name) => name.split("|")[0] as string);
    const first = knownTables.find((each) =>
      each.has.every((name) =>
        name.split("|").some((one) => header.some((own) => own.toLowerCase() === one.toLowerCase())),
      ),
    );
    // the file's name tells those apart that share a header
    expect([title, first?.title === title || first?.file !== undefined || file !== undefined]).toEqual([title, true]);
  }
  expect(tables.gives).toEqual(knownMetrics);
  expect(new Set(knownTables.map(({ provider }) => provider)).size).toBe(15);
});

describe("whole days and nights", () => {
  test("Oura trends", async () => {
    const oura = await load("oura_trends.csv", [
      "date,Total Sleep Duration,REM Sleep Duration,Deep Sleep Duration,Light Sleep Duration,Awake Time,Sleep Efficiency,Lowest Resting Heart Rate,Average HRV,Temperature Deviation,Readiness Score,Steps,Activity Burn",
      "2026-04-14,27000,5400,4320,17280,1500,92,51,64,-0.12,79,10432,480",
      "2026-04-13,25200,5400,4320,15480,1500,90,52,60,0.2,75,8123,410",
    ]);
    expect(whole(oura)).toBe(true);
    expect(oura.values).toMatchObject({
      "2026-04-14 sleep": [450],
      "2026-04-14 sleep_rem": [90],
      "2026-04-14 rhr": [51],
      "2026-04-14 hrv_rmssd": [64],
      "2026-04-14 skin_temp": [-0.12],
      "2026-04-13 steps": [8123],
      "2026-04-13 readiness": [75],
    });
  });
  test("Oura's account export: naps are no night", async () => {
    const { values } = await load("sleepmodel.csv", [
      "id;day;type;total_sleep_duration;deep_sleep_duration;lowest_heart_rate;average_hrv",
      "x1;2026-04-13;long_sleep;27000;4320;51;64",
      "x2;2026-04-13;late_nap;1800;0;60;50",
    ]);
    expect(values).toMatchObject({ "2026-04-13 sleep": [450], "2026-04-13 rhr": [51] });
  });
  test("Whoop cycles, newest first: of the day of waking, in the row's zone", async () => {
    const whoop = await load("physiological_cycles.csv", [
      "Cycle start time,Cycle end time,Cycle timezone,Recovery score %,Resting heart rate (bpm),Heart rate variability (ms),Skin temp (celsius),Blood oxygen %,Day Strain,Energy burned (cal),Max HR (bpm),Average HR (bpm),Sleep onset,Wake onset,Sleep performance %,Respiratory rate (rpm),Asleep duration (min),In bed duration (min),Light sleep duration (min),Deep (SWS) duration (min),REM duration (min),Awake duration (min),Sleep need (min),Sleep debt (min),Sleep efficiency %,Sleep consistency %",
      "2026-04-14 23:00:00,,UTC-05:00,,,,,,,,,,,,,,,,,,,,,,,",
      "2026-04-13 22:34:00,2026-04-14 23:00:00,UTC-05:00,61,50,48,34.5,97.5,11.2,2400,160,70,2026-04-13 22:34:00,2026-04-14 06:40:00,95,14.2,450,480,220,90,140,30,470,10,94,80",
    ]);
    expect(whole(whoop)).toBe(true);
    expect(whoop.skips).toEqual({ no_date: 1 });
    expect(whoop.values).toMatchObject({
      "2026-04-14 sleep": [450],
      "2026-04-14 readiness": [61],
      "2026-04-14 hrv_rmssd": [48],
      "2026-04-14 spo2": [97.5],
      "2026-04-14 hr_max": [160],
      "2026-04-14 resp_rate": [14.2],
    });
    expect(whoop.values["2026-04-14 skin_temp"]).toBeUndefined();
  });
  test("Whoop sleeps: spans in their zone, naps counted", async () => {
    const { values, samples } = await load("sleeps.csv", [
      "Cycle start time,Cycle end time,Cycle timezone,Sleep onset,Wake onset,Sleep performance %,Respiratory rate (rpm),Asleep duration (min),In bed duration (min),Nap",
      "2026-04-13 22:34:00,,UTC+02:00,2026-04-13 22:34:00,2026-04-14 06:40:00,95,14.2,450,480,false",
      "2026-04-13 22:34:00,,UTC+02:00,2026-04-14 14:00:00,2026-04-14 14:30:00,,,25,30,true",
    ]);
    expect(values).toEqual({ "2026-04-14 sleep": [450], "2026-04-14 naps": [1] });
    expect(samples[0]?.when).toEqual({
      kind: "span",
      start: Date.UTC(2026, 3, 13, 20, 34),
      end: Date.UTC(2026, 3, 14, 4, 40),
      zone: { offsetMinutes: 120, from: "record" },
    });
  });
  test("Garmin Connect sleep, whose first column is named as a report", async () => {
    const { values } = await load("Sleep.csv", [
      "Sleep Score 4 Weeks,Score,Resting Heart Rate,Body Battery,Pulse Ox,Respiration,HRV Status,Quality,Duration,Sleep Need,Bedtime,Wake Time",
      '"Apr 14, 2026",76,52,"+35",97,15,48,Good,5h 8min,9h 0min,12:31 AM,6:04 AM',
      '"Apr 13, 2026",--,--,--,--,--,--,--,--,--,--,--',
    ]);
    expect(values).toEqual({
      "2026-04-14 sleep": [308],
      "2026-04-14 rhr": [52],
      "2026-04-14 spo2": [97],
      "2026-04-14 resp_rate": [15],
      "2026-04-14 hrv_rmssd": [48],
    });
  });
  test("Google Fit, Zepp, Withings: totals of days", async () => {
    const fit = await load("Daily activity metrics.csv", [
      "Date,Move Minutes count,Calories (kcal),Distance (m),Heart Points,Average heart rate (bpm),Max heart rate (bpm),Step count,Average weight (kg),Walking duration (ms)",
      "2026-04-13,42,1900.5,5200.25,12,80,150,7600,70.5,1800000",
      "2026-04-14,,1700,,,,,,,",
    ]);
    expect(whole(fit)).toBe(true);
    expect(fit.values).toMatchObject({
      "2026-04-13 steps": [7600],
      "2026-04-13 distance": [5200.25],
      "2026-04-13 weight": [70.5],
    });
    const activity = await load("ACTIVITY_1.csv", [
      "\ufeffdate,steps,distance,runDistance,calories",
      "2026-04-13,8123,5900,120,310",
    ]);
    expect(activity.values).toEqual({ "2026-04-13 steps": [8123], "2026-04-13 distance": [5900] });
    const sleep = await load("SLEEP_1.csv", [
      "date,deepSleepTime,shallowSleepTime,wakeTime,start,stop,REMTime,naps",
      "2026-04-14,95,260,12,2026-04-13 22:40:00+0000,2026-04-14 05:10:00+0000,40,",
    ]);
    expect(sleep.values).toMatchObject({ "2026-04-14 sleep": [395], "2026-04-14 sleep_rem": [40] });
    const steps = await load("in/aggregates_steps.csv", ["date,value", "2026-04-14,9344", "2026-04-13,8123"]);
    expect(steps.values).toEqual({ "2026-04-14 steps": [9344], "2026-04-13 steps": [8123] });
  });
});

describe("spans and instants", () => {
  test("Withings sleep: stages add up, the span says the day", async () => {
    const { values } = await load("sleep.csv", [
      "from,to,light (s),deep (s),rem (s),awake (s),wake up,Average heart rate",
      "2026-04-13T23:05:00+02:00,2026-04-14T06:40:00+02:00,15600,5400,6000,600,1,55",
    ]);
    expect(values).toMatchObject({ "2026-04-14 sleep": [450], "2026-04-14 sleep_deep": [90] });
  });
  test("Withings weight in pounds", async () => {
    const { samples } = await load("weight.csv", [
      'Date,"Weight (lb)","Fat mass (lb)",Comments',
      '"2026-04-13 07:15:00",155.43,30,',
    ]);
    expect(samples[0]?.value).toBeCloseTo(70.5, 2);
    expect(samples[0]?.converted).toBe("lb");
  });
  test("Garmin and Strava activities: minutes and sessions; a decimal comma does no harm", async () => {
    const garmin = await load("Activities.csv", [
      "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Aerobic TE",
      'Kayaking,2026-04-18 10:03:35,false,"Bay, home","7,00","315","01:40:30","83","108","0,2"',
      'Running,2026-04-13 07:00:00,false,Run,"5,02","1.412","00:31:30","148","163","3,1"',
    ]);
    expect(garmin.values).toMatchObject({
      "2026-04-18 exercise": [100.5],
      "2026-04-13 exercise": [31.5],
      "2026-04-13 exercise_sessions": [1],
    });
    const strava = await load(
      "activities.csv",
      [
        "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Max Heart Rate,Elapsed Time,Moving Time,Distance",
        '9001,"Apr 13, 2026, 10:30:00 PM",Night,Run,2400,8.1,170,2400.0,2280.0,8100.5',
      ],
      { offsetAt: () => 120 },
    );
    expect(strava.values).toEqual({
      "2026-04-14 exercise": [38],
      "2026-04-14 exercise_sessions": [1],
      "2026-04-14 hr_max": [170],
    });
  });
  test("Sleep Cycle, and its older export, which knows time in bed only", async () => {
    const { values } = await load("sleepdata.csv", [
      "Start;End;Sleep Quality;Regularity;Awake (seconds);Dream (seconds);Light (seconds);Deep (seconds);Mood;Steps;Time in bed (seconds);Time asleep (seconds)",
      "2026-04-13 22:51:45;2026-04-14 06:21:36;67%;—;600;5400;16200;5400;;0;27600.5;27000.0",
    ]);
    expect(values).toMatchObject({ "2026-04-14 sleep": [450], "2026-04-14 sleep_rem": [90] });
    const old = [
      "Start;End;Sleep quality;Time in bed;Wake up;Sleep Notes",
      "2026-04-13 22:51:45;2026-04-14 06:21:36;67%;7:30;:);",
    ];
    expect(await refusal(old.join("\n"))).toMatch(/Sleep Cycle, time in bed.*nothing/);
  });
  test("Sleep as Android: a header for each night, rows of their own length", async () => {
    const header = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo";
    const { values, skips } = await load("sleep-export.csv", [
      `${header},"23:00","23:05",Event`,
      '"1776114000000","Europe/Berlin","13. 04. 2026 23:00","14. 04. 2026 6:30","14. 04. 2026 6:30","7.500","4.0","#home","10000","0","0.1","5","0.42","0","","1.2","0.9","DEEP_START-1"',
      `${header},"22:00"`,
      '"1776200400000","Europe/Berlin","14. 04. 2026 22:00","15. 04. 2026 5:00","","7.000","0.0","","10000","-1","-1.0","-1","-1.0","0","","1.0"',
    ]);
    expect(values).toEqual({ "2026-04-14 sleep": [450], "2026-04-15 sleep": [420] });
    expect(skips).toEqual({});
  });
  test("MyFitnessPal: adjustments are no exercise", async () => {
    const { values } = await load("Exercise-Summary-2026.csv", [
      "Date,Exercise,Type,Exercise Calories,Exercise Minutes,Sets,Reps Per Set,Kilograms,Steps,Note",
      "2026-04-13,Health Connect calorie adjustment,Cardio,573.0,1,,,,9840,",
      '2026-04-13,"""Walking, 3.5 mph, brisk pace""",Cardio,178.0,18,,,,,',
    ]);
    expect(values).toEqual({ "2026-04-13 steps": [9840], "2026-04-13 exercise": [18] });
  });
  test("Zepp's heart rate, with the time in a column of its own", async () => {
    const { samples } = await load("HEARTRATE_AUTO_1.csv", [
      "date,time,heartRate",
      "2026-04-13,08:00,60",
      "2026-04-13,08:10,70",
    ]);
    expect(
      samples
        .filter(({ metric }) => metric === "hr_mean")
        .map(({ when, value }) => [when.kind === "span" && when.start, value]),
    ).toEqual([
      [Date.UTC(2026, 3, 13, 8), 60],
      [Date.UTC(2026, 3, 13, 8, 10), 70],
    ]);
  });
  test("Fitbit's Takeout", async () => {
    const hrv = await load("Daily Heart Rate Variability Summary - 2026-04-(1).csv", [
      "timestamp,rmssd,nremhr,entropy",
      "2026-04-13T00:00:00,39.9,56.1,2.9",
    ]);
    expect(hrv.values).toEqual({ "2026-04-13 hrv_rmssd": [39.9] });
    const steps = await load("steps_2026-04-01.csv", ["timestamp,steps,data source", "2026-04-13T10:00:00Z,120,watch"]);
    expect(steps.samples[0]?.when).toMatchObject({ kind: "span", start: Date.UTC(2026, 3, 13, 10) });
    const distance = ["timestamp,distance,data source", "2026-04-13T10:00:00Z,83.5,watch"];
    expect((await load("distance_2026-04-01.csv", distance)).values).toEqual({ "2026-04-13 distance": [83.5] });
    // Of another file nobody knows in what its distances are.
    await expect(load("laser.csv", distance)).rejects.toMatchObject({ code: "invalid_data" });
    const rest = await load("daily_resting_heart_rate.csv", [
      "timestamp,beats per minute,data source",
      "2026-04-13T00:00:00Z,61.4,derived",
    ]);
    expect(rest.values).toEqual({ "2026-04-13 rhr": [61.4] });
    const heart = await load("heart_rate_2026-04-13.csv", [
      "timestamp,beats per minute,data source",
      "2026-04-13T10:00:00Z,88,watch",
    ]);
    expect(Object.keys(heart.values)).toEqual(["2026-04-13 hr_mean", "2026-04-13 hr_max"]);
  });
});

describe.skipIf(!existsSync(fitbitFolder))("the public Fitbit archive (skipped where ../shared is absent)", () => {
  const file = (name: string) => read(readFileSync(join(fitbitFolder, name)), { path: name });
  test("is known by its headers, and its order of dates by its dates", async () => {
    const daily = await file("dailyActivity_merged.csv");
    expect(new Set(daily.samples.map(({ member }) => member)).size).toBe(33);
    expect(daily.values["1503960366 2016-04-12 steps"]).toEqual([13162]);
    expect(daily.values["1503960366 2016-04-12 distance"]).toEqual([8500]);
    expect(daily.values["1503960366 2016-05-12 steps"]).toEqual([0]);
    expect(daily.skips).toEqual({});
    const sleep = await file("sleepDay_merged.csv");
    expect(sleep.values["1503960366 2016-04-12 sleep"]).toEqual([327]);
    expect(sleep.samples.every(({ when }) => when.kind === "day")).toBe(true);
    const hourly = await file("hourlySteps_merged.csv");
    expect(hourly.samples.every(({ when }) => when.kind === "span")).toBe(true);
    const weight = await file("weightLogInfo_merged.csv");
    expect(weight.values["1503960366 2016-05-02 weight"]).toEqual([52.59999847]);
  });
});
