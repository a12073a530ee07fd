import { describe, expect, test } from "vitest";
import { nextJob, prepareTaskOf, untaken } from "../../src/aggregate/jobs.ts";
import { SKEW_SECONDS, VERIFY_SECONDS } from "../../src/aggregate/latest.ts";
import type { Passing } from "../../src/aggregate/points.ts";
import { preparer } from "../../src/aggregate/prepare.ts";
import { decodeProblem } from "../../src/api/problem.ts";
import { nodeCrypto, nodeWasm } from "../../src/platform/node/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { AggregationJobInitReq, AggregationJobResp } from "../../src/protocol/dap/aggregation.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { releaseDebit } from "../../src/release/ledger.ts";
import { type Cluster, leaderToken, newCluster, noNoise, urls } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { newRound, type Round, tallies } from "../support/rounds.ts";

async function job(cluster: Cluster, round: Round, body: Uint8Array) {
  const { status, body: answer } = await cluster.transport.send({
    method: "POST",
    url: `${urls.helper}/tasks/${round.text}/aggregation_jobs`,
    headers: { authorization: `Bearer ${leaderToken}`, "content-type": mediaType("aggregation-job-init-req") },
    body,
  });
  if (status >= 300) throw decodeProblem(status, answer);
  return answer;
}

/** A round whose leader has written a job down and not sent it. */
async function withJob(clock?: Clock, passing: Passing = () => undefined) {
  const more = clock === undefined ? { passing } : { passing, clock };
  const cluster = newCluster({ noise: noNoise, terms: { jobReports: 100 }, ...more });
  const round = await newRound(cluster);
  await round.fill([50, 65, 65, 65, 80]);
  const prepare = prepareTaskOf(await round.task("leader"), cluster.keyrings.coordinator.hpke, nowSeconds);
  const written = await nextJob(
    nodeCrypto,
    cluster.coordinatorStore,
    preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
    prepare,
    { most: 3, leave: 0, now: () => 0 },
  );
  if (written === undefined) throw new Error("a job");
  return { cluster, round, request: written.request, message: AggregationJobInitReq.decode(written.request) };
}

test("the same job gets the same bytes, and its reports count once", async () => {
  const { cluster, round, request } = await withJob();
  const first = await job(cluster, round, request);
  for (let i = 0; i < 10; i++) expect(await job(cluster, round, request)).toEqual(first);
  expect(AggregationJobResp.decode(first).map(({ type }) => type)).toEqual(["continue", "continue", "continue"]);
  expect((await tallies(cluster, round.id)).helper.accepted).toBe(3);
});

test("at once, it is answered alike", async () => {
  const { cluster, round, request } = await withJob();
  const answers = await Promise.all(Array.from({ length: 8 }, () => job(cluster, round, request)));
  expect(new Set(answers.map((answer) => answer.join())).size).toBe(1);
  expect((await tallies(cluster, round.id)).helper.accepted).toBe(3);
});

test("the same reports in another job are replays, for the helper's own table says so", async () => {
  const { cluster, round, request, message } = await withJob();
  await job(cluster, round, request);
  const reordered = AggregationJobInitReq.encode({ ...message, verifyInits: [...message.verifyInits].reverse() });
  expect(
    AggregationJobResp.decode(await job(cluster, round, reordered)).map((answer) => "error" in answer && answer.error),
  ).toEqual(new Array(3).fill("report_replayed"));
  expect((await tallies(cluster, round.id)).helper.accepted).toBe(3);
});

test("a report it has seen is a replay whatever comes with it: its proof is not looked at again", async () => {
  const { cluster, round, request, message } = await withJob();
  await job(cluster, round, request);
  const altered = message.verifyInits.map((init) => ({ ...init, payload: init.payload.map((byte) => byte ^ 1) }));
  const answer = await job(cluster, round, AggregationJobInitReq.encode({ ...message, verifyInits: altered }));
  expect(AggregationJobResp.decode(answer).map((one) => "error" in one && one.error)).toEqual(
    new Array(3).fill("report_replayed"),
  );
});

test("after the task's time, by its own clock, it verifies nothing more, and still repeats what it answered", async () => {
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const { cluster, round, request, message } = await withJob(clock);
  const first = await job(cluster, round, request);
  clock.at += 4 * 86_400_000;
  expect(await job(cluster, round, request)).toEqual(first);
  const other = AggregationJobInitReq.encode({ ...message, verifyInits: message.verifyInits.slice(1) });
  await expect(job(cluster, round, other)).rejects.toMatchObject({ code: "task_expired" });
});

