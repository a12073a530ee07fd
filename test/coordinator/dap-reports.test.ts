// What of a message is one report's own fault, and whose fault an aggregate share is.
import { expect, test } from "vitest";
import { prepareTaskOf } from "../../src/aggregate/jobs.ts";
import { prepareHelper, prepareLeader } from "../../src/aggregate/prepare.ts";
import { concat } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { AggregationJobInitReq, AggregationJobResp, VerifyInit } from "../../src/protocol/dap/aggregation.ts";
import { AggregateShare, AggregateShareAad, AggregateShareReq } from "../../src/protocol/dap/collection.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { Report, UploadErrors } from "../../src/protocol/dap/report.ts";
import { seal } from "../../src/protocol/hpke/hpke.ts";
import { askHelper, behind, nothing, ofJobs, values } from "../support/between.ts";
import { type Cluster, newCluster, noNoise, urls } from "../support/cluster.ts";
import { newRound, type Round, tallies } from "../support/rounds.ts";

/** Of a type that nobody knows. */
const one = { type: 0xff58, data: nothing };

/** With public extensions out of order or twice, as no honest device makes them. */
function disordered(report: Uint8Array, reversed: boolean): Uint8Array {
  const decoded = Report.decode(report);
  const low = { type: one.type - 1, data: nothing };
  return Report.encode({
    ...decoded,
    metadata: { ...decoded.metadata, publicExtensions: reversed ? [one, low] : [one, one] },
  });
}

test("of one body, the report with disordered extensions is refused alone", async () => {
  const { cluster, round } = await behind();
  const good = [await round.report(50), await round.report(65)];
  const bad = await Promise.all([true, false].map(async (reversed) => disordered(await round.report(80), reversed)));
  const body = concat(good[0] as Uint8Array, ...bad, good[1] as Uint8Array);
  const answer = await cluster.transport.send({
    method: "POST",
    url: `${urls.coordinator}/tasks/${round.text}/reports`,
    headers: { "content-type": mediaType("upload-req") },
    body,
  });
  const ids = bad.map((report) => Report.decode(report).metadata.reportId);
  expect(answer.status).toBe(200);
  expect(UploadErrors.decode(answer.body)).toEqual(ids.map((reportId) => ({ reportId, error: "invalid_message" })));
});

test("of one job too, at the helper", async () => {
  let request: Uint8Array = nothing;
  const { cluster, round } = await behind((send) => async (sent) => {
    if (!ofJobs("aggregation_jobs")(sent)) return await send(sent);
    request = sent.body ?? nothing;
    throw new Error("held back");
  });
  await expect(cluster.coordinator.collect(round.id)).rejects.toThrow("held back");
  const job = AggregationJobInitReq.decode(request);
  const verifyInits = job.verifyInits.map((init, i) => {
    return i === 1 ? { ...init, metadata: { ...init.metadata, publicExtensions: [one, one] } } : init;
  });
  const answer = await askHelper(cluster, {
    method: "POST",
    path: `/tasks/${round.text}/aggregation_jobs`,
    headers: { "content-type": mediaType("aggregation-job-init-req") },
    body: AggregationJobInitReq.encode({ ...job, verifyInits }),
  });
  expect(answer.status).toBe(201);
  const said = AggregationJobResp.decode(answer.body).map((one) => (one.type === "reject" ? one.error : one.type));
  expect(said).toEqual(said.map((_, i) => (i === 1 ? "invalid_message" : "continue")));
});

test("a report error of a later draft is kept as that report's, and the others count", async () => {
  const { cluster, round } = await behind((send) => async (request) => {
    const response = await send(request);
    if (!ofJobs("aggregation_jobs")(request)) return response;
    // The helper itself took it: to the leader it says a code that no draft has yet.
    const [first, ...rest] = AggregationJobResp.decode(response.body);
    if (first === undefined) throw new Error("an answer");
    const body = AggregationJobResp.encode([{ reportId: first.reportId, type: "reject", error: 77 }, ...rest]);
    return { ...response, body };
  });
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "batch_mismatch" });
  const { leader } = await tallies(cluster, round.id);
  expect(leader).toMatchObject({ accepted: values.length - 1, rejected: 1 });
  const rows = await cluster.coordinatorStore.transaction(async (tx) => {
    const ids = cluster.traffic.flatMap(({ url, response }) =>
      url.endsWith("/aggregation_jobs") ? AggregationJobResp.decode(response).map(({ reportId }) => reportId) : [],
    );
    return await Promise.all(ids.map((id) => tx.report(round.id, id)));
  });
  expect(rows.map((row) => row?.error)).toContain(77);
});

