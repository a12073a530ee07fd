// The benchmark of sizes runs: every size was stored, settled and collected.
import { expect, test } from "vitest";
import { scale } from "../../bench/scale.ts";

test("a row a size, and the memory", async () => {
  const rows = await scale([300, 500]);
  expect(rows.map(({ unit }) => unit)).toEqual(["µs a report", "µs a report", "MiB"]);
  for (const { value } of rows.slice(0, 2)) expect(value).toBeGreaterThan(0);
});