describe("when a task's two days end", () => {
  /** One that comes in time, and whose proofs are checked for so long. */
  const ending = async (milliseconds: number) => {
    const clock = { at: nowSeconds * 1000, now: () => clock.at };
    const during = { checked: () => undefined as unknown };
    const made = await withJob(clock, (point) => {
      if (point !== "helper:job-verified") return;
      clock.at += milliseconds;
      during.checked();
    });
    const end = (made.round.manifest.upload.closes + VERIFY_SECONDS) * 1000;
    clock.at = end - 1;
    const asked = () => job(made.cluster, made.round, made.request);
    return { ...made, clock, end, during, asked };
  };
  const accepted = async ({ cluster, round }: Awaited<ReturnType<typeof ending>>) =>
    (await tallies(cluster, round.id)).helper.accepted;
  const counted = (answer: Uint8Array) => AggregationJobResp.decode(answer).every(({ type }) => type === "continue");

  test("a job that was written down counts: nobody hears that it does not", async () => {
    const made = await ending(86_400_000);
    expect(counted(await made.asked())).toBe(true);
    expect(await accepted(made)).toBe(3);
  });

  test("one that another process began is answered, not refused", async () => {
    const made = await ending(0);
    const { cluster, round, request, clock, end } = made;
    const row = { task: round.id, key: nodeCrypto.sha256(request) as Uint8Array, reports: null, request };
    await cluster.helperStore.transaction((rows) => rows.addJob({ ...row, response: null, at: end - 1, ...untaken }));
    clock.at = end + 86_400_000;
    expect(counted(await made.asked())).toBe(true);
    expect(await accepted(made)).toBe(3);
  });

  test("one that is written down no more counts nowhere: the leader may have heard by now that it does not", async () => {
    const made = await ending(1 + SKEW_SECONDS * 1000);
    const { cluster, round, request, during } = made;
    during.checked = () =>
      cluster.helperStore.transaction(async (rows) =>
        rows.deleteJob(round.id, nodeCrypto.sha256(request) as Uint8Array),
      );
    await expect(made.asked()).rejects.toMatchObject({ code: "task_expired" });
    expect(await accepted(made)).toBe(0);
  });

  test("that it is over is said when no process can be writing one down any more that came in time", async () => {
    const { asked, clock, end } = await ending(0);
    for (const [at, code] of [
      [0, "unavailable"],
      [SKEW_SECONDS * 1000 - 1, "unavailable"],
      [SKEW_SECONDS * 1000, "task_expired"],
    ] as const) {
      clock.at = end + at;
      await expect(asked()).rejects.toMatchObject({ code });
    }
  });
});

test("a task that is closed while its proofs are checked takes no report of that job", async () => {
  let closing: (() => void) | undefined;
  const { cluster, round, request } = await withJob(undefined, (point) => {
    if (point === "helper:job-verified") closing?.();
  });
  let closed: Promise<unknown> = Promise.resolve();
  closing = () => {
    closed = cluster.helperStore.transaction((rows) => releaseDebit(rows, round.id, nowSeconds * 1000));
  };
  await expect(job(cluster, round, request)).rejects.toMatchObject({ code: "conflict" });
  expect(await closed).toBe(true);
  expect((await tallies(cluster, round.id)).helper.accepted).toBe(0);
});

describe("a job is refused as a whole", () => {
  test("that names a report twice, none, or more than a thousand", async () => {
    const { cluster, round, message } = await withJob();
    const [one] = message.verifyInits;
    if (one === undefined) throw new Error("three reports");
    const many = Array.from({ length: 1001 }, (_, i) => {
      const reportId = new Uint8Array(16);
      new DataView(reportId.buffer).setUint32(0, i);
      return { ...one, metadata: { ...one.metadata, reportId } };
    });
    for (const verifyInits of [[one, one], [], many])
      await expect(
        job(cluster, round, AggregationJobInitReq.encode({ ...message, verifyInits })),
      ).rejects.toMatchObject({ code: "invalid_message" });
    expect((await tallies(cluster, round.id)).helper.accepted).toBe(0);
  });

  test("with another key, a parameter or an extension", async () => {
    const { cluster, round, message } = await withJob();
    const wrong: AggregationJobInitReq[] = [
      { ...message, verificationKeyId: 1 },
      { ...message, aggregationParameter: Uint8Array.of(1) },
      { ...message, extensions: [{ type: 9, data: new Uint8Array(0) }] },
    ];
    for (const one of wrong)
      await expect(job(cluster, round, AggregationJobInitReq.encode(one))).rejects.toMatchObject({
        code: "invalid_message",
      });
    await expect(job(cluster, round, Uint8Array.of(0, 1, 2))).rejects.toMatchObject({ code: "invalid_message" });
  });
});

test("one report with a false proof is refused alone, and its id is used up", async () => {
  const { cluster, round, message } = await withJob();
  const spoiled = message.verifyInits.map((init, i) =>
    i === 1 ? { ...init, payload: init.payload.map((byte, j) => (j === 40 ? byte ^ 1 : byte)) } : init,
  );
  const answers = AggregationJobResp.decode(
    await job(cluster, round, AggregationJobInitReq.encode({ ...message, verifyInits: spoiled })),
  );
  expect(answers.map(({ type }) => type)).toEqual(["continue", "reject", "continue"]);
  expect((await tallies(cluster, round.id)).helper).toMatchObject({ accepted: 2, rejected: 1 });
  const again = AggregationJobResp.decode(await job(cluster, round, AggregationJobInitReq.encode(message)));
  expect(again.every((answer) => answer.type === "reject" && answer.error === "report_replayed")).toBe(true);
});

test("after collection a job adds nothing", async () => {
  const { cluster, round, message } = await withJob();
  const late = message.verifyInits.map((init) => ({
    ...init,
    metadata: { ...init.metadata, reportId: nodeCrypto.sha256(init.metadata.reportId).subarray(0, 16) },
  }));
  await cluster.coordinator.collect(round.id);
  const answers = AggregationJobResp.decode(
    await job(cluster, round, AggregationJobInitReq.encode({ ...message, verifyInits: late })),
  );
  expect(answers.every((answer) => answer.type === "reject" && answer.error === "batch_collected")).toBe(true);
  expect((await tallies(cluster, round.id)).helper).toMatchObject({ accepted: 5 });
});
