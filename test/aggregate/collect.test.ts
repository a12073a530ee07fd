import { describe, expect, test } from "vitest";
import type { NoiseSource } from "../../src/aggregate/collect.ts";
import { mechanismNoise } from "../../src/aggregate/collect.ts";
import { elementsOf } from "../../src/aggregate/elements.ts";
import { openShare, shareRequest } from "../../src/aggregate/share.ts";
import { decodeProblem } from "../../src/api/problem.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { AggregateShareReq } from "../../src/protocol/dap/collection.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { acceptedIds } from "../storage/row-samples.ts";
import { type Cluster, leaderToken, newCluster, noNoise, urls } from "../support/cluster.ts";
import { smallQuestion } from "../support/questions.ts";
import { newRound, type Round, tallies } from "../support/rounds.ts";

/** Real noise, with every draw written down. */
function spy(): { readonly noise: NoiseSource; readonly draws: string[] } {
  const draws: string[] = [];
  const real = mechanismNoise(nodeEntropy);
  return {
    draws,
    noise: (task, rows) => {
      draws.push(task.role);
      return real(task, rows);
    },
  };
}
const values = [50, 50, 65, 65, 80, undefined];

async function ask(cluster: Cluster, round: Round, body: Uint8Array): Promise<Uint8Array> {
  const { status, body: answer } = await cluster.transport.send({
    method: "POST",
    url: `${urls.helper}/tasks/${round.text}/aggregate_shares`,
    headers: { authorization: `Bearer ${leaderToken}`, "content-type": mediaType("aggregate-share-req") },
    body,
  });
  if (status >= 300) throw decodeProblem(status, answer);
  return answer;
}

/** A collected round with the request that its leader sent. */
async function collected(options = {}) {
  const { noise, draws } = spy();
  const cluster = newCluster({ noise, ...options });
  const round = await newRound(cluster);
  await round.fill(values);
  await cluster.coordinator.collect(round.id);
  const task = await round.task("leader");
  const batch = await cluster.coordinatorStore.transaction((rows) => rows.batch(round.id));
  if (batch === undefined) throw new Error("collected");
  const open = async (answer: Uint8Array) =>
    elementsOf(task.manifest.vdaf).decode(await openShare(nodeCrypto, task, cluster.keyrings.coordinator.hpke, answer));
  return { cluster, round, draws, request: shareRequest(task, batch), open };
}

test("noise is drawn once by each aggregator, and collecting again draws none", async () => {
  const { cluster, round, draws } = await collected();
  expect(draws).toEqual(["helper", "leader"]);
  for (let i = 0; i < 50; i++) await cluster.coordinator.collect(round.id);
  expect(draws).toHaveLength(2);
});

test("a thousand requests for the helper's share, mutated ones among them, give one noised share", async () => {
  const { cluster, round, draws, request, open } = await collected();
  const first = await open(await ask(cluster, round, request));
  const sealed = new Set<string>();
  let refused = 0;
  for (let i = 0; i < 1000; i++) {
    const body = request.slice();
    if (i % 2 === 1) {
      const bit = (i * 37) % (8 * body.length);
      body[bit >> 3] = (body[bit >> 3] as number) ^ (1 << (bit & 7));
    }
    try {
      const answer = await ask(cluster, round, body);
      sealed.add(toBase64Url(answer));
      expect(await open(answer)).toEqual(first);
    } catch (error) {
      if (i % 2 === 0) throw error;
      expect(error).toMatchObject({ code: expect.stringMatching(/^(batch_overlap|batch_mismatch|invalid_message)$/) });
      refused += 1;
    }
  }
  expect(draws.filter((role) => role === "helper")).toHaveLength(1);
  expect(refused).toBe(500);
  // Sealed anew each time, the same inside.
  expect(sealed.size).toBe(500);
});

