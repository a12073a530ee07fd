// What a stream does when a service dies, a party asks for what does not come next, time runs out, or a copy was restored.
import { describe, expect, test } from "vitest";
import { coordinatorPoints, helperPoints, streamPoints, trainingPoints } from "../../src/aggregate/points.ts";
import { shareRequest } from "../../src/aggregate/share.ts";
import { openTask } from "../../src/aggregate/task.ts";
import { call } from "../../src/api/call.ts";
import { encodeProblem, problemType } from "../../src/api/problem.ts";
import { helperRoutes } from "../../src/api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { decodeTraining, encodeTraining, type TrainingManifest } from "../../src/learning/plan/training/manifest.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { acknowledge } from "../../src/release/acknowledge.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { decodeManifest, encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { chained } from "../release/chained.ts";
import { type Cluster, leaderToken, urls } from "../support/cluster.ts";
import {
  clocked,
  consenting,
  HOUR,
  ROUNDS,
  sendAll,
  streamDraft,
  through,
  wholeSums,
} from "../support/stream-cluster.ts";

const conflict = { code: "conflict" };

describe("killed at any step, each aggregator's stream goes on by one step a round", async () => {
  const whole = async (killAt?: string) => {
    let deaths = 0;
    const setting = clocked({
      ...{ terms: { minBatchFloor: 1 }, policy: { minBatchFloor: 1 } },
      passing: (point) => {
        if (point !== killAt || deaths > 0) return;
        deaths++;
        throw new Error(`killed at ${point}`);
      },
    });
    const { cluster, trainings, pass } = setting;
    await trainings.begin(streamDraft({ rounds: 4 })).catch(() => undefined);
    const [begun] = await trainings.all();
    const clients = await consenting(cluster, begun?.run ?? "");
    for (let step = 0; step < 8; step++) {
      for (const client of clients) await client.sync().catch(() => undefined);
      pass(HOUR + 90_000);
      await trainings.advanceAll();
      await trainings.advanceAll();
    }
    const [view] = await trainings.all();
    return { deaths, view, cluster };
  };
  // The others are killed in test/long/e2e, where they are processes.
  const points = [
    ...streamPoints,
    ...coordinatorPoints.filter((point) => /share-received|batch-written|collected/.test(point)),
    ...trainingPoints.filter((point) => /closed|model-made/.test(point)),
    ...helperPoints.filter((point) => /debited|batch-written|collected/.test(point)),
  ];

  test.each(points)("at %s", async (point) => {
    const { deaths, view, cluster } = await whole(point);
    expect(deaths).toBe(1);
    expect(view).toMatchObject({ phase: "ended", rhoSpent: "0.2" });
    const tasks = view?.rounds.map(({ task }) => task) ?? [];
    expect(tasks).toHaveLength(4);
    expect((await wholeSums(cluster, tasks)).away).toBeLessThan(1e-6);
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      expect((await store.read((rows) => rows.events())).map(({ kind }) => kind)).toEqual(["debit"]);
  });
});

