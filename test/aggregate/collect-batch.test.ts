// The order in which one aggregator collects its batch, and what it sums.
import { expect, test } from "vitest";
import { collectBatch, type NoiseSource } from "../../src/aggregate/collect.ts";
import { elementsOf } from "../../src/aggregate/elements.ts";
import { preparer } from "../../src/aggregate/prepare.ts";
import type { AggregateRows } from "../../src/aggregate/store.ts";
import { openTask } from "../../src/aggregate/task.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Store } from "../../src/ports/store.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { rowsOf } from "../../src/task/linear-map.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { newRound, tallies } from "../support/rounds.ts";

/** These tasks have no masks. */
const summing = preparer({ crypto: nodeCrypto });

const values = [50, 50, 65, 65, 80, undefined];

/** A verified round at the leader, with what collecting it reads, draws and writes, in order. */
async function watched() {
  const cluster = newCluster({ noise: noNoise, terms: { jobReports: 1 } });
  const round = await newRound(cluster);
  await round.fill(values);
  const steps: string[] = [];
  const store: Store<AggregateRows> = {
    ...cluster.coordinatorStore,
    transaction: (work) => {
      steps.push("transaction");
      return cluster.coordinatorStore.transaction((rows) => {
        const told = (name: string, method: unknown) => {
          if (typeof method !== "function") throw new Error(`${name} is no method`);
          return (...input: unknown[]) => {
            steps.push(name);
            return method(...input);
          };
        };
        return work(
          Object.fromEntries(
            Object.entries(rows).map(([name, method]) => [name, told(name, method)]),
          ) as unknown as AggregateRows,
        );
      });
    },
    async scrub() {
      steps.push("scrub");
    },
  };
  const noise: NoiseSource = (_, rows) => {
    steps.push("noise");
    return new Array<bigint>(rows).fill(0n);
  };
  const task = await round.task("leader");
  const during = { agreed: () => void steps.push("agreed"), written: () => void steps.push("written") };
  await expect.poll(async () => (await tallies(cluster, round.id)).leader.accepted).toBe(values.length);
  return { steps, collect: () => collectBatch(nodeCrypto, store, task, { noise, summing }, during) };
}

test("draws noise when only ids were read, then reads shares, and scrubs when it is committed", async () => {
  const { steps, collect } = await watched();
  await collect();
  expect(steps).toEqual([
    "transaction",
    "batch",
    "isExpired",
    "unsettled",
    "acceptedIds",
    "agreed",
    "noise",
    "outputShares",
    "addBatch",
    "forgetShares",
    "written",
    "scrub",
  ]);
});

test("asked again, scrubs again: the first time may have ended in between", async () => {
  const { steps, collect } = await watched();
  const first = await collect();
  steps.length = 0;
  expect(await collect()).toEqual(first);
  expect(steps).toEqual(["transaction", "batch", "scrub"]);
});

test("adds up the shares of more than one page", async () => {
  const { manifest } = await newRound(newCluster({ noise: noNoise }));
  const field = elementsOf(manifest.vdaf);
  const id = new Uint8Array(32).fill(4);
  const row = { id, manifest: encodeManifest(manifest), verifyKey: new Uint8Array(32), closes: 0 };
  const task = await openTask(nodeCrypto, "leader", row);
  const store = memoryDatabase();
  const share = (i: number) =>
    field.encode(Array.from({ length: manifest.map.columns }, (_, j) => BigInt(i * (j + 1))));
  await store.transaction(async (rows) => {
    await rows.addTask({ ...row, id: task.dap.id });
    for (let i = 0; i < 1201; i++) {
      const reportId = new Uint8Array(16);
      new DataView(reportId.buffer).setUint32(0, i);
      await rows.addReports([
        {
          task: task.dap.id,
          id: reportId,
          state: "accepted",
          error: null,
          upload: null,
          outputShare: share(i),
        },
      ]);
    }
  });
  const { count, noisedShare } = await collectBatch(
    nodeCrypto,
    store,
    task,
    { noise: noNoise, summing },
    {
      agreed: () => undefined,
      written: () => undefined,
    },
  );
  const sum = (1200 * 1201) / 2;
  expect([count, field.decode(noisedShare)]).toEqual([1201, rowsOf(manifest.map).map((_, j) => BigInt(sum * (j + 1)))]);
});
