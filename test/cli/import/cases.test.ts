// The shared cases: small files that went wrong somewhere, each with its right result, through the command's own path.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { type DataOptions, importPaths } from "../../../src/cli/import/import.ts";
import { top } from "../../house/files.ts";

const folder = join(process.env.PACELINE_SHARED ?? join(top, "../shared"), "data/cases/import");
const present = existsSync(folder);
if (!present) console.warn(`skipped: ${folder} is not there`);

const D = "member=Id,date=Day,steps=Steps";
type Days = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

async function load(name: string, columns?: string, more: DataOptions = {}) {
  const options = { ...(columns === undefined ? {} : { columns }), ...more };
  const { members, report } = await importPaths([join(folder, name)], options, true);
  const days: Days = Object.fromEntries(
    members.map(({ id, days: all }) => [
      id,
      Object.fromEntries(all.map(({ day, values }) => [formatDay(day).slice(5), values])),
    ]),
  );
  return { members, days, report, kinds: [...report.skipped, ...report.notes].map(({ kind }) => kind) };
}

async function refusal(name: string, columns?: string): Promise<string> {
  try {
    await load(name, columns);
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return `${code}: ${message} ${hint ?? ""}`;
  }
  return "read";
}

const steps = (values: Readonly<Record<string, Readonly<Record<string, number>>>>): Days =>
  Object.fromEntries(
    Object.entries(values).map(([id, days]) => [
      id,
      Object.fromEntries(Object.entries(days).map(([day, value]) => [day, { steps: value }])),
    ]),
  );
const four = steps({ a: { "04-13": 8123, "04-14": 9344 }, b: { "04-13": 4021, "04-14": 7310 } });

