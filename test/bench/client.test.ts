import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { peerRecords, samplesOf } from "../../bench/client/formats.ts";
import { METRICS, tableOf } from "../../bench/client/given.ts";
import { appleExport, fitActivity } from "../../bench/client/made-files.ts";
import { readAll } from "../../bench/client/read.ts";
import { reportRows } from "../../bench/client/report.ts";
import { peakOf } from "../../bench/client/tables.ts";
import { clientBench } from "../../bench/client.ts";
import { apple } from "../../src/records/apple/index.ts";
import { fit } from "../../src/records/fit/index.ts";

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
  expect(Object.keys(clientBench.floors)).toEqual([
    "client: a page's first download",
    "report alone",
    "report from sync(), 100 cells",
    "table to samples",
    "table of a gigabyte, peak memory",
    "FIT to samples",
  ]);
});

test("the files that formats are timed on are read whole, by the peer too", async () => {
  const run = Uint8Array.from(fitActivity(100));
  expect(await samplesOf(fit, run)).toBe(5);
  expect(await peerRecords(run)).toBe(100);
  // Of five records three are of a metric, and one of them of two.
  expect(await samplesOf(apple, appleExport(100))).toBe(80);
});

test("downloads and a report are measured, each under a name of its own", async () => {
  const rows = await reportRows();
  expect(new Set(rows.map(({ name }) => name)).size).toBe(4);
  for (const { value } of rows) expect(value).toBeGreaterThan(0);
  const [first, whole, alone] = rows;
  expect(first?.value).toBeLessThan(whole?.value as number);
  expect(alone?.value).toBeLessThan(whole?.value as number);
});
