// The benchmark of the main job runs, and every stage of it was timed beside what it could cost at the least.
import { expect, test } from "vitest";
import { mainJob, mainJobBench } from "../../bench/main-job/bench.ts";

test("rows with a positive rate for each stage and the whole", async () => {
  const rows = await mainJob(60, 50);
  expect(rows.map(({ name, peer }) => [name, peer?.name])).toEqual([
    ["device: contribution", undefined],
    ["device: shard and prove", undefined],
    ["device: whole report", "shard, two seals"],
    ["leader: store", "bare rows"],
    ["both: verify", "two opens, verification"],
    ["one party: collect", "two opens, verification"],
    ["upload to release, both parties, one thread", "two opens, verification"],
    ["device to release, one thread", undefined],
  ]);
  for (const { value, unit, status, peer, ratio } of rows) {
    expect(value).toBeGreaterThan(0);
    expect([unit, status]).toEqual(["reports/s", "measured"]);
    if (peer !== undefined) expect(peer.value).toBeGreaterThan(0);
    if (ratio !== undefined) expect(ratio).toBeGreaterThan(0);
  }
  const names = rows.map(({ name }) => name);
  expect(Object.keys(mainJobBench.floors).filter((name) => !names.includes(name))).toEqual([]);
});