describe.skipIf(!present)("read", () => {
  const both = steps({ me: { "04-13": 8123, "04-14": 9344 } });
  test.each<readonly [string, string | undefined, Days]>([
    ["01-utf16le-bom-tab.csv", D, four],
    ["05-sep-line.csv", D, four],
    ["07-samsung-raw.csv", undefined, both],
    ["08-samsung-first-line-removed.csv", "member=member,date=day_time,steps=count", both],
    ["09-samsung-several-sources-a-day.csv", "member=member,date=day_time,steps=count", both],
    ["13-dates-with-month-name.csv", D, steps({ a: { "06-29": 8000, "06-30": 9000 } })],
    ["14-date-comma-time-nnbsp.csv", D, steps({ a: { "04-13": 8000, "04-14": 8100 } })],
    ["15-date-compact.csv", D, steps({ a: { "04-13": 8000, "04-14": 8100 } })],
    ["17-sleep-hmm.csv", "member=Id,date=Day,sleep=Sleep", { a: { "04-13": { sleep: 452 }, "04-14": { sleep: 425 } } }],
    ["21-german-thousands-point.csv", D, steps({ a: { "04-13": 8123, "04-14": 9344 }, b: { "04-13": 11_204 } })],
    ["23-missing-words.csv", D, steps({ a: { "04-16": 8000 } })],
    ["27-title-rows.csv", D, steps({ a: { "04-13": 8000 } })],
    ["29-hourly.csv", "member=Id,date=Hour,steps=Steps", steps({ a: { "04-13": 6035 } })],
    [
      "30-several-workouts-a-day.csv",
      "member=Id,date=Start,minutes=Minutes:sum",
      { a: { "04-13": { minutes: 75 }, "04-14": { minutes: 60 } } },
    ],
    [
      "32-long-format.csv",
      "member=Id,date=date,steps=value[type=StepCount],rhr=value[type=RestingHeartRate]",
      { a: { "04-13": { rhr: 61, steps: 8000 }, "04-14": { rhr: 60, steps: 9000 } } },
    ],
    ["34-quoted-newline.csv", D, steps({ a: { "04-13": 8000 }, b: { "04-13": 9000 } })],
    ["36-column-name-with-comma.csv", 'member=Id,date=Day,steps="Steps, total"', steps({ a: { "04-13": 8000 } })],
    [
      "39-row-per-visit.csv",
      "member=member,date=checkin_time,visits=checkin_time:count",
      { a: { "04-13": { visits: 2 } }, b: { "04-14": { visits: 1 } } },
    ],
    ["42-backslash-escapes.csv", D, steps({ a: { "04-13": 8000 }, b: { "04-13": 9000 } })],
    ["47-sleep-split-rows-by-night.csv", "member=Id,date=Wake,sleep=Asleep", { a: { "04-14": { sleep: 505 } } }],
    ["47-sleep-split-rows-by-night.csv", "member=Id,date=Wake,sleep=Asleep:max", { a: { "04-14": { sleep: 410 } } }],
    [
      "60-gz.csv.gz",
      "member=Id,date=Start,exercise=Minutes",
      { a: { "04-13": { exercise: 75 }, "04-14": { exercise: 60 } } },
    ],
    ["62-takeout-steps.json", undefined, steps({ me: { "04-13": 1080 } })],
    ["65-openmhealth.json", undefined, steps({ me: { "04-13": 6000 } })],
    ["64-apple-export.xml", undefined, steps({ me: { "04-13": 12 } })],
    ["66-ndjson.jsonl", undefined, steps({ a: { "04-13": 8000 }, b: { "04-13": 9000 } })],
  ])("%s", async (name, columns, days) => {
    expect((await load(name, columns)).days).toEqual(days);
  });

  test.each([
    ["03-semicolon-decimal-comma.csv", `${D},weight=Weight`],
    ["04-semicolon-header-with-comma.csv", `${D},weight="Weight, kg"`],
  ])("%s: the decimal comma is said", async (name, columns) => {
    const { days, kinds } = await load(name, columns);
    expect(days.a?.["04-13"]).toEqual({ steps: 8123, weight: 70.5 });
    expect(kinds).toContain("decimal_comma");
  });

  test("02, 54: ids of an older encoding stay different people, and it is said", async () => {
    const two = await load("02-windows1252-ids-merge.csv", "member=Member,date=Day,steps=Steps");
    expect(two.days.Müller).toMatchObject({ "04-13": { steps: 9000 } });
    expect(two.days.Möller).toMatchObject({ "04-13": { steps: 3000 } });
    const many = await load("54-demo-cp1252-24-people.csv", "member=Member,date=Day,steps=Steps");
    expect([two.members.length, many.members.length]).toEqual([2, 24]);
    expect([...two.kinds, ...many.kinds]).toEqual(["other_encoding", "other_encoding"]);
  });

  test("06: a section title, dates of a day first, commas between thousands, and the sleep below", async () => {
    const { days } = await load("06-fitbit-web-export.csv");
    expect(days.me?.["04-13"]).toMatchObject({ steps: 8123, moderate: 18, vigorous: 40, floors: 9 });
    expect(days.me?.["04-14"]).toMatchObject({ steps: 912, sleep: 410 });
  });

  test("10: the zone of times since 1970 is assumed, unless it is said", async () => {
    const assumed = await load("10-epoch-ms.csv", D);
    expect(assumed.days).toEqual(steps({ a: { "04-13": 8123 }, b: { "04-13": 900 } }));
    expect(assumed.report.metrics.steps?.zones.assumed).toBe(2);
    const said = await load("10-epoch-ms.csv", D, { zone: "America/New_York" });
    // Midnights in UTC name days, wherever they are told.
    expect(said.days).toEqual(assumed.days);
    expect(said.report.metrics.steps?.zones.assumed).toBe(0);
  });

  test("11: dates that a spreadsheet turned round are turned back, and counted", async () => {
    const { days, report } = await load("11-excel-mangled-mdy-in-dmy-country.csv", D);
    expect(Object.keys(days.a ?? {})).toEqual(["04-09", "04-10", "04-11", "04-12", "04-13", "04-14", "04-15"]);
    expect(report.notes).toMatchObject([{ kind: "repaired_dates", count: 4, line: 2, column: "Day" }]);
  });

  test("18, 19: a unit can be given", async () => {
    const columns = "member=Id,date=Day,sleep=Sleep";
    expect((await load("18-sleep-seconds.csv", `${columns}@s`)).days.a).toEqual({
      "04-13": { sleep: 452 },
      "04-14": { sleep: 425 },
    });
    expect((await load("19-sleep-hours.csv", `${columns}@h`)).days.b).toEqual({ "04-13": { sleep: 486 } });
  });

  test("22, 44: what nobody can have is missing and counted, not clipped", async () => {
    const rates = await load("22-sentinels.csv", "member=Id,date=Day,rhr=Rhr");
    expect(rates.days).toEqual({ a: { "04-13": { rhr: 62 } }, b: {} });
    expect(rates.report.metrics.rhr).toMatchObject({ implausible: 4, clipped: 0 });
    const huge = await load("44-negative-and-huge.csv", D);
    expect(huge.days).toEqual({ a: {}, b: {} });
    expect(huge.report.metrics.steps).toMatchObject({ implausible: 2 });
  });

  test("33: without a member column one member, or one a file", async () => {
    const columns = "date=date,steps=steps";
    expect(Object.keys((await load("33-no-member-column.csv", columns)).days)).toEqual(["me"]);
    expect((await load("33-no-member-column.csv", columns, { member: "from-file" })).days).toEqual(
      steps({ "33-no-member-column": { "04-13": 8000, "04-14": 9000 } }),
    );
  });

  test("40: bands of members in other files", async () => {
    const columns = `${D},band=age_range`;
    const paths = ["40-profile-table.csv", "01-utf16le-bom-tab.csv"].map((name) => join(folder, name));
    const { members } = await importPaths(paths, { columns }, true);
    expect(members.map(({ id, profile, days }) => [id, profile.ageBand, days.length])).toEqual([
      ["a", "25-34", 2],
      ["b", "35-44", 2],
    ]);
  });

  test("46: of two members with two orders the open dates are left out", async () => {
    const { days, report } = await load("46-two-members-two-locales.csv", D);
    expect(days).toEqual(steps({ a: { "04-13": 1 }, b: { "04-13": 3 } }));
    expect(report.skipped).toMatchObject([{ kind: "ambiguous_date", count: 2 }]);
  });

  test("56: days not worn are missing", async () => {
    const { report } = await load("56-demo-unworn-days-without-steps.csv", `${D},moderate=Moderate,vigorous=Vigorous`);
    expect(report.metrics.moderate).toMatchObject({ days: 516, notWorn: 324 });
    expect(report.metrics.steps).toMatchObject({ days: 516 });
  });
});

