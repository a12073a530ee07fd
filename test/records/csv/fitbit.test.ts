// The public Fitbit files (CC0, 35 members), checked against a count made here by other means.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { parseColumns } from "../../../src/records/csv/columns.ts";
import { importCsv } from "../../../src/records/csv/import.ts";
import type { Member } from "../../../src/records/types.ts";

const folder = join(process.env.PACELINE_SHARED ?? join(import.meta.dirname, "../../../../shared"), "data/fitbit");
const present = existsSync(folder);
if (!present) console.warn(`skipped: ${folder} is not there`);

const file = (name: string) => ({ name, text: readFileSync(join(folder, name), "utf8") });

/** No quotes occur in these files, so that lines and commas are enough; dates go through the platform's calendar. */
function rowsOf(name: string): { key: string; id: string; row: Record<string, string>; line: number }[] {
  const [header, ...lines] = file(name).text.trim().split(/\r?\n/);
  const names = (header as string).split(",");
  return lines.map((text, i) => {
    const cells = text.split(",");
    const row = Object.fromEntries(names.map((each, column) => [each, cells[column] as string]));
    const date = row.ActivityDate ?? row.SleepDay ?? row.Date;
    const [month, dayOfMonth, year] = (date as string).split(/[ /]/).map(Number) as [number, number, number];
    const iso = new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10);
    return { key: `${row.Id} ${iso}`, id: row.Id as string, row, line: i + 2 };
  });
}

function total(members: readonly Member[], metric: string): number {
  return members.flatMap((each) => each.days).reduce((sum, { values }) => sum + (values[metric] ?? 0), 0);
}

describe.skipIf(!present)("Fitbit export", () => {
  const columns = parseColumns(
    "member=Id,date=ActivityDate|SleepDay|Date,steps=TotalSteps,moderate=FairlyActiveMinutes,vigorous=VeryActiveMinutes,sleep=TotalMinutesAsleep,weight=WeightKg",
  );
  const daily = parseColumns(
    "member=Id,date=ActivityDate,steps=TotalSteps,moderate=FairlyActiveMinutes,vigorous=VeryActiveMinutes",
  );

  test("both periods: 35 members, 1,397 rows, of which 24 are the day on which the first export was made", () => {
    const rows = rowsOf("dailyActivity_merged_both_periods.csv");
    const last = new Map(rows.map(({ key, row }) => [key, row]));
    const { members, report } = importCsv([file("dailyActivity_merged_both_periods.csv")], { columns: daily });
    expect(rows).toHaveLength(1397);
    expect(report.members).toBe(35);
    expect(report.members).toBe(new Set(rows.map((each) => each.id)).size);
    expect(report.memberDays).toBe(1373);
    expect(report.memberDays).toBe(last.size);
    expect([report.dateRange.firstDay, report.dateRange.lastDay].map(formatDay)).toEqual(["2016-03-12", "2016-05-12"]);
    for (const [metric, column] of [
      ["steps", "TotalSteps"],
      ["moderate", "FairlyActiveMinutes"],
      ["vigorous", "VeryActiveMinutes"],
    ] as const)
      expect(total(members, metric)).toBe([...last.values()].reduce((sum, row) => sum + Number(row[column]), 0));
    const [only] = report.files;
    expect(only).toMatchObject({ rows: 1397, used: 1397, dateFormat: "M/D/Y" });
    expect(only?.skipped.map((each) => each.reason)).toEqual(["conflict"]);
    expect(only?.skipped[0]).toMatchObject({ firstLine: 459, firstColumn: "TotalSteps" });
  });

  test("the later row of a day is never the one with fewer steps, so that taking it takes the whole day", () => {
    const byKey = Map.groupBy(rowsOf("dailyActivity_merged_both_periods.csv"), (each) => each.key);
    const twice = [...byKey.values()].filter((each) => each.length > 1);
    expect(twice).toHaveLength(24);
    for (const [first, second] of twice)
      expect(Number(second?.row.TotalSteps)).toBeGreaterThanOrEqual(Number(first?.row.TotalSteps));
  });

  test("zero steps as not worn", () => {
    const rows = rowsOf("dailyActivity_merged.csv");
    // One of the days without steps has 33 vigorous minutes: something was worn.
    const zero = ({ row }: (typeof rows)[number]) =>
      row.TotalSteps === "0" && row.FairlyActiveMinutes === "0" && row.VeryActiveMinutes === "0";
    const zeros = rows.filter(zero);
    const { members, report } = importCsv([file("dailyActivity_merged.csv")], { columns: daily, notWorn: "steps" });
    const [only] = report.files;
    expect(zeros).toHaveLength(76);
    expect(only?.skipped.find((each) => each.reason === "not_worn")).toEqual({
      reason: "not_worn",
      of: "cell",
      count: 76,
      firstLine: zeros[0]?.line,
      firstColumn: "TotalSteps",
    });
    const worn = rows.filter((row) => !zero(row));
    expect(members.flatMap((each) => each.days).filter(({ values }) => values.steps !== undefined)).toHaveLength(
      worn.length,
    );
    expect(total(members, "steps")).toBe(worn.reduce((sum, { row }) => sum + Number(row.TotalSteps), 0));
  });

  test("activity, sleep and weight join on member and day", () => {
    const names = ["dailyActivity_merged.csv", "sleepDay_merged.csv", "weightLogInfo_merged.csv"];
    const tables = names.map(rowsOf);
    const { members, report } = importCsv(names.map(file), { columns });
    const keys = new Set(tables.flat().map((each) => each.key));
    expect(report.memberDays).toBe(keys.size);
    expect(report.members).toBe(new Set(tables.flat().map((each) => each.id)).size);
    const nights = new Map(tables[1]?.map(({ key, row }) => [key, Number(row.TotalMinutesAsleep)]));
    expect(nights.size).toBe(410);
    expect(total(members, "sleep")).toBe([...nights.values()].reduce((sum, minutes) => sum + minutes, 0));
    expect(
      report.files.map(({ rows, used, skipped }) => [rows, used, skipped.map((each) => [each.reason, each.count])]),
    ).toEqual([
      [940, 940, []],
      [413, 410, [["duplicate", 3]]],
      [100, 98, [["duplicate", 2]]],
    ]);
  });
});