describe("the helper decides from its own database", () => {
  test("a shorter, longer or shifted interval is refused, collected or not, and costs no noise", async () => {
    const { noise, draws } = spy();
    const cluster = newCluster({ noise });
    const round = await newRound(cluster);
    await round.fill(values);
    const task = await round.task("leader");
    const whole = task.dap.configuration.interval;
    if (whole === undefined) throw new Error("an interval");
    const holding = { count: values.length, checksum: new Uint8Array(32) };
    const good = AggregateShareReq.decode(shareRequest(task, holding));
    const others = [
      { start: whole.start, duration: whole.duration - 1n },
      { start: whole.start, duration: whole.duration + 1n },
      { start: whole.start + 1n, duration: whole.duration },
      { start: whole.start + 1n, duration: whole.duration - 1n },
      { start: whole.start - 7n, duration: whole.duration },
      { start: whole.start, duration: 0n },
    ];
    for (const interval of others) {
      const mode = "time-interval" as const;
      for (const body of [
        AggregateShareReq.encode({ ...good, batch: { mode, interval } }),
        AggregateShareReq.encode({ ...good, job: { ...good.job, query: { mode, interval } } }),
      ])
        await expect(ask(cluster, round, body)).rejects.toMatchObject({ code: "batch_overlap" });
    }
    expect(draws).toEqual([]);
  });

  test("other modes, parameters and extensions are refused", async () => {
    const { cluster, round, request } = await collected();
    const good = AggregateShareReq.decode(request);
    const wrong: AggregateShareReq[] = [
      { ...good, batch: { mode: "leader-selected", batchId: new Uint8Array(32) } },
      { ...good, job: { ...good.job, query: { mode: "leader-selected" } } },
      { ...good, job: { ...good.job, aggregationParameter: Uint8Array.of(1) } },
      { ...good, job: { ...good.job, extensions: [{ type: 1, data: new Uint8Array(0) }] } },
    ];
    for (const body of wrong)
      await expect(ask(cluster, round, AggregateShareReq.encode(body))).rejects.toMatchObject({
        code: "invalid_message",
      });
  });

  test("a count or checksum that is not its own is a mismatch, before and after", async () => {
    const { noise, draws } = spy();
    const cluster = newCluster({ noise, terms: { jobReports: 1 } });
    const round = await newRound(cluster);
    await round.fill(values);
    const task = await round.task("leader");
    const wrong = { count: values.length, checksum: new Uint8Array(32) };
    await expect(ask(cluster, round, shareRequest(task, wrong))).rejects.toMatchObject({ code: "batch_mismatch" });
    await cluster.coordinator.collect(round.id);
    const batch = await cluster.coordinatorStore.transaction((rows) => rows.batch(round.id));
    if (batch === undefined) throw new Error("collected");
    for (const one of [wrong, { ...batch, count: batch.count - 1 }, { ...batch, count: batch.count + 1 }])
      await expect(ask(cluster, round, shareRequest(task, one))).rejects.toMatchObject({ code: "batch_mismatch" });
    expect(draws).toEqual(["helper", "leader"]);
  });

  test("a batch below the minimum is refused by the helper though the leader agrees, and stays open", async () => {
    const { noise, draws } = spy();
    const cluster = newCluster({ noise, terms: { jobReports: 1 } });
    const round = await newRound(cluster);
    await round.fill(values.slice(0, 4));
    const nothing = { count: 0, checksum: new Uint8Array(32) };
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "invalid_batch_size" });
    const task = await round.task("leader");
    const held = await cluster.helperStore.transaction((rows) => acceptedIds(rows, round.id));
    const checksum = held.reduce((sum, id) => {
      const hash = nodeCrypto.sha256(id);
      return sum.map((byte, i) => byte ^ (hash[i] as number));
    }, new Uint8Array(32));
    const request = shareRequest(task, { count: held.length, checksum });
    await expect(ask(cluster, round, request)).rejects.toMatchObject({ code: "invalid_batch_size" });
    await expect(ask(cluster, round, shareRequest(task, nothing))).rejects.toMatchObject({ code: "batch_mismatch" });
    expect(draws).toEqual([]);
    // Nothing was spent on it: one more device and it goes through.
    await round.fill([50]);
    await cluster.coordinator.collect(round.id);
    expect(draws).toEqual(["helper", "leader"]);
  });
});

describe("after collection", () => {
  test("uploads, and jobs at the helper, come too late", async () => {
    const { cluster, round } = await collected();
    expect(await round.send(await round.report(50))).toBe("batch_collected");
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader.accepted, helper.accepted]).toEqual([6, 6]);
  });

  test("neither aggregator holds an un-noised share, an upload or a job any more; ids stay", async () => {
    const { cluster, round } = await collected();
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      await store.transaction(async (rows) => {
        const ids = await acceptedIds(rows, round.id);
        expect(ids).toHaveLength(6);
        for (const id of ids)
          expect(await rows.report(round.id, id)).toMatchObject({ outputShare: null, upload: null });
        expect(await rows.jobs(round.id)).toEqual([]);
      });
  });
});

test("an upload before the task opens or when it is closed is refused by the leader", async () => {
  let now = 1_770_000_000_000;
  const cluster = newCluster({ noise: noNoise, clock: { now: () => now } });
  const round = await newRound(cluster);
  const report = await round.report(50);
  now -= 1000;
  expect(await round.send(report)).toBe("report_too_early");
  // An hour, and the minute that a signature may take.
  now += 1000 + 3_660_000;
  expect(await round.send(report)).toBe("task_expired");
  now -= 1000;
  expect(await round.send(report)).toBeUndefined();
});

test("how many reports wait or were rejected is in no answer to the analyst", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster, { ...smallQuestion, minCohort: 17 });
  await round.fill(new Array<number>(13).fill(50));
  const error = await cluster.coordinator.collect(round.id).catch((one: Error) => one);
  expect(error).toMatchObject({ code: "invalid_batch_size" });
  expect((error as Error).message).not.toMatch(/\d/);
});

test("the same noise is not added twice: released values differ from the truth by both aggregators' draws", async () => {
  const drawn: bigint[][] = [];
  const real = mechanismNoise(nodeEntropy);
  const noise: NoiseSource = (task, rows) => {
    const draw = real(task, rows);
    drawn.push([...draw]);
    return draw;
  };
  const cluster = newCluster({ noise });
  const round = await newRound(cluster);
  await round.fill(values);
  const { decodeRelease } = await import("../../src/task/release.ts");
  const release = decodeRelease(await cluster.coordinator.collect(round.id));
  expect(release.values).toEqual([2, 2, 1].map((n, i) => n + Number(drawn[0]?.[i]) + Number(drawn[1]?.[i])));
});