describe.skipIf(!present)("refused", () => {
  test.each([
    ["18-sleep-seconds.csv", "member=Id,date=Day,sleep=Sleep", "look like seconds"],
    ["19-sleep-hours.csv", "member=Id,date=Day,sleep=Sleep", "look like hours"],
    ["25-ids-as-floats.csv", D, "ids look like numbers"],
    ["29-hourly.csv", "member=Id,date=Hour,calm=Steps", "sum, mean, last, max, count"],
    ["41-duplicate-columns.csv", D, "two columns are called Steps"],
    ["49-no-header-prints-a-row.csv", D, "no header"],
  ])("%s", async (name, columns, words) => {
    expect(await refusal(name, columns)).toContain(words);
  });

  test("49: no cell of data is in any message", async () => {
    const name = "49-no-header-prints-a-row.csv";
    for (const columns of [undefined, D]) {
      const words = (await refusal(name, columns)).replaceAll(name, "").replaceAll(folder, "");
      expect(words).toMatch(/^invalid_data/);
      for (const cell of ["a17", "8123", "b22", "9011", "2026-04-13", "8000"]) expect(words).not.toContain(cell);
    }
  });
});

test.skipIf(!present)("66: JSON lines of days are read", async () => {
  const { days } = await load("66-ndjson.jsonl", undefined);
  expect(Object.values(days).flatMap((each) => Object.values(each)).length).toBe(2);
});
