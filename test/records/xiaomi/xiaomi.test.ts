import { describe, expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { xiaomi } from "../../../src/records/xiaomi/index.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { collect, told } from "../collect.ts";
import { inputOf } from "../support.ts";

type Row = readonly [string, number, unknown];
const quoted = (value: unknown) =>
  `"${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
const recorded = (rows: readonly Row[], sid = "SN-4711") =>
  `Uid,Sid,Key,Time,Value,UpdateTime\n${rows.map(([key, time, value]) => `90,${sid},${key},${time},${quoted(value)},${time}\n`).join("")}`;
const days = (rows: readonly Row[], tag = "daily_report") =>
  `Uid,Sid,Tag,Key,Time,Value,UpdateTime\n${rows.map(([key, time, value]) => `90,,${tag},${key},${time},${quoted(value)},0\n`).join("")}`;
const sport = (rows: readonly Row[]) =>
  `Uid,Sid,Key,Time,Category,Value,UpdateTime\n${rows.map(([key, time, value]) => `90,1,${key},${time},x,${quoted(value)},0\n`).join("")}`;

const seconds = (text: string) => Date.parse(text) / 1000;
const evening = seconds("2026-07-25T23:00:00+05:00");
const morning = seconds("2026-07-26T07:00:00+05:00");
const night = {
  bedtime: evening,
  wake_up_time: morning,
  duration: 450,
  sleep_deep_duration: 100,
  sleep_light_duration: 250,
  sleep_rem_duration: 100,
  sleep_awake_duration: 30,
  avg_breath: 14,
};
const noon = seconds("2026-07-26T12:00:00Z");

test("a night lies between going to bed and waking up, in the zone that it says in quarters of an hour", async () => {
  const found = await collect(xiaomi, recorded([["sleep", morning, { ...night, timezone: 20 }]]));
  expect(told(found, "sleep")).toEqual(["2026-07-25T23:00:00…2026-07-26T07:00:00=450"]);
  expect(told(found, "resp_rate")).toEqual(["2026-07-26=14"]);
  const nap = await collect(xiaomi, recorded([["watch_daytime_sleep", morning, { ...night, avg_breath: 0 }]]), {
    offsetAt: () => -60,
  });
  expect(nap.samples.map(({ metric }) => metric)).toEqual(["sleep", "sleep_deep", "sleep_light", "sleep_rem"]);
  expect(nap.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: -60, from: "device" } });
  const upside = recorded([["sleep", morning, { ...night, bedtime: morning + 1 }]]);
  expect((await collect(xiaomi, upside)).skipped).toEqual({ not_a_date: 1 });
});

test("what is measured, and what is not: no beats, no oxygen, a weight without its unit", async () => {
  const found = await collect(
    xiaomi,
    recorded([
      ["heart_rate", noon, { bpm: 64, time: noon }],
      ["heart_rate", noon + 60, { bpm: 0 }],
      ["single_spo2", noon, { spo2: 97 }],
      ["spo2", noon, { spo2: 0 }],
      ["stress", noon, { stress: 30 }],
      ["resting_heart_rate", noon, { bpm: 46 }],
      ["weight", noon, { weight: 154, bmi: 22.1, body_fat_rate: 18 }],
      ["vitality", noon, { vitality: 3 }],
      ["constructor", noon, { steps: 3 }],
    ]),
  );
  expect(found.samples.map(({ metric, value }) => `${metric} ${value}`)).toEqual([
    ...["hr_mean 64", "hr_max 64", "spo2 97", "stress 30", "rhr 46", "bmi 22.1", "body_fat 18"],
  ]);
  expect([found.skipped, found.noted]).toEqual([{ not_measured: 2, unstated_unit: 1 }, { other_kinds: 2 }]);
});

test.each([
  ["2026-07-26T00:00:00+08:00", undefined, "2026-07-26"],
  ["2026-07-26T00:00:00-05:00", undefined, "2026-07-26"],
  ["2026-07-26T00:00:00Z", undefined, "2026-07-26"],
  ["2026-07-26T00:00:00+13:00", 780, "2026-07-26"],
  ["2026-07-26T00:00:00+02:00", 780, "2026-07-26"],
])("a day that begins at %s, where the member's zone is %s, is that day", async (midnight, offset, day) => {
  const found = await collect(xiaomi, days([["steps", seconds(midnight), { steps: 11_461, distance: 8000 }]]), {
    ...(offset === undefined ? {} : { offsetAt: () => offset }),
  });
  expect(told(found, "steps")).toEqual([`${day}=11461`]);
  expect(found.samples.every(({ source }) => source.total === true)).toBe(true);
});

test.each(["+13:00", "-11:00", "+13:45"])("a midnight at %s may be of either of two days", async (offset) => {
  const table = days([["steps", seconds(`2026-07-26T00:00:00${offset}`), { steps: 11_461 }]]);
  const found = await collect(xiaomi, table);
  expect([found.samples, found.skipped, found.noted]).toEqual([[], { not_a_date: 1 }, {}]);
  const minutes = Number(offset.slice(0, 3)) * 60 + Number(offset.slice(4));
  expect(told(await collect(xiaomi, table, { offsetAt: () => minutes }), "steps")).toEqual(["2026-07-26=11461"]);
});

test("rows of another account than the first, and of more devices than anybody has, are left out and told", async () => {
  const steps = (row: number): Row => ["steps", noon + 60 * row, { steps: 10 }];
  const accounts = `${recorded([steps(0), steps(1)])}91,SN-4711,steps,${noon + 120},"{""steps"":500}",0\n${recorded([steps(3)]).split("\n")[1]}\n`;
  const found = await collect(xiaomi, accounts);
  expect([found.samples.map(({ value }) => value), found.skipped]).toEqual([[10, 10, 10], { other_account: 1 }]);
  const devices = Array.from({ length: 103 }, (_, at) => recorded([steps(0)], `D${at}`).split("\n")[1]).join("\n");
  const many = await collect(xiaomi, `${recorded([])}${devices}\n`);
  expect([many.samples.length, many.skipped]).toEqual([100, { many_devices: 3 }]);
  expect(new Set(many.samples.map(({ source }) => source.key)).size).toBe(100);
});

test("what an account marks, and what it says of weeks, is no day", async () => {
  const found = await collect(xiaomi, days([["steps", noon, { steps: 5000 }]], "weekly_report"));
  expect([found.samples, found.noted]).toEqual([[], { other_kinds: 1 }]);
});

test("sport lasts for its own time, and its way counts on foot", async () => {
  const run = { start_time: noon, end_time: noon + 1900, duration: 1800, distance: 5000, max_hrm: 178, timezone: 20 };
  const found = await collect(
    xiaomi,
    sport([
      ["outdoor_running", noon, run],
      ["outdoor_riding", noon + 4000, { ...run, start_time: noon + 4000, end_time: noon + 5900 }],
    ]),
  );
  expect(told(found, "exercise")).toEqual(["2026-07-26T17:00:00…17:31:40=30", "2026-07-26T18:06:40…18:38:20=30"]);
  expect(told(found, "distance")).toEqual(["2026-07-26T17:00:00…17:31:40=5000"]);
  const bare = await collect(xiaomi, sport([["strength_training", noon, { sport_type: 8 }]]));
  expect([bare.samples.length, bare.skipped]).toEqual([1, { empty: 1 }]);
});

describe("several files", () => {
  const load = async (files: Readonly<Record<string, string>>) => {
    const given = Object.entries(files).map(([path, text]) => ({
      input: inputOf(path, text),
      named: false,
      owner: "me",
    }));
    const { members } = await importFiles(given, { registry: builtIn, readers });
    return Object.fromEntries((members[0]?.days ?? []).map(({ day, values }) => [formatDay(day), values]));
  };
  const minute = (steps: number): readonly Row[] => [["steps", noon, { steps, distance: 20 }]];

  test("steps of the phone and the band are one, the account's day stands before both, and two exports are one", async () => {
    const both = recorded(minute(33)) + recorded(minute(30), "108").split("\n")[1];
    expect(await load({ "fitness.csv": both })).toMatchObject({ "2026-07-26": { steps: 33 } });
    const report = days([["steps", seconds("2026-07-26T00:00:00Z"), { steps: 40 }]]);
    expect(await load({ "fitness.csv": both, "a.csv": report, "b.csv": report })).toMatchObject({
      "2026-07-26": { steps: 40 },
    });
    const sleep = recorded([
      ["sleep", morning, { ...night, timezone: 20 }],
      ["watch_night_sleep", morning, { ...night, timezone: 20 }],
    ]);
    expect(await load({ "a.csv": sleep, "b.csv": sleep })).toMatchObject({
      "2026-07-26": { sleep: 450, sleep_deep: 100 },
    });
  });

  test("a device is the same one in every file, whichever it stands in first", async () => {
    const [band, phone] = [recorded(minute(100)), recorded(minute(90), "108")];
    const more = (table: string, other: string) => `${table}${other.split("\n")[1]}\n`;
    for (const [a, b] of [
      [band, phone],
      [more(band, phone), more(phone, band)],
      [more(phone, band), band],
    ] as const) {
      const [one, other] = [await load({ "a.csv": a, "b.csv": b }), await load({ "b.csv": b, "a.csv": a })];
      expect(one).toEqual(other);
      expect(one["2026-07-26"]?.steps).toBe(100);
    }
  });

  test("other tables of the export are told", async () => {
    await expect(
      load({ "x_hlth_center_data_source.csv": "Uid,Sid,Identifier,Model,Name\n90,1,SN-4711,m,Zoë\n" }),
    ).rejects.toThrow(/no known export/);
  });
});

test("damaged rows and cells are passed over and told, and nothing private is repeated", async () => {
  const good = recorded([["resting_heart_rate", noon, { bpm: 46, name: "Zoë" }]]);
  const deep = `{"bpm":46,"a":${"[".repeat(100)}${"]".repeat(100)}}`;
  const bad = ["{not json", "[]", "null", "7", '{"bpm":"x"}', '{"bpm":1e999}', '{"bpm":46,"bpm":90}', deep, "{}"];
  const rows = recorded(bad.map((value): Row => ["resting_heart_rate", noon, value]))
    .split("\n")
    .slice(1)
    .join("\n");
  const text = `${good}${rows}90,1,resting_heart_rate,-5,"{""bpm"":46}",0\n90,1,resting_heart_rate\n`;
  const found = await collect(xiaomi, text);
  expect(found.samples).toHaveLength(1);
  expect(found.skipped).toEqual({ damaged_record: 8, not_a_number: 1, not_a_date: 1 });
  for (const chunk of [1, 17]) expect(await collect(xiaomi, text, { chunk })).toEqual(found);
  expect(JSON.stringify(found)).not.toMatch(/Zoë|4711/);
  for (let cut = 1; cut < good.length; cut += 7) await collect(xiaomi, good.slice(0, cut)).catch(() => {});
});
