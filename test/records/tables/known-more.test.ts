// What known exports are easily misread by: values made up.
import { expect, test } from "vitest";
import { read } from "./given.ts";

const load = (path: string, lines: readonly string[]) => read(`${lines.join("\n")}\n`, { path });

test("Garmin Connect: what is done indoors has no time in motion; energy of days", async () => {
  const { values } = await load("Activities.csv", [
    "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Moving Time,Elapsed Time",
    'Cardio,2026-04-13 17:48:19,false,"Cardio","0.00","509","01:07:05","136","188","00:00:00","01:07:36"',
  ]);
  expect(values["2026-04-13 exercise"]?.[0]).toBeCloseTo(67.083, 3);
  expect(values["2026-04-13 hr_max"]).toEqual([188]);
  const energy = await load("Calories.csv", [
    "\ufeff,Active Calories,Resting Calories,Total",
    '"Apr 13, 2026","1,206",1700,"2,906"',
  ]);
  expect(energy.values).toEqual({ "2026-04-13 active_energy": [1206] });
});

test("Google Fit's file of a day: times without a day, which the file's name says", async () => {
  const { samples, values } = await load("Fit/Daily activity metrics/2026-04-13.csv", [
    "Start time,End time,Move Minutes count,Calories (kcal),Distance (m),Step count",
    "00:00:00.000+05:30,00:15:00.000+05:30,,14.1,,",
    "07:15:00.000+05:30,07:30:00.000+05:30,4,20.2,310.5,420",
    "23:45:00.000+05:30,00:00:00.000+05:30,1,15.2,55.5,80",
  ]);
  expect(values).toEqual({ "2026-04-13 steps": [420, 80], "2026-04-13 distance": [310.5, 55.5] });
  expect(samples[0]?.when).toMatchObject({ start: Date.UTC(2026, 3, 13, 1, 45), zone: { from: "record" } });
  const [old] = (
    await load("Fit/Daily Aggregations/Daily Summaries.csv", [
      "Date,Calories (kcal),Distance (m),Step count,Average weight (kg)",
      "2026-04-13,1900.5,5200.25,7600,",
    ])
  ).samples;
  expect(old).toMatchObject({ metric: "steps", value: 7600, source: { total: true } });
});

test("a table of the registry's metrics, a row a day and device: devices are no parts of a day", async () => {
  const { samples } = await load("days.csv", [
    "Date,Source(s),Timezone,Steps",
    "2026-04-13,com.example.fit,America/Sao_Paulo,8123",
    "2026-04-13,com.example.health,America/Sao_Paulo,8123",
    "2026-04-14,com.example.fit,America/Sao_Paulo,9344",
    "2026-04-14,com.example.health,America/Sao_Paulo,9000",
  ]);
  expect(new Set(samples.map(({ source }) => source.key)).size).toBe(2);
});

test.each([
  ["exercise", "12:30", "8:10", [12.5, 8 + 1 / 6]],
  ["exercise", "1:30", "0:45", [90, 45]],
  ["sleep", "7:32", "8:10", [452, 490]],
  ["exercise@h", "5:10", "6:30", [310, 390]],
  ["exercise@min", "5:10", "6:30", [5 + 1 / 6, 6.5]],
  ["exercise@h", "25:10", "0:45", [1510, 45]],
])("%s of %s and %s, by what a column of it can be", async (metric, first, second, minutes) => {
  const rows = `Id,Day,Value\na,2026-04-13,${first}\na,2026-04-14,${second}\n`;
  const [id, unit] = metric.split("@");
  const { samples } = await read(rows, {
    columns: `member=Id,date=Day,${id}=Value${unit === undefined ? "" : `@${unit}`}`,
  });
  for (const [at, { value }] of samples.entries()) expect(value).toBeCloseTo(minutes[at] as number, 9);
  expect(samples).toHaveLength(2);
});

