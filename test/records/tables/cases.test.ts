// Every table of the shared folder of files that went wrong is what its page says is right.
import { readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { caseFile, cases, hasShared, type Options, read, refusal } from "./given.ts";

const daily = "member=Id,date=Day,steps=Steps";
const load = (name: string, columns?: string, more: Options = {}) =>
  read(caseFile(name), { path: name, ...(columns === undefined ? {} : { columns }), ...more });
const refused = (name: string, columns?: string) =>
  refusal(caseFile(name), { path: name, ...(columns === undefined ? {} : { columns }) });
const day = (member: string, date: string, metric = "steps") => `${member} 2026-${date} ${metric}`.trim();

describe.skipIf(!hasShared)("shared files (skipped where ../shared is absent)", () => {
  test("01: UTF-16 with tabs", async () => {
    const { values } = await load("01-utf16le-bom-tab.csv", daily);
    expect(values).toEqual({
      [day("a", "04-13")]: [8123],
      [day("a", "04-14")]: [9344],
      [day("b", "04-13")]: [4021],
      [day("b", "04-14")]: [7310],
    });
  });
  test("02, 54: windows-1252 keeps people apart, with a note", async () => {
    const two = await load("02-windows1252-ids-merge.csv", "member=Member,date=Day,steps=Steps");
    expect(new Set(two.samples.map(({ member }) => member))).toEqual(new Set(["Müller", "Möller"]));
    expect(two.notes).toMatchObject({ other_encoding: 1 });
    const many = await load("54-demo-cp1252-24-people.csv", "member=Member,date=Day,steps=Steps");
    expect(new Set(many.samples.map(({ member }) => member)).size).toBe(24);
  });
  test("03, 04: semicolons, decimal commas, a comma in a header", async () => {
    for (const [name, weight] of [
      ["03-semicolon-decimal-comma.csv", "Weight"],
      ["04-semicolon-header-with-comma.csv", '"Weight, kg"'],
    ] as const) {
      const { values, notes } = await load(name, `${daily},weight=${weight}`);
      expect(values[day("a", "04-13")]).toEqual([8123]);
      expect(values[day("b", "04-14", "weight")]).toEqual([70.5]);
      expect(notes).toMatchObject({ decimal_comma: 1 });
    }
  });
  test("05: a sep= line", async () => {
    expect((await load("05-sep-line.csv", daily)).values[day("b", "04-14")]).toEqual([7310]);
  });
  test("06: two tables of the Fitbit web site, without a mapping and with one", async () => {
    const { values, skips, notes } = await load("06-fitbit-web-export.csv");
    expect(values).toMatchObject({
      "2026-04-13 steps": [8123],
      "2026-04-14 steps": [912],
      "2026-04-13 active_energy": [1050],
      "2026-04-14 sleep": [410],
    });
    // of steps and of energy: 8,123 and 1,050
    expect(notes).toEqual({ thousands: 2 });
    expect(skips).toEqual({ other_table: 1 });
    const mapped = await load("06-fitbit-web-export.csv", "date=Date,steps=Steps");
    expect(mapped.values).toEqual({ "2026-04-13 steps": [8123], "2026-04-14 steps": [912] });
  });
  test("07–09: Samsung's row of all devices is the day's", async () => {
    const sums = (samples: Awaited<ReturnType<typeof load>>["samples"]) =>
      samples.filter(({ source }) => source.total === true).map(({ value, when }) => [when.kind, value]);
    const right = [
      ["day", 8123],
      ["day", 9344],
    ];
    expect(sums((await load("07-samsung-raw.csv")).samples)).toEqual(right);
    const mapping = "member=member,date=day_time,steps=count";
    for (const name of ["08-samsung-first-line-removed.csv", "09-samsung-several-sources-a-day.csv"]) {
      const { samples } = await load(name, mapping);
      expect(sums(samples)).toEqual(right);
      expect(samples.length).toBeGreaterThan(2);
      expect(sums((await load(name)).samples)).toEqual(right);
      // the devices of a day are other sources than the row of all of them
      expect(new Set(samples.map(({ source }) => source.key)).size).toBe(2);
    }
  });
  test("10: milliseconds since 1970, in an assumed zone", async () => {
    const { values, samples } = await load("10-epoch-ms.csv", daily);
    expect(values).toEqual({ [day("a", "04-13")]: [8123], [day("b", "04-13")]: [900] });
    expect(samples.map(({ when }) => when.kind === "span" && when.zone.from)).toEqual(["assumed", "assumed"]);
  });
  test("11: turned days are turned back, with a note", async () => {
    const { values, notes } = await load("11-excel-mangled-mdy-in-dmy-country.csv", daily);
    expect(Object.keys(values)).toEqual(
      [9, 10, 11, 12, 13, 14, 15].map((d) => day("a", `04-${String(d).padStart(2, "0")}`)),
    );
    expect(notes.repaired_dates).toBe(4);
  });
  test("13–15: months by name, U+202F before AM, compact dates", async () => {
    expect(Object.keys((await load("13-dates-with-month-name.csv", daily)).values)).toEqual([
      day("a", "06-29"),
      day("a", "06-30"),
    ]);
    for (const name of ["14-date-comma-time-nnbsp.csv", "15-date-compact.csv"])
      expect((await load(name, daily)).values).toEqual({ [day("a", "04-13")]: [8000], [day("a", "04-14")]: [8100] });
  });
  test("17: lengths of time", async () => {
    const { values } = await load("17-sleep-hmm.csv", "member=Id,date=Day,sleep=Sleep");
    expect(Object.values(values).flat()).toEqual([452, 425]);
  });
  test("18, 19: sleep that looks like seconds or hours is refused, and read with its unit", async () => {
    const sleep = "member=Id,date=Day,sleep=Sleep";
    expect(await refused("18-sleep-seconds.csv", sleep)).toMatch(/column Sleep.*look like seconds.*sleep=Sleep@s/);
    expect(await refused("19-sleep-hours.csv", sleep)).toMatch(/column Sleep.*look like hours.*sleep=Sleep@h/);
    const seconds = await load("18-sleep-seconds.csv", `${sleep}@s`);
    expect(seconds.samples.map(({ value, converted }) => [value, converted])).toEqual([
      [452, "s"],
      [425, "s"],
      [352, "s"],
    ]);
    expect((await load("19-sleep-hours.csv", `${sleep}@h`)).samples.map(({ value }) => value)).toEqual([450, 414, 486]);
  });
  test("21: German thousands", async () => {
    const { samples, notes } = await load("21-german-thousands-point.csv", daily);
    expect(samples.map(({ value }) => value)).toEqual([8123, 9344, 11204]);
    expect(notes).toMatchObject({ thousands: 1 });
  });
  test("22, 44: sentinels go to the plausible bounds as they are", async () => {
    expect((await load("22-sentinels.csv", "member=Id,date=Day,rhr=Rhr")).samples.map(({ value }) => value)).toEqual([
      62, -1, 0, 255, 65535,
    ]);
    expect((await load("44-negative-and-huge.csv", daily)).samples.map(({ value }) => value)).toEqual([
      -500, 9_000_000,
    ]);
  });
  test("23: words for nothing", async () => {
    const { values, skips } = await load("23-missing-words.csv", daily);
    expect(values).toEqual({ [day("a", "04-16")]: [8000] });
    expect(skips).toEqual({ empty: 5 });
  });
  test("25: the hint is about ids", async () => {
    expect(await refused("25-ids-as-floats.csv", daily)).toMatch(/damaged_member_id.*column Id.*ids look like numbers/);
  });
  test("27: title rows", async () => {
    expect((await load("27-title-rows.csv", daily)).values).toEqual({ [day("a", "04-13")]: [8000] });
  });
  test("29, 30, 47: several rows a day are handed on with their times", async () => {
    const hourly = await load("29-hourly.csv", "member=Id,date=Hour,steps=Steps");
    expect(hourly.values).toEqual({ [day("a", "04-13")]: [0, 2100, 3900, 35] });
    expect(hourly.samples.every(({ when }) => when.kind === "span")).toBe(true);
    const workouts = await load("30-several-workouts-a-day.csv", "member=Id,date=Start,exercise=Minutes:sum");
    expect(Object.values(workouts.values)).toEqual([[45, 30], [60]]);
    const nights = await load("47-sleep-split-rows-by-night.csv", "member=Id,date=Wake,sleep=Asleep");
    expect(nights.values).toEqual({ [day("a", "04-14", "sleep")]: [95, 410] });
  });
  test("32: a long table by conditions", async () => {
    const { values } = await load(
      "32-long-format.csv",
      "member=Id,date=date,steps=value[type=StepCount],rhr=value[type=RestingHeartRate]",
    );
    expect(values).toEqual({
      [day("a", "04-13")]: [8000],
      [day("a", "04-13", "rhr")]: [61],
      [day("a", "04-14")]: [9000],
      [day("a", "04-14", "rhr")]: [60],
    });
  });
  test("33: no member column: the file's own", async () => {
    expect((await load("33-no-member-column.csv", "date=date,steps=steps")).values).toEqual({
      "2026-04-13 steps": [8000],
      "2026-04-14 steps": [9000],
    });
  });
  test("34, 42: quoted newlines, backslash quotes", async () => {
    for (const name of ["34-quoted-newline.csv", "42-backslash-escapes.csv"])
      expect((await load(name, daily)).values).toEqual({ [day("a", "04-13")]: [8000], [day("b", "04-13")]: [9000] });
  });
  test("36: a comma in a column's name", async () => {
    expect((await load("36-column-name-with-comma.csv", 'member=Id,date=Day,steps="Steps, total"')).values).toEqual({
      [day("a", "04-13")]: [8000],
    });
  });
  test("39: a row a visit", async () => {
    const { values } = await load("39-row-per-visit.csv", "member=member,date=checkin_time,visits=checkin_time:count");
    expect(values).toEqual({ [day("a", "04-13", "visits")]: [1, 1], [day("b", "04-14", "visits")]: [1] });
  });
  test("40: a profile without dates", async () => {
    expect((await load("40-profile-table.csv", "member=Id,band=age_range")).attributes).toEqual([
      "a ageBand 25-34",
      "b ageBand 35-44",
    ]);
  });
  test("41: two columns of one name", async () => {
    expect(await refused("41-duplicate-columns.csv", daily)).toMatch(/two columns are called Steps.*#3/);
  });
  test("46: two orders: the open dates are left out", async () => {
    const { values, skips } = await load("46-two-members-two-locales.csv", daily);
    expect(values).toEqual({ [day("a", "04-13")]: [1], [day("b", "04-13")]: [3] });
    expect(skips).toEqual({ ambiguous_date: 2 });
  });
  test("49, 66: no header, JSON lines: told, without a cell", async () => {
    for (const mapping of [undefined, daily]) {
      const said = await refused("49-no-header-prints-a-row.csv", mapping);
      expect(said).toMatch(/no header.*#1/);
      expect(said).not.toMatch(/a17|b22|8123|9011/);
    }
    const { values } = await load("49-no-header-prints-a-row.csv", "member=#1,date=#2,steps=#3");
    expect(values).toEqual({ [day("a17", "04-13")]: [8123], [day("b22", "04-13")]: [9011] });
    const json = await refused("66-ndjson.jsonl", daily);
    expect(json).toMatch(/JSON/);
    expect(json).not.toMatch(/\d{4}/);
  });
  test("56: days not worn keep what they hold, for the days' rules to judge", async () => {
    const { skips, samples } = await load(
      "56-demo-unworn-days-without-steps.csv",
      `${daily},moderate=Moderate,vigorous=Vigorous`,
    );
    expect(skips.empty).toBeGreaterThan(0);
    expect(samples.filter(({ value }) => value === 0).length).toBe(2 * (skips.empty as number));
  });
  test("60: what was in the gzip", async () => {
    const { values } = await read(gunzipSync(caseFile("60-gz.csv.gz")), {
      columns: "member=Id,date=Start,exercise=Minutes",
    });
    expect(Object.values(values)[0]).toEqual([45, 30]);
  });
  test("no message about any of the files holds a cell of it", async () => {
    for (const name of readdirSync(cases).filter((each) => each.endsWith(".csv")))
      for (const columns of [undefined, daily, "member=Nobody,date=Never,steps=None"]) {
        const said = await refused(name, columns);
        expect(said.replaceAll(name, "")).not.toMatch(/8123|9344|2026|Müller|Möller|StepCount|u1\b|g1\b|25-34/);
      }
  });
});
