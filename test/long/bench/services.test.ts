// The benchmark of both services runs: every size is taken, checked by both and released.
import { expect, test } from "vitest";
import { services } from "../../../bench/ingest/million.ts";

test("a row a size, and each service's memory and disk", async () => {
  const rows = await services([300, 600], 300);
  expect(rows.map(({ unit }) => unit)).toEqual(["µs a report", "µs a report", "MiB", "MiB", "GB", "GB"]);
  for (const { value, status } of rows) expect([status, Number.isFinite(value)]).toEqual(["measured", true]);
}, 300_000);
