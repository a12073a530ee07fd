import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { METRICS, tableOf } from "../../bench/client/given.ts";
import { readAll } from "../../bench/client/read.ts";
import { peakOf } from "../../bench/client/tables.ts";
import { clientBench } from "../../bench/client.ts";

test("both importers read every row, and a file that lost one is told", async () => {
  const given = tableOf(1, true);
  await readAll("paceline", given);
  await readAll("papaparse", given);
  for (const who of ["paceline", "papaparse"] as const)
    await expect(readAll(who, { ...given, rows: given.rows + 1 })).rejects.toThrow(/14600 of 14601 rows/);
  expect(METRICS).toBe(4);
});

test("memory is looked at in a process of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-test-"));
  try {
    const given = tableOf(1, false);
    const path = join(folder, "table.csv");
    writeFileSync(path, Buffer.concat([...given.pieces()]));
    const peak = peakOf("paceline", path, given.rows);
    expect(peak).toBeGreaterThan(1);
    expect(peak).toBeLessThan(150);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every floor is of a row", () => {
  expect(Object.keys(clientBench.floors)).toEqual(["table to samples", "table of a gigabyte, peak memory"]);
});
