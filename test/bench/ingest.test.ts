// The benchmark of uploads runs: a leader of its own took every report that was sent, and each row is a number.
import { expect, test } from "vitest";
import { ingest, ingestBench } from "../../bench/ingest/bench.ts";

test("rows with a positive figure, and a floor only on rows that there are", async () => {
  const rows = await ingest({ warmUp: 20, single: 300, batches: 4, released: 0 });
  const names = rows.map(({ name }) => name);
  expect(names).toHaveLength(7);
  const unmeasured = Object.keys(ingestBench.floors).filter((name) => !names.includes(name));
  expect(unmeasured).toEqual(["upload to release, both services, SQLite"]);
  for (const { name, value, unit } of rows) if (unit !== "MiB") expect(value, name).toBeGreaterThan(0);
});
