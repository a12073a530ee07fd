import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { METRICS, tableOf } from "../../bench/client/given.ts";
import { readAll } from "../../bench/client/read.ts";
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
  const program = join(import.meta.dirname, "../../bench/client/peak-worker.ts");
  const out = execFileSync(process.execPath, ["--conditions=paceline-source", program, "paceline", "1"], {
    encoding: "utf8",
  });
  expect(Number(out)).toBeGreaterThan(1);
});

test("every floor is of a row", () => {
  expect(Object.keys(clientBench.floors)).toEqual(["table to samples", "table of a gigabyte, peak memory"]);
});
