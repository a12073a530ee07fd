import { expect, test } from "vitest";
import { newUploads } from "../../src/aggregate/upload.ts";
import { concat } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";

test("a report of any other size than the task's is refused before it is stored", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  const good = Report.decode(await round.report(62));
  const longer = (bytes: Uint8Array, by: number) => concat(bytes, new Uint8Array(by));
  const wrong = [
    { ...good, publicShare: longer(good.publicShare, 1) },
    { ...good, helperShare: { ...good.helperShare, payload: longer(good.helperShare.payload, 100_000) } },
    { ...good, leaderShare: { ...good.leaderShare, payload: good.leaderShare.payload.subarray(1) } },
    { ...good, leaderShare: { ...good.leaderShare, enc: longer(good.leaderShare.enc, 1) } },
  ];
  for (const report of wrong) expect(await round.send(Report.encode(report))).toBe("invalid_message");
  expect((await tallies(cluster, round.id)).leader).toMatchObject({ pending: 0, accepted: 0, rejected: 0 });
  expect(await round.send(Report.encode(good))).toBeUndefined();
});

test("a body holds a hundred reports at most", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  const one = await round.report(62);
  await expect(round.send(concat(...new Array<Uint8Array>(101).fill(one)))).rejects.toMatchObject({
    code: "invalid_message",
  });
});

test("a task that is being collected tells devices to come again, and a collection that fails loses nothing", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  await round.fill([50, 62, 62, 62]);
  const collecting = cluster.coordinator.collect(round.id);
  const late = await round.report(80);
  await expect(round.send(late)).rejects.toMatchObject({ code: "unavailable" });
  await expect(collecting).rejects.toMatchObject({ code: "invalid_batch_size" });
  expect(await round.send(late)).toBeUndefined();
  await cluster.coordinator.collect(round.id);
  expect((await tallies(cluster, round.id)).leader.accepted).toBe(5);
});

test("uploads that come before the turn is over are written together; a write that fails fails each, and none is kept", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  const task = await round.task("leader");
  let written = 0;
  let full = false;
  const store: typeof cluster.coordinatorStore = {
    ...cluster.coordinatorStore,
    transaction: (work) =>
      cluster.coordinatorStore.transaction(async (rows) => {
        let adds = false;
        const result = await work({
          ...rows,
          addReports: async (added) => {
            adds = true;
            return await rows.addReports(added);
          },
        });
        if (adds) written += 1;
        if (adds && full) fail("storage_full", "no room");
        return result;
      }),
  };
  const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
  const uploads = newUploads(nodeCrypto, store, undefined, soon);
  const send = async (values: readonly number[]) => {
    const reports = await Promise.all(values.map((value) => round.report(value)));
    return await Promise.allSettled(reports.map((report) => uploads.accept(task, report, nowSeconds)));
  };
  expect((await send([50, 60, 70, 80])).map((one) => one.status === "fulfilled" && one.value.fresh)).toEqual([
    1, 1, 1, 1,
  ]);
  expect(written).toBe(1);
  full = true;
  for (const one of await send([50, 60]))
    expect(one).toMatchObject({ status: "rejected", reason: { code: "storage_full" } });
  full = false;
  expect((await send([90])).map(({ status }) => status)).toEqual(["fulfilled"]);
  expect(written).toBe(3);
  expect((await tallies(cluster, round.id)).leader.pending).toBe(5);
});
