// Days on which nothing was worn are missing: a zero of such a day is none.
import { expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { parseColumns } from "../../../src/records/csv/columns.ts";
import { type CsvImportOptions, importCsv } from "../../../src/records/csv/import.ts";

const load = (text: string, options: CsvImportOptions) => importCsv([{ name: "t.csv", text }], options);
function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isPacelineError(error)) return error;
    throw error;
  }
  throw new Error("did not fail");
}

test("where zero steps mean not worn, every zero of the row is missing and other values stay", () => {
  const mapping = parseColumns("member=Id,date=Day,steps=Steps,moderate=Mod,kcal=Kcal");
  const text = "Id,Day,Steps,Mod,Kcal\na,2026-04-01,0,0,1800\na,2026-04-02,9,0,1900\na,2026-04-03,0,0,0\n";
  const { members, report } = load(text, { columns: mapping, notWorn: "steps" });
  expect(members[0]?.days.map((each) => each.values)).toEqual([{ kcal: 1800 }, { steps: 9, moderate: 0, kcal: 1900 }]);
  expect(report.files[0]?.skipped).toEqual([
    { reason: "not_worn", of: "cell", count: 2, firstLine: 2, firstColumn: "Steps" },
    { reason: "no_values", of: "row", count: 1, firstLine: 4 },
  ]);
  expect(load(text, { columns: mapping }).members[0]?.days[2]?.values).toEqual({ steps: 0, moderate: 0, kcal: 0 });
  expect(refusal(() => load(text, { columns: mapping, notWorn: "stpes" })).code).toBe("invalid_argument");
});

test("a day without steps and without active minutes was not worn; one with either was", () => {
  const columns = parseColumns("member=Id,date=Day,steps=Steps,moderate=Mod,vigorous=Vig");
  const text = "Id,Day,Steps,Mod,Vig\na,2026-04-01,,0,0\na,2026-04-02,,30,0\na,2026-04-03,0,30,0\na,2026-04-04,9,0,0\n";
  const { members, report } = load(text, { columns, notWorn: "steps" });
  expect(members[0]?.days.map((each) => each.values)).toEqual([
    { moderate: 30, vigorous: 0 },
    { steps: 0, moderate: 30, vigorous: 0 },
    { steps: 9, moderate: 0, vigorous: 0 },
  ]);
  expect(report.files[0]?.skipped).toEqual([
    { reason: "not_worn", of: "cell", count: 1, firstLine: 2, firstColumn: "Steps" },
    { reason: "no_values", of: "row", count: 1, firstLine: 2 },
    { reason: "empty", of: "cell", count: 1, firstLine: 3, firstColumn: "Steps" },
  ]);
});

test("what the operator counts is 0 on a day without the device", () => {
  const columns = parseColumns("member=Id,date=Day,steps=Steps,visits=Visits");
  const { members } = load("Id,Day,Steps,Visits\na,2026-04-01,0,0\n", { columns, notWorn: "steps" });
  expect(members[0]?.days.map((each) => each.values)).toEqual([{ visits: 0 }]);
});