test.each([
  ["sleep", "7 heures 32", undefined],
  ["sleep", "7 heures 32 min", 452],
  ["sleep", "7 Stunden 32 Minuten", 452],
  ["sleep", "7 horas 32 minutos", 452],
  ["weight", "11 st 1 lb", 70.306817],
  ["weight", "11st 1.5lbs", 70.533614],
  ["weight", "11 st 14", undefined],
])("%s of %s", async (metric, cell, expected) => {
  const rows = `Id,Day,Value\na,2026-04-13,${cell}\na,2026-04-14,70\n`;
  const { samples, skips } = await read(rows, { columns: `member=Id,date=Day,${metric}=Value` });
  expect(samples[0]?.value).toBe(expected ?? 70);
  expect(skips).toEqual(expected === undefined ? { not_a_number: 1 } : {});
});

test("Oura's short sleeps have another type or none, and are no night", async () => {
  const { values } = await load("sleep.csv", [
    "average_hrv,day,deep_sleep_duration,efficiency,total_sleep_duration,type",
    "39,2026-04-13,3720,80,26400,long_sleep",
    ",2026-04-13,0,36,810,",
    ",2026-04-13,0,22,510,sleep",
  ]);
  expect(values).toMatchObject({ "2026-04-13 sleep": [440], "2026-04-13 sleep_efficiency": [80] });
});

test("times written in UTC are of the place whose offset a column gives", async () => {
  const { values, samples } = await load("UserExercises_2026-04-13.csv", [
    "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,tracker_peak_heart_rate",
    "1,2026-04-13 22:30:42+0000,2026-04-13 22:54:42+0000,+07:00,Outdoor Walk,135",
  ]);
  expect(values).toEqual({
    "2026-04-14 exercise": [24],
    "2026-04-14 exercise_sessions": [1],
    "2026-04-14 hr_max": [135],
  });
  expect(samples[0]?.when).toMatchObject({
    start: Date.UTC(2026, 3, 13, 22, 30, 42),
    zone: { offsetMinutes: 420, from: "record" },
  });
});

test.each([
  ["floors_2026-04-01.csv", "timestamp,floors", "2026-04-13T08:29:00Z,1", "floors", 1],
  [
    "heart_rate_variability_2026-04-01.csv",
    "timestamp,root mean square of successive differences milliseconds,standard deviation milliseconds",
    "2026-04-13T00:15:00Z,33.971,0.0",
    "hrv_rmssd",
    33.971,
  ],
  [
    "oxygen_saturation_2026-04-01.csv",
    "timestamp,oxygen saturation percentage",
    "2026-04-13T05:13:20Z,93.8",
    "spo2",
    93.8,
  ],
  ["Minute SpO2 - 2026-04-13.csv", "timestamp,value", "2026-04-13T00:00:18Z,96.8", "spo2", 96.8],
])("Fitbit's Takeout: %s", async (path, header, row, metric, value) => {
  expect((await load(path, [header, row])).values).toEqual({ [`2026-04-13 ${metric}`]: [value] });
});

test("an account's weight whose unit is not stated is taken for kilograms only where it can be nothing else", async () => {
  const rows = (weights: readonly number[]) => [
    "Date,Weight",
    ...weights.map((weight, at) => `2026-04-${13 + at},${weight}`),
  ];
  const light = await load("Measurement-Summary.csv", rows([70.5, 70.1]));
  expect(light.values).toEqual({ "2026-04-13 weight": [70.5], "2026-04-14 weight": [70.1] });
  for (const either of [
    [132, 133],
    [155.4, 154],
  ]) {
    const { values, skips } = await load("Measurement-Summary.csv", rows(either)).catch((error) => ({
      values: {},
      skips: { refused: String(error).includes("unclear_unit") ? 2 : 0 },
    }));
    expect([values, Object.values(skips)]).toEqual([{}, [2]]);
  }
});

test("a unit in a column's name says whether 5:10 holds hours", async () => {
  const rows = (name: string) => `Id,Day,${name}\na,2026-04-13,5:10\na,2026-04-14,6:30\na,2026-04-15,0:45\n`;
  const of = async (name: string) =>
    (await read(rows(name), { columns: `member=Id,date=Day,exercise=${name}` })).samples.map(({ value }) => value);
  expect(await of("Duration (h)")).toEqual([310, 390, 45]);
  expect(await of("training_hours")).toEqual([310, 390, 45]);
  expect(await of("Duration")).toEqual([5 + 1 / 6, 6.5, 0.75]);
});
