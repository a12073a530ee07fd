// The public Fitbit files (CC0, 35 members), read as the export that they are and by a mapping, against a count made here by
// other means.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Imported, importFiles } from "../../src/records/import.ts";
import { readers } from "../../src/records/readers.ts";
import { parseColumns, registryFor } from "../../src/records/tables/mapping.ts";
import type { Member } from "../../src/records/types.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { inputOf } from "./support.ts";

const folder = join(process.env.PACELINE_SHARED ?? join(import.meta.dirname, "../../../shared"), "data/fitbit");
const present = existsSync(folder);
if (!present) console.warn(`skipped: ${folder} is not there`);

const load = (names: readonly string[], mapping?: string) => {
  const columns = mapping === undefined ? undefined : parseColumns(mapping);
  return importFiles(
    names.map((name) => ({ input: inputOf(name, readFileSync(join(folder, name)), 65_536), named: true, owner: "me" })),
    {
      readers,
      registry: columns === undefined ? builtIn : registryFor(columns, builtIn),
      ...(columns === undefined ? {} : { columns }),
    },
  );
};

/** No quotes occur in these files, so that lines and commas are enough; dates go through the platform's calendar. */
function rowsOf(name: string): { key: string; id: string; row: Record<string, string> }[] {
  const [header, ...lines] = readFileSync(join(folder, name), "utf8").trim().split(/\r?\n/);
  const names = (header as string).split(",");
  return lines.map((text) => {
    const cells = text.split(",");
    const row = Object.fromEntries(names.map((each, column) => [each, cells[column] as string]));
    const date = row.ActivityDate ?? row.SleepDay ?? row.Date;
    const [month, dayOfMonth, year] = (date as string).split(/[ /]/).map(Number) as [number, number, number];
    const iso = new Date(Date.UTC(year, month - 1, dayOfMonth)).toISOString().slice(0, 10);
    return { key: `${row.Id} ${iso}`, id: row.Id as string, row };
  });
}

const total = (members: readonly Member[], metric: string) =>
  members.flatMap((each) => each.days).reduce((sum, { values }) => sum + (values[metric] ?? 0), 0);

describe.skipIf(!present)("Fitbit export", () => {
  const daily = "member=Id,date=ActivityDate,steps=TotalSteps,moderate=FairlyActiveMinutes,vigorous=VeryActiveMinutes";

  test.each([
    ["as a known export", undefined],
    ["by a mapping", daily],
  ])("both periods, %s: of 24 days on which the first export was made the whole one", async (_, mapping) => {
    const { members, report } = await load(["dailyActivity_merged_both_periods.csv"], mapping);
    const byKey = Map.groupBy(rowsOf("dailyActivity_merged_both_periods.csv"), ({ key }) => key);
    expect([...byKey.values()].filter((rows) => rows.length > 1)).toHaveLength(24);
    expect(report).toMatchObject({ members: 35, firstDay: "2016-03-12", lastDay: "2016-05-12" });
    const whole = (column: string) =>
      [...byKey.values()].reduce((sum, rows) => sum + Math.max(...rows.map(({ row }) => Number(row[column]))), 0);
    expect(total(members, "steps")).toBe(whole("TotalSteps"));
    expect(total(members, "vigorous")).toBe(whole("VeryActiveMinutes"));
    expect(report.metrics.steps).toMatchObject({ values: 1397, conflicts: 24 });
  });

  test("days without steps and activity are not worn", async () => {
    const rows = rowsOf("dailyActivity_merged.csv");
    // One of the days without steps has 33 vigorous minutes: something was worn.
    const zeros = rows.filter(
      ({ row }) => row.TotalSteps === "0" && row.FairlyActiveMinutes === "0" && row.VeryActiveMinutes === "0",
    );
    const { members, report } = await load(["dailyActivity_merged.csv"], daily);
    expect(zeros).toHaveLength(76);
    expect(report.metrics.steps).toMatchObject({ notWorn: 76, days: rows.length - 76 });
    expect(total(members, "steps")).toBe(rows.reduce((sum, { row }) => sum + Number(row.TotalSteps), 0));
  });

  test("activity, sleep and weight join on member and day; rows that stand there twice count once", async () => {
    const names = ["dailyActivity_merged.csv", "sleepDay_merged.csv", "weightLogInfo_merged.csv"];
    const mapping = `member=Id,date=ActivityDate|SleepDay|Date,steps=TotalSteps,sleep=TotalMinutesAsleep,weight=WeightKg`;
    const nights = new Map(rowsOf("sleepDay_merged.csv").map(({ key, row }) => [key, Number(row.TotalMinutesAsleep)]));
    const [known, mapped] = [await load(names), await load(names, mapping)];
    for (const { members, report } of [known, mapped]) {
      expect(report.members).toBe(new Set(names.flatMap((name) => rowsOf(name).map(({ id }) => id))).size);
      expect(report.metrics.sleep).toMatchObject({ values: 413, days: 410, duplicates: 3 });
      expect(total(members, "sleep")).toBe([...nights.values()].reduce((sum, minutes) => sum + minutes, 0));
      expect(report.metrics.weight?.days).toBe(new Set(rowsOf("weightLogInfo_merged.csv").map(({ key }) => key)).size);
    }
    // A night or a weighing: the mapping left distances and minutes out, so that it has fewer days.
    const measured = ({ members }: Imported) =>
      members.flatMap(({ id, days }) =>
        days
          .filter(({ values }) => values.sleep !== undefined || values.weight !== undefined)
          .map(({ day, values }) => [id, day, values.sleep, values.weight]),
      );
    expect(measured(mapped)).toEqual(measured(known));
  });
});