async function sealedShare(
  { cluster, round }: { cluster: Cluster; round: Round },
  plaintext: Uint8Array,
  request: Uint8Array,
) {
  const task = await round.task("helper");
  const { job } = AggregateShareReq.decode(request);
  const { id, pair } = cluster.keyrings.coordinator.hpke;
  const aad = AggregateShareAad.encode({ taskId: task.dap.id, task: task.dap.configuration, job });
  const info = task.dap.version.aggregateShareInfo("helper");
  const { enc, ciphertext } = await seal({ crypto: nodeCrypto, recipient: pair.public, info, aad, plaintext });
  return AggregateShare.encode({ configId: id, enc, payload: ciphertext });
}

test("a helper's share of a wrong length, or beyond the field, is the helper's fault", async () => {
  let here: { cluster: Cluster; round: Round } | undefined;
  let plaintext: Uint8Array = nothing;
  here = await behind((send) => async (request) => {
    const response = await send(request);
    if (!ofJobs("aggregate_shares")(request) || here === undefined) return response;
    return { ...response, body: await sealedShare(here, plaintext, request.body ?? nothing) };
  });
  const { cluster, round } = here;
  const rows = round.manifest.map.rows.length;
  for (plaintext of [
    nothing,
    new Uint8Array(16 * (rows + 1)),
    new Uint8Array(16 * rows - 1),
    new Uint8Array(16 * rows).fill(255),
  ])
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({
      code: "verification_failed",
      message: expect.stringContaining("the helper's aggregate share"),
    });
  // A helper that is mended is believed: nothing was lost meanwhile.
  here = undefined;
  await cluster.coordinator.collect(round.id);
});

test("a report that is dated beyond the clock is too early, at leader and helper each", async () => {
  const clock = { at: 1_770_000_000_000, now: () => clock.at };
  const cluster = newCluster({ noise: noNoise, clock });
  const round = await newRound(cluster);
  await round.fill(values);
  const { window } = round.manifest;
  const before = (days: number) => (window.start - days) * 86_400_000;
  const report = await round.report(50);
  // Until five minutes before the report's day begins; the task's own time for reports is not asked here.
  const { leaderPrepared, helperPrepared } = await verdicts(round, cluster, report, [
    before(0) - 301_000,
    before(0) - 299_000,
  ]);
  expect(leaderPrepared).toEqual(["report_too_early", "good"]);
  expect(helperPrepared).toEqual(["report_too_early", "good"]);
});

async function verdicts(round: Round, cluster: Cluster, report: Uint8Array, moments: readonly number[]) {
  const parts = { crypto: nodeCrypto };
  const leaderPrepared: unknown[] = [];
  const helperPrepared: unknown[] = [];
  const [leader, helper] = [await round.task("leader"), await round.task("helper")];
  const late = prepareTaskOf(leader, cluster.keyrings.coordinator.hpke, 2e9);
  const [made] = await prepareLeader(parts, late, [report]);
  if (made === undefined || "error" in made) throw new Error("an honest report");
  const { metadata, publicShare, helperShare } = Report.decode(report);
  const init = VerifyInit.encode({ metadata, publicShare, helperShare, payload: made.message });
  for (const moment of moments) {
    const [one] = await prepareLeader(parts, prepareTaskOf(leader, cluster.keyrings.coordinator.hpke, moment / 1000), [
      report,
    ]);
    const [two] = await prepareHelper(parts, prepareTaskOf(helper, cluster.keyrings.helper.hpke, moment / 1000), [
      init,
    ]);
    leaderPrepared.push(one && "error" in one ? one.error : "good");
    helperPrepared.push(two && "error" in two ? two.error : "good");
  }
  return { leaderPrepared, helperPrepared };
}
