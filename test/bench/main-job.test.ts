// The benchmark of the main job runs, and every stage of it was timed.
import { expect, test } from "vitest";
import { mainJob } from "../../bench/main-job.ts";

test("rows with a positive rate for each stage and the whole", async () => {
  const rows = await mainJob(60, 1);
  expect(rows.map(({ name }) => name)).toEqual([
    "device: contribution",
    "device: shard and prove",
    "device: whole report",
    "leader: store",
    "both: verify",
    "both: collect",
    "device to release, one thread",
  ]);
  for (const { value, unit, status } of rows) {
    expect(value).toBeGreaterThan(0);
    expect([unit, status]).toEqual(["reports/s", "measured"]);
  }
});