describe("the helper, whatever the leader says", () => {
  const leader = ({ transport }: Cluster) => ({ transport, url: urls.helper, token: leaderToken });
  const sign = (cluster: Cluster, manifest: Manifest) =>
    call(leader(cluster), helperRoutes.sign, { body: { manifest: toBase64Url(encodeManifest(manifest)) } });
  const share = async (cluster: Cluster, id: Uint8Array) => {
    const row = await cluster.helperStore.read((rows) => rows.task(id));
    if (row === undefined) throw new Error("signed");
    const { count, checksum } = { count: 0, checksum: new Uint8Array(32) };
    const task = await openTask(nodeCrypto, "helper", row);
    const response = await cluster.transport.send({
      ...{ method: "POST", url: `${urls.helper}/tasks/${toBase64Url(id)}/aggregate_shares` },
      headers: {
        authorization: `Bearer ${leaderToken}`,
        "content-type": "application/ppm-dap;message=aggregate-share-req",
      },
      body: shareRequest(task, { count, checksum }),
      responseBytesMax: 1_000_000,
    });
    return response.status;
  };
  async function open() {
    const setting = clocked();
    const { run } = await setting.trainings.begin(streamDraft());
    const clients = await consenting(setting.cluster, run);
    const manifest = async () => {
      const task = fromBase64Url((await setting.trainings.one(run)).round.task ?? "");
      const query = await setting.cluster.coordinatorStore.read((rows) => rows.queryOfTask(task));
      return decodeManifest(query?.manifest as Uint8Array);
    };
    return { ...setting, run, clients, manifest };
  }
  const changed = (
    manifest: Manifest,
    change: (training: TrainingManifest) => TrainingManifest,
    name: string,
  ): Manifest => {
    if (manifest.source.kind !== "model-update") throw new Error("a training");
    const training = encodeTraining(change(decodeTraining(manifest.source.training)));
    return { ...manifest, queryHash: name, source: { ...manifest.source, training } };
  };

  test("keeps a stream's debit, which has a name of its own and was never a task's", async () => {
    const one = await open();
    await through(one, one.clients, 1);
    const events = () => one.cluster.helperStore.read((rows) => rows.events());
    const [debit] = await events();
    const body = { task: toBase64Url(debit?.task as Uint8Array) };
    await expect(call(leader(one.cluster), helperRoutes.release, { body })).rejects.toMatchObject(conflict);
    expect((await events()).map(({ kind }) => kind)).toEqual(["debit"]);
    await through(one, one.clients, ROUNDS - 1);
    expect(await one.trainings.one(one.run)).toMatchObject({ phase: "ended", rhoSpent: "0.2" });
  });

  test("signs no round but the next one, and gives one share a round, whatever else is signed", async () => {
    const one = await open();
    const { cluster, manifest } = one;
    const first = await manifest();
    const ahead = changed(first, (training) => ({ ...training, round: { ...training.round, number: 2 } }), "ahead");
    await expect(sign(cluster, ahead)).rejects.toMatchObject(conflict);
    // Another task of the same round is signed, and costs nothing more: one of both is ever answered.
    const twin = changed(first, (training) => training, "twin");
    await sign(cluster, twin);
    expect(await cluster.helperStore.read((rows) => rows.events())).toHaveLength(1);
    await through(one, one.clients, 1);
    const { id } = await dapTaskOf(nodeCrypto, twin, encodeManifest(twin));
    const before = await cluster.helperStore.read((rows) => rows.streams());
    expect(await share(cluster, id)).toBeGreaterThanOrEqual(400);
    expect(await cluster.helperStore.read((rows) => rows.streams())).toEqual(before);
    expect(await cluster.helperStore.read((rows) => rows.batch(id))).toBeUndefined();
    const { opens, closes } = first.upload;
    const upload = { opens: opens + 7200, closes: closes + 7200 };
    await expect(sign(cluster, { ...changed(first, (training) => training, "late"), upload })).rejects.toMatchObject(
      conflict,
    );
  });

  test("books a stream with another end, factor or noise anew, as another one with noise of its own", async () => {
    const { cluster, manifest } = await open();
    const first = await manifest();
    const longer = changed(
      first,
      (training) => ({
        ...training,
        stream: { ...(training.stream as never as object), until: (training.stream?.until ?? 0) + 60 } as never,
      }),
      "longer",
    );
    await sign(cluster, longer);
    const events = await cluster.helperStore.read((rows) => rows.events());
    expect(events.map(({ rho }) => rho)).toEqual([200_000_000n, 200_000_000n]);
    expect(new Set(events.map(({ task }) => toBase64Url(task))).size).toBe(2);
  });

  test("closes a stream with a reservation's release of no round: its debit stands", async () => {
    const { cluster, manifest } = await open();
    const twin = changed(await manifest(), (training) => training, "twin");
    await sign(cluster, twin);
    const { id } = await dapTaskOf(nodeCrypto, twin, encodeManifest(twin));
    const { released } = await call(leader(cluster), helperRoutes.release, { body: { task: toBase64Url(id) } });
    expect(released).toBe(false);
    expect((await cluster.helperStore.read((rows) => rows.events())).map(({ kind }) => kind)).toEqual(["debit"]);
  });
});

describe("a ledger that has lost a part of its past", () => {
  test.each([
    ["coordinatorStore", "answered"],
    ["helperStore", "answered"],
    ["helperStore", "asked again"],
  ] as const)(
    "%s: once acknowledged, no round is asked or answered any more, nor one that was to be %s",
    async (which, round) => {
      const setting = clocked();
      const { cluster, trainings, pass } = setting;
      const { run } = await trainings.begin(streamDraft());
      const clients = await consenting(cluster, run);
      await through(setting, clients, 2);
      const store = cluster[which];
      const [before] = await store.read((rows) => rows.streams());
      expect(before?.state).not.toBeNull();
      await chained(store).transaction((rows) =>
        acknowledge(
          rows,
          nodeCrypto,
          { mark: undefined, held: undefined, other: { debits: [], releases: [] } },
          {
            owner: { role: which === "helperStore" ? "helper" : "coordinator", key: new Uint8Array(32) },
            ...{ reason: "a test", at: 1, caps: { whose: "helper", epoch: 5_000_000_000n, year: 20_000_000_000n } },
          },
        ),
      );
      expect(await store.read((rows) => rows.streams())).toEqual([{ ...before, state: null }]);
      expect(await store.read((rows) => rows.isForgotten(before?.task as Uint8Array))).toBe(true);
      if (round === "answered") await sendAll(clients);
      pass(2 * HOUR);
      const failed = await trainings.advanceAll();
      const view = await trainings.one(run);
      expect(view.rounds).toHaveLength(2);
      expect(view).toMatchObject({ phase: "ended", because: expect.stringMatching(/begin another one/i) });
      expect(view.because?.startsWith("the helper")).toBe(which === "helperStore");
      expect(failed).toEqual([]);
    },
  );

  test("of a conflict that passes the training does not end, and says what it met", async () => {
    const wrong: TransportResponse[] = [];
    const setting = clocked({
      between: (send) => async (request) =>
        (request.url.endsWith("/aggregate_shares") ? wrong.pop() : undefined) ?? (await send(request)),
    });
    const { run } = await setting.trainings.begin(streamDraft());
    const clients = await consenting(setting.cluster, run);
    await sendAll(clients);
    setting.pass(2 * HOUR);
    const body = encodeProblem(new PacelineError("conflict", "not now"));
    wrong.push({ status: 409, headers: { "content-type": problemType }, body });
    expect((await setting.trainings.advanceAll()).join()).toContain("not now");
    expect(await setting.trainings.one(run)).toMatchObject({ phase: "running", rounds: [] });
    await through(setting, clients, 1);
    expect(await setting.trainings.one(run)).toMatchObject({ phase: "running", rounds: [{ number: 1 }] });
  });
});
