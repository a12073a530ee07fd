// A training whose noise is correlated over its rounds, through both services and whole devices.
import { describe, expect, test } from "vitest";
import { decodeShareStream } from "../../src/aggregate/share-stream.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { replay } from "../../src/cli/model/replay.ts";
import { entry } from "../../src/client/state.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { roundStatement, verifyRounds } from "../../src/verify/model.ts";
import type { Cluster } from "../support/cluster.ts";
import {
  type Client,
  clocked,
  consenting,
  HOUR,
  members,
  ROUNDS,
  sendAll,
  streamDraft,
  streamOfTask,
  wholeSums,
} from "../support/stream-cluster.ts";

async function bundles({ coordinator }: Cluster, tasks: readonly string[]): Promise<string[]> {
  return await Promise.all(
    tasks.map(async (task) => canonicalJson((await coordinator.bundle(fromBase64Url(task))) as unknown as Json)),
  );
}

describe("a whole stream", async () => {
  const { cluster, trainings, pass } = clocked();
  const begun = await trainings.begin(streamDraft());
  const { run } = begun;
  const clients = await consenting(cluster, run, { count: 12 });
  const parts: (readonly number[])[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    parts.push(await sendAll(clients));
    pass(2 * HOUR);
    expect(await trainings.advanceAll()).toEqual([]);
  }
  const view = await trainings.one(run);
  const tasks = view.rounds.map(({ task }) => task);
  const stream = await streamOfTask(cluster, tasks[0] as string);

  test("goes through all of its rounds, and costs once", () => {
    expect(begun).toMatchObject({ rhoSpent: "0.2", stream: { separation: 3, bands: 3 } });
    expect(view).toMatchObject({ phase: "ended", because: "all rounds are done", rhoSpent: "0.2" });
    expect(view.rounds.map(({ rho }) => rho)).toEqual(["0.2", "0", "0", "0", "0", "0"]);
  });

  test("every device takes part in one round of three, always the same ones", () => {
    for (const [round, sent] of parts.entries()) expect(sent).toEqual([0, 3, 6, 9].map((i) => i + (round % 3)));
    expect(
      parts
        .slice(0, 3)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(members.map((_, i) => i));
  });

  test("both ledgers hold one debit, under the stream's name, in the weeks of all rounds", async () => {
    for (const store of [cluster.coordinatorStore, cluster.helperStore]) {
      const events = await store.read((rows) => rows.events());
      expect(events.map(({ kind, task, rho }) => [kind, toBase64Url(task), rho])).toEqual([
        ["debit", toBase64Url(stream.key), 200_000_000n],
      ]);
      const { epochs } = events[0] as (typeof events)[number];
      expect(epochs).toContain("2026-W06");
    }
    for (const task of tasks) expect((await streamOfTask(cluster, task)).key).toEqual(stream.key);
  });

  test("a device is charged once, before its first report", async () => {
    const log = await (clients[0] as Client).log();
    expect(log.map(({ rho }) => rho)).toEqual([0, 0]);
    for (const client of clients) expect((await client.budget()).year.spent).toBeCloseTo(0.2, 12);
  });

  test("what is released is the factor times the rounds' sums: without noise, whole sums come back", async () => {
    const { away, filled } = await wholeSums(cluster, tasks);
    expect(away).toBeLessThan(1e-6);
    expect(filled).toBe(true);
  });

  test("neither aggregator keeps a sum after the last round", async () => {
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      expect(await store.read((rows) => rows.streams())).toEqual([
        { task: stream.key, round: ROUNDS, until: stream.until, state: null },
      ]);
  });

  test("its bundles verify as rounds of one debit, and its weights are computed again from them", async () => {
    const verified = await verifyRounds(nodeCrypto, await bundles(cluster, tasks));
    const again = await replay(verified);
    expect("weights" in again && again.weights).toEqual(decodeModel(await trainings.model(run)).weights);
    const { proved, trusted } = roundStatement(verified.rounds[3] as (typeof verified.rounds)[number]);
    expect(proved.join("\n")).toContain(`over all ${ROUNDS} rounds whoever contributes to one of 3 of them`);
    expect(trusted.join("\n")).toContain("take part in one round of 3");
    expect(Math.hypot(...decodeModel(await trainings.model(run)).weights)).toBeGreaterThan(0.1);
  });
});

describe("in between", () => {
  test("an aggregator keeps its own shares of the last sums, of which each alone is noise to anyone", async () => {
    const { cluster, trainings, pass } = clocked();
    const { run } = await trainings.begin(streamDraft());
    const clients = await consenting(cluster, run);
    for (let round = 0; round < 2; round++) {
      await sendAll(clients);
      pass(2 * HOUR);
      await trainings.advanceAll();
    }
    const { rounds } = await trainings.one(run);
    const { plan, bits } = await streamOfTask(cluster, rounds[0]?.task as string);
    const kept = async (store: Cluster["helperStore"]) => {
      const [row] = await store.read((rows) => rows.streams());
      return decodeShareStream(row?.state as Uint8Array, plan, bits, 8).kept;
    };
    const [leader, helper] = [await kept(cluster.coordinatorStore), await kept(cluster.helperStore)];
    expect([leader.length, helper.length]).toEqual([2, 2]);
    for (const [i, own] of leader.entries()) {
      const [a, b] = [own, helper[i] as Uint8Array].map((one) => new Int32Array(one.slice().buffer));
      // Small together, and neither of them by itself.
      expect(
        (a as Int32Array).every((cell, k) => Math.abs((cell + ((b as Int32Array)[k] as number)) | 0) < 2 ** 24),
      ).toBe(true);
      for (const one of [a, b]) expect((one as Int32Array).some((cell) => Math.abs(cell) > 2 ** 24)).toBe(true);
    }
  });
});

test("a turn of an earlier stream is forgotten a week after its end, by the coordinator's word and no clock that is ahead", async () => {
  const { cluster, trainings, pass } = clocked();
  const { run } = await trainings.begin(streamDraft());
  const store = memoryDeviceStore();
  let at = 1_770_000_000_000;
  // The first device's clock is two hours ahead, and the coordinator says its own.
  const clock = { now: () => at + 2 * HOUR };
  const transport: Transport = {
    async send(request) {
      const { headers, ...rest } = await cluster.transport.send(request);
      return { ...rest, headers: { ...headers, date: new Date(at).toUTCString() } };
    },
  };
  const platform = { crypto: nodeCrypto, entropy: nodeEntropy, clock, transport };
  const clients = await consenting(cluster, run, { change: (i) => (i === 0 ? { store, platform } : {}) });
  const until = Math.floor((at - 7 * 24 * HOUR + HOUR) / 1000);
  await store.transaction({ put: [entry("turn/earlier", { last: 0, paid: true, until })], delete: [] });
  for (let round = 0; round < 4; round++) {
    expect((await sendAll(clients)).includes(0)).toBe(round % 3 === 0);
    expect((await store.keys("turn/")).includes("turn/earlier")).toBe(round < 3);
    at += 2 * HOUR;
    pass(2 * HOUR);
    expect(await trainings.advanceAll()).toEqual([]);
  }
});
