import { expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { huawei } from "../../../src/records/huawei/index.ts";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { collect, told } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";
import { inputOf } from "../support.ts";

const read = (value: unknown) => collect(huawei, JSON.stringify(value));
const NIGHT = Date.parse("2026-04-12T23:00:00+02:00");
const MINUTE = 60_000;
const point = (key: string, from: number, minutes: number, value: unknown = "1") => ({
  key,
  startTime: NIGHT + from * MINUTE,
  endTime: NIGHT + (from + minutes) * MINUTE,
  unit: "0",
  value,
});
const record = (...samplePoints: readonly object[]) => ({ type: 7, timeZone: "+0200", deviceCode: 1, samplePoints });
const minute = (from: number, steps: number, more: object = {}) => ({
  startTime: NIGHT + from * MINUTE,
  endTime: NIGHT + (from + 1) * MINUTE,
  timeZone: "+0200",
  deviceCode: 186_756_118,
  sportType: 5,
  sportBasicInfos: [{ steps, distance: 10, calorie: 449, floor: 0, duration: 1 }],
  ...more,
});
const moved = (...sportDataUserData: readonly object[]) => [{ recordDay: 20_260_413, sportDataUserData }];

test("points are what their keys say, in the zone beside them", async () => {
  const body = JSON.stringify({ bodyWeight: 70.5, bodyFatRate: 18.2, bmi: 23.1, age: 36 });
  const found = await read([
    record(
      point("DATA_POINT_DYNAMIC_HEARTRATE", 0, 1, "64.0"),
      point("DATA_POINT_DYNAMIC_HEARTRATE", 1, 1, 0),
      point("DATA_POINT_NEW_REST_HEARTRATE", 2, 0, "51"),
      point("BLOOD_OXYGEN_SATURATION", 3, 0, 97),
      point("WEIGHT_BODYFAT_BROAD", 4, 0, body),
      point("STRESS_DATA", 5, 0, 30),
      point("PROFESSIONAL_SLEEP_WAKE", 6, 1),
    ),
    { ...record(point("WEIGHT_BODYFAT_BROAD", 5, 0, body)), subUser: "somebody else" },
  ]);
  expect(found.samples.map(({ metric, value }) => `${metric} ${value}`)).toEqual([
    ...["hr_mean 64", "hr_max 64", "rhr 51", "spo2 97", "weight 70.5", "body_fat 18.2", "bmi 23.1"],
  ]);
  expect([found.skipped, found.noted]).toEqual([{ not_measured: 1 }, { other_kinds: 3 }]);
  const { timeZone: _, ...bare } = record(point("DATA_POINT_DYNAMIC_HEARTRATE", 0, 1, 64));
  const assumed = await collect(huawei, JSON.stringify([bare]), { offsetAt: () => -60 });
  expect(assumed.samples[0]?.when).toMatchObject({ start: NIGHT, zone: { offsetMinutes: -60, from: "device" } });
});

async function days(...files: readonly unknown[]) {
  const given = files.map((file, at) => ({
    input: inputOf(`${at}.json`, JSON.stringify(file)),
    named: false,
    owner: "me",
  }));
  const { members } = await importFiles(given, { registry: builtIn, readers });
  return Object.fromEntries((members[0]?.days ?? []).map(({ day, values }) => [formatDay(day), values]));
}

test("a night of minutes is of the day of waking, once though two files have it", async () => {
  const stages = [
    ...Array.from({ length: 120 }, (_, at) => point("PROFESSIONAL_SLEEP_SHALLOW", at, 1)),
    ...Array.from({ length: 60 }, (_, at) => point("PROFESSIONAL_SLEEP_DEEP", 120 + at, 1)),
    point("PROFESSIONAL_SLEEP_WAKE", 180, 10),
    point("PROFESSIONAL_SLEEP_DREAM", 190, 200),
  ];
  const night = { sleep: 380, sleep_light: 120, sleep_deep: 60, sleep_rem: 200, sleep_onset: 660 };
  expect(await days([record(...stages)])).toEqual({ "2026-04-13": night });
  expect(await days([record(...stages)], [record(...stages)])).toEqual({ "2026-04-13": night });
});

test("minutes of two devices count once, those of one in two kinds both; rides are no way on foot", async () => {
  const stairs = minute(600, 12, { sportType: 1, sportBasicInfos: [{ steps: 12, floor: 1, distance: 0 }] });
  const none = minute(600, 0, { sportType: 3, sportBasicInfos: [{ steps: 0, floor: 0, distance: 300 }] });
  const phone = minute(600, 45, { deviceCode: 108 });
  const file = moved(minute(600, 40), stairs, none, phone);
  const expected = { "2026-04-13": { steps: 52, floors: 1, distance: 10 } };
  expect(await days(file)).toEqual(expected);
  expect(await days(file, file)).toEqual(expected);
});

test("a device is the same one in every file, whichever it stands in first", async () => {
  const minutes = (deviceCode: number, steps: number) =>
    Array.from({ length: 60 }, (_, at) => minute(600 + at, steps, { deviceCode }));
  const [watch, phone] = [minutes(186_756_118, 100), minutes(108, 90)];
  for (const [a, b] of [
    [moved(...watch), moved(...phone)],
    [moved(...watch, ...phone), moved(...phone, ...watch)],
  ] as const) {
    const found = await days(a, b);
    expect(found).toEqual(await days(b, a));
    expect(found["2026-04-13"]?.steps).toBe(6000);
  }
  const many = moved(...Array.from({ length: 102 }, (_, deviceCode) => minute(600, 40, { deviceCode })));
  const told = await read(many);
  expect([told.skipped, told.samples.filter(({ metric }) => metric === "steps").length]).toEqual([
    { many_devices: 2 },
    100,
  ]);
});

test("workouts in the older form and the newer: their time in motion, on foot their way", async () => {
  const flat = { sportType: 4, startTime: NIGHT, totalTime: 1_800_000, totalDistance: 5000, timeZone: "+0200" };
  const run = ["2026-04-12T23:00:00…23:30:00=30"];
  const older = await read([{ motionPathData: [{ ...flat, attribute: "tp=lbs;lat=47.3768;lon=8" }], recordDay: 1 }]);
  expect([told(older, "exercise"), told(older, "distance")]).toEqual([run, ["2026-04-12T23:00:00…23:30:00=5000"]]);
  const summaryData = { sportType: 259, totalTime: 1_800_000, totalDistance: 9000 };
  const newer = await read({
    data: [{ startTime: NIGHT, endTime: NIGHT + 1_800_000, timeZone: "+0200", summaryData }],
  });
  expect([told(newer, "exercise"), told(newer, "distance")]).toEqual([run, []]);
  expect((await read([{ ...flat, startTime: -5 }])).skipped).toEqual({ not_a_date: 1 });
  expect((await read([{ ...flat, endTime: NIGHT - 1 }])).skipped).toEqual({ not_a_date: 1 });
  expect((await read([{ startTime: NIGHT, plan: "x" }])).noted).toEqual({ other_kinds: 1 });
});

test("an export bears damage, and nothing private is repeated", async () => {
  await bearsDamage(huawei, [
    {
      ...record(point("PROFESSIONAL_SLEEP_DEEP", 0, 60), point("WEIGHT_BODYFAT_BROAD", 1, 0, { bodyWeight: 70 })),
      ...PRIVATE,
    },
    ...moved({ ...minute(600, 40), deviceCode: PRIVATE.serial }),
  ]);
  await bearsDamage(huawei, [{ motionPathData: [{ sportType: 4, startTime: NIGHT, totalTime: 60_000, ...PRIVATE }] }]);
});
