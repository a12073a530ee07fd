// Real runs over CSV files: awkward ones of our own, and the public Fitbit export where it is at hand.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { formatDay, parseDay } from "../../../src/base/calendar.ts";
import type { DemoDocument } from "../../../src/cli/demo/document.ts";
import { leftIn, startCommand } from "../spawned.ts";
import { expectWhole } from "./whole.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-csv-run-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 24 members with sleep alone, in bands: byte order mark, CRLF, impossible and missing values, a straggler, early leavers. */
function awkward(): string {
  const first = parseDay("2024-01-01");
  const rows = ["who,day,min,age"];
  for (let who = 0; who < 24; who++)
    for (let i = 0; i < (who < 4 ? 5 : 35); i++) {
      const min = who === 5 ? "1e300" : who === 6 ? "-7" : i % 9 === 4 ? "" : 380 + ((who * 7 + i * 3) % 90);
      rows.push(`member-${who},${formatDay(first + i)},${min},${["18-34", "35-54", "55+"][who % 3]}`);
    }
  rows.push(`member-23,${formatDay(first + 300)},400,55+`);
  return `\ufeff${rows.join("\r\n")}\r\n`;
}

test("sleep alone, of 24 members in a damaged file", async () => {
  const data = join(folder, "nights.csv");
  writeFileSync(data, awkward());
  const args = ["--data", data, "--columns", "member=who,date=day,sleep=min,band=age", "--min-cohort", "10"];
  const demo = startCommand(["demo", ...args, "--json", "--out", join(folder, "a.html")], folder);
  expect(await demo.ended, demo.err()).toBe(0);
  const document = JSON.parse(demo.out()) as DemoDocument;
  expectWhole(document);
  expect(document).toMatchObject({ members: 24, consented: 23, training: null });
  expect(document.releases.map(({ question }) => question)).toEqual(["How long do members sleep a night?"]);
  expect(document.attacks.map(({ name }) => name)).toContain("a cohort of 9");
  expect(document.notes.join("\n")).toContain("nights.csv, line ");
  expect(document.notes.join("\n")).toContain("2024-01-08 to 2024-02-04");
  expect(document.notes.join("\n")).toContain("sleep: 70 values that nobody can have");
  expect(document.notes.join("\n")).toContain("6 of 24 members have fewer than 7 days");
  expect(demo.err()).toContain("Left out: ");
  expect(leftIn(folder)).toEqual([]);
});

const fitbit = resolve(process.env.PACELINE_SHARED ?? "../shared", "data/fitbit");
const there = existsSync(fitbit);

test.skipIf(!there)(`the public Fitbit export, 35 members${there ? "" : ` (skipped: no ${fitbit})`}`, async () => {
  const files = ["dailyActivity_merged_both_periods.csv", "sleepDay_merged.csv"].flatMap((name) => [
    "--data",
    join(fitbit, name),
  ]);
  const columns =
    "member=Id,date=ActivityDate|SleepDay,steps=TotalSteps,moderate=FairlyActiveMinutes,vigorous=VeryActiveMinutes,sleep=TotalMinutesAsleep";
  const page = join(folder, "fitbit.html");
  const demo = startCommand(
    ["demo", ...files, "--columns", columns, "--min-cohort", "20", "--json", "--out", page],
    folder,
  );
  expect(await demo.ended, demo.err()).toBe(0);
  const document = JSON.parse(demo.out()) as DemoDocument;
  expectWhole(document);
  expect(document).toMatchObject({ members: 35, consented: 34, training: { rounds: 5 } });
  expect(document.releases).toHaveLength(3);
  expect(document.notes.join("\n")).toMatch(/With 34 members .* steps; with 1,000 it would be ±\d/);
  expect(document.canary.values).toBeGreaterThan(1500);
  expect(readFileSync(page, "utf8")).toContain("</html>");
});
