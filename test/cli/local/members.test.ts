// Members of CSV files: where the questions' window ends, and what a reader is told about the files.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { dataMembers } from "../../../src/cli/local/members.ts";
import { lastBusyDay } from "../../../src/records/days/last-busy.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-members-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, "daily.csv");
  writeFileSync(path, text);
  return path;
}

const member = (id: string, from: number, to: number) => ({
  id,
  profile: {},
  days: Array.from({ length: to - from + 1 }, (_, i) => ({ day: from + i, values: { steps: 1 } })),
});

test("one straggler does not move the window, half of the members do", () => {
  const most = Array.from({ length: 9 }, (_, i) => member(`m${i}`, 100, 140));
  expect(lastBusyDay([...most, member("late", 100, 400)])).toBe(140);
  expect(lastBusyDay([...most.slice(0, 5), ...Array.from({ length: 5 }, (_, i) => member(`l${i}`, 100, 150))])).toBe(
    150,
  );
  expect(lastBusyDay([member("only", 7, 9)])).toBe(9);
});

test("what was left out is said with its place, and so are members without data in the window", async () => {
  const rows = ["id,date,steps"];
  for (let day = 1; day <= 28; day++)
    for (const id of ["ann", "bob", "cy"])
      rows.push(`${id},2024-02-${String(day).padStart(2, "0")},${day === 3 ? "x12" : 8000 + day}`);
  rows.push("old,2023-01-01,9000", "ann,2024-06-01,9000");
  const { lastDay, notes, lines, members } = await dataMembers(
    [file(`\ufeff${rows.join("\r\n")}`)],
    { columns: "member=id,date=date,steps=steps" },
    true,
  );
  expect(formatDay(lastDay)).toBe("2024-02-28");
  expect(members).toHaveLength(4);
  expect(notes.join("\n")).toContain("3 × the value is no number: first in ");
  expect(notes.join("\n")).toContain("daily.csv, line 8, column steps");
  expect(notes.join("\n")).toContain("2024-02-01 to 2024-02-28");
  expect(notes.join("\n")).toContain("1 of 4 members have fewer than 7 days");
  expect(lines).toContain("bob,2024-02-28,8028");
});

test("a file without steps needs none", async () => {
  const { metrics } = await dataMembers(
    [file("id,date,min\nann,2024-01-01,400\n")],
    { columns: "member=id,date=date,sleep=min" },
    true,
  );
  expect([...metrics]).toEqual(["sleep"]);
});
