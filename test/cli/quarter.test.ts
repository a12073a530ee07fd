import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inProcess } from "./spawned.ts";

const example = new URL("../../examples/quarter.json", import.meta.url).pathname;

test("a plan tells prices, times and budgets in words", async () => {
  const { code, out } = await inProcess(["plan", example]);
  expect(code).toBe(0);
  expect(out).toMatch(/^ {2}sleep +±[\d.]+ {2}ρ 0\.0\d+ {2}in 2026-W\d\d/m);
  expect(out).toMatch(/^ {2}2026-W49 +█+·+ {2}ρ 0\.\d+ of 0\.5$/m);
  expect(out).toContain("It fits.");
});

test("--json is for programs, and says what fails and what to drop", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-plan-"));
  const tight = join(folder, "tight.json");
  const question = { sql: "SELECT AVG(rhr) FROM member_week", error: 1, members: 2000, every: 1 };
  const questions = [
    { name: "often", ...question, importance: 1 },
    { name: "once", ...question, every: 0, importance: 9 },
  ];
  writeFileSync(
    tight,
    JSON.stringify({ version: 1, start: "2026-11-30", weeks: 6, caps: { week: "0.006" }, questions }),
  );
  const { code, out } = await inProcess(["plan", tight, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ version: 1, fits: false, drop: ["often"], fails: { cap: "0.006" } });
});

test.each([
  [["plan", "/nowhere.json"], 66, "cannot be read"],
  [["plan", new URL("../../package.json", import.meta.url).pathname], 65, "package.json: "],
])("%j is refused with words", async (args, code, why) => {
  expect(await inProcess(args)).toMatchObject({ code, err: expect.stringContaining(why) });
});
