// Every mechanism has a theorem, an exact enumeration, a χ² test and an accountant event: the table says which, the page
// shows the table, and what the table names is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { page, readTable } from "../../scripts/mechanisms.mjs";
import { knownMechanisms } from "../../src/privacy/index.ts";
import { top, writtenFiles } from "./files.ts";

const folder = "src/privacy/mechanisms/";
const read = (path: string) => readFileSync(top + path, "utf8");
const rows = readTable();

/** Empty texts and lists anywhere in a row. */
function emptyCells(value: unknown, path: string): string[] {
  if (typeof value === "string") return value.trim() === "" ? [path] : [];
  const inside = Object.entries(value ?? {});
  return inside.length === 0 ? [path] : inside.flatMap(([name, cell]) => emptyCells(cell, `${path}.${name}`));
}

test("the search for empty cells finds them", () => {
  expect(emptyCells({ a: "x", b: " ", c: [], d: [{ e: "" }], f: null }, "row")).toEqual([
    "row.b",
    "row.c",
    "row.d.0.e",
    "row.f",
  ]);
});

test("no cell is empty, and each row has all of them", () => {
  const columns = Object.keys(rows[0] ?? {});
  expect(columns).toHaveLength(9);
  for (const row of rows) expect(Object.keys(row)).toEqual(columns);
  expect(rows.flatMap((row) => emptyCells(row, row.mechanism))).toEqual([]);
});

test("every folder is in the table, with a mechanism and a proof, and the table names no other", () => {
  const folders = readdirSync(top + folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...new Set(rows.map((row) => row.folder))].sort()).toEqual(folders.map(({ name }) => name).sort());
  for (const { name } of folders)
    for (const file of ["mechanism.ts", "PROOF.md"]) expect(existsSync(`${top}${folder}${name}/${file}`)).toBe(true);
});

test("every event is one that the accountants know, and every proof names the unit, the neighbours and the sensitivity", () => {
  expect(rows.map((row) => row.event).filter((event) => !knownMechanisms.includes(event))).toEqual([]);
  for (const row of rows) {
    const proof = read(`${folder}${row.folder}/PROOF.md`);
    for (const part of ["**Unit and neighbours.**", "**Sensitivity.**", "**Sampler.**|## Sampler", "## Claim"])
      expect(
        part.split("|").some((either) => proof.includes(either)),
        `${row.folder}: ${part}`,
      ).toBe(true);
  }
});

describe("the tests that the table names", () => {
  const suites = writtenFiles([".test.ts"]);
  test.each(rows)("$mechanism", ({ enumeration, chiSquared }) => {
    for (const { file, test: title, case: part } of [...enumeration, chiSquared]) {
      const text = read(file);
      expect(text.includes(`${title}"`) || text.includes(`${title}\``), `${file}: ${title}`).toBe(true);
      expect(text, file).toContain(part);
      const name = file.slice(file.lastIndexOf("/") + 1);
      const run = file.endsWith(".test.ts") || suites.some((suite) => read(suite).includes(`/${name}"`));
      expect(run, `${file} is part of no suite`).toBe(true);
    }
  });
});

test("the page shows the table: node scripts/mechanisms.mjs writes it", () => {
  expect(read(`${folder}README.md`)).toBe(page(rows));
});
