// Tables through the command, where what one file says is not enough: several devices a day, several files, files that are
// hardly tables.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importPaths } from "../../../src/cli/import/import.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-tables-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const daily = "member=Id,date=Day,steps=Steps";

describe("rows of several devices a day", () => {
  const rows = "a,2026-04-13,Ann's Watch,6000\na,2026-04-13,iPhone,4000\na,2026-04-14,iPhone,4500\n";

  test.each(["Device", "source", "Source Name", "data_origin"])(
    "in a column %s are united, never added",
    async (column) => {
      const path = write("devices.csv", `Id,Day,${column},Steps\n${rows}`);
      const { members, report } = await importPaths([path], { columns: daily }, true);
      expect(members[0]?.days.map(({ values }) => values.steps)).toEqual([6000, 4500]);
      expect(report.metrics.steps).toMatchObject({ values: 3, overlapping: 1 });
      expect(JSON.stringify(report)).not.toContain("Ann");
    },
  );

  test("add up where that is said", async () => {
    const path = write("devices.csv", `Id,Day,Device,Steps\n${rows}`);
    const { members } = await importPaths([path], { columns: `${daily}:sum` }, true);
    expect(members[0]?.days.map(({ values }) => values.steps)).toEqual([10_000, 4500]);
  });
});

describe("a mapping of several files", () => {
  test("may name columns that only some have, and none that no file has", async () => {
    const [steps, sleep] = [
      write("steps.csv", "Id,Day,Steps\na,2026-04-13,8000\n"),
      write("sleep.csv", "Id,Day,Asleep\na,2026-04-13,420\n"),
    ];
    const columns = `${daily},sleep=Asleep`;
    const { members, report } = await importPaths([steps, sleep], { columns }, true);
    expect(members[0]?.days).toEqual([{ day: 20_556, values: { sleep: 420, steps: 8000 } }]);
    expect(report.notes.map(({ kind, column }) => [kind, column])).toEqual([
      ["column_missing", "sleep"],
      ["column_missing", "steps"],
    ]);
    await expect(importPaths([steps], { columns }, true)).rejects.toMatchObject({
      code: "invalid_data",
      message: "no file has the column that the mapping names for sleep",
    });
  });
});

describe("hardly a table", () => {
  test.each([
    ["a quote that is never closed", 'Id,Day,Steps\na,2026-04-13,"8123\nb,2026-04-13,900\n', "never closed"],
    ["a header alone", "Id,Day,Steps\n", "no rows"],
  ])("%s is told as that, where columns are given", async (_, content, words) => {
    const path = write("hardly.csv", content);
    await expect(importPaths([path], { columns: daily }, true)).rejects.toThrow(words);
  });

  test("dates of a clock that was never set are left out", async () => {
    const path = write("clock.csv", "Id,Day,Steps\na,1970-01-01,5\na,1989-12-31,6\na,2026-04-13,8000\n");
    const { members, report } = await importPaths([path], { columns: daily }, true);
    expect(members[0]?.days.map(({ day }) => day)).toEqual([20_556]);
    expect(report.skipped).toMatchObject([{ kind: "no_device_yet", count: 2, line: 2 }]);
  });
});
