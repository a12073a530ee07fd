// Jobs that are more than the helper reads: none is made where that is known, and one that was written down all the same goes in two.
import { expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import { splitJob } from "../../src/aggregate/jobs.ts";
import { reportsAJob } from "../../src/coordinator/job-size.ts";
import { httpLimits } from "../../src/http/app.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { AggregationJobInitReq, encodeJob } from "../../src/protocol/dap/aggregation.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { sharedVerification } from "../../src/protocol/vdaf/shared.ts";
import { newReporter } from "../../src/report/seal.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { TOKENS_MAX } from "../../src/task/token-limits.ts";
import { nothing, ofJobs, values } from "../support/between.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { manifestOf, vectorManifest } from "../support/questions.ts";
import { contributionOf, newRound, tallies } from "../support/rounds.ts";

/** The request of a job of so many honest reports that carry as many tokens as one may, signed or not. */
async function requestOf(count: number): Promise<{ readonly request: Uint8Array; readonly most: number }> {
  const manifest = {
    ...manifestOf(),
    tokens: { issuer: "issuer.test", key: "A".repeat(392), rho: "5000000", count: TOKENS_MAX },
  };
  const reporter = await newReporter(
    { crypto: nodeCrypto, entropy: nodeEntropy },
    { manifest, bytes: encodeManifest(manifest) },
  );
  const tokens = Array.from({ length: TOKENS_MAX }, () => ({
    nonce: nodeEntropy.bytes(32),
    authenticator: nodeEntropy.bytes(256),
  }));
  const { bytes } = await reporter.seal(contributionOf(manifest, 62), tokens);
  const payload = new Uint8Array(sharedVerification(manifest.vdaf).sizes.verifierShare + 16);
  const opening = { read: { report: Report.decode(bytes), bytes }, payload };
  const head = { verificationKeyId: 0, aggregationParameter: nothing, extensions: [] };
  return {
    request: encodeJob(head, new Array(count).fill(opening)),
    most: reportsAJob({ manifest }, 1000),
  };
}

test("tokens count: what 292 reports with 200 of them would be is beyond the helper's limit, and no job is so large", async () => {
  const { request, most } = await requestOf(292);
  expect(request.length).toBeGreaterThan(httpLimits.jobBytesMax);
  const largest = (await requestOf(most)).request.length;
  expect(largest).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(largest).toBeGreaterThan(3.9 * 1024 * 1024);
});

test("without tokens a job has as many reports as configured, and one at least", () => {
  expect(reportsAJob({ manifest: manifestOf() }, 500)).toBe(500);
  expect(reportsAJob({ manifest: vectorManifest() }, 1)).toBe(1);
});

const told: TransportResponse = {
  status: 413,
  headers: { "content-type": "application/problem+json" },
  body: new TextEncoder().encode(
    JSON.stringify({
      type: "urn:paceline:error:body_too_large",
      status: 413,
      detail: "at most so many bytes are read",
    }),
  ),
};
/** A proxy before the helper. */
const page: TransportResponse = { status: 413, headers: {}, body: new TextEncoder().encode("<h1>Too large</h1>") };

/** A cluster whose helper reads no more than so many reports in a job; "garbled": takes none, and its answers do not decode. */
function limited(refused: TransportResponse) {
  const reads: { most: number | "garbled" } = { most: "garbled" };
  const lines: string[] = [];
  const sent: number[] = [];
  const cluster = newCluster({
    ...{ noise: noNoise, terms: { jobReports: 6 } },
    log: (line, event, fields) => void lines.push(`${event} ${fields?.count ?? fields?.code}: ${line}`),
    between: (send) => async (request) => {
      if (!ofJobs("aggregation_jobs")(request)) return await send(request);
      const count = AggregationJobInitReq.decode(request.body ?? nothing).verifyInits.length;
      sent.push(count);
      if (reads.most === "garbled")
        return { status: 200, headers: { "content-type": mediaType("aggregation-job-resp") }, body: new Uint8Array(3) };
      return count > reads.most ? refused : await send(request);
    },
  });
  return { cluster, reads, lines, sent };
}

/** With all reports of a round in one job that was written down. */
async function written(refused: TransportResponse) {
  const one = limited(refused);
  const round = await newRound(one.cluster);
  const jobs = () => one.cluster.coordinatorStore.read((rows) => rows.jobs(round.id));
  await round.fill(values);
  await expect(one.cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "invalid_message" });
  expect(await jobs()).toHaveLength(1);
  one.sent.splice(0);
  return { ...one, round, jobs };
}

test.each([
  ["the helper itself", told],
  ["a proxy before it", page],
])(
  "a job that was written down and that %s does not read goes in smaller ones, and each report counts once",
  async (_, refused) => {
    const { cluster, round, lines, sent, reads, jobs } = await written(refused);
    reads.most = 1;
    await cluster.coordinator.collect(round.id);
    expect(sent[0]).toBe(6);
    expect(sent.toSorted()).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 6]);
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader.accepted, helper.accepted, leader.rejected, helper.rejected]).toEqual([6, 6, 0, 0]);
    expect(await jobs()).toEqual([]);
    expect(lines.filter((line) => line.startsWith("jobs.split"))).toHaveLength(5);
    expect(lines).toContainEqual(expect.stringMatching(`^jobs.split 6: .* 6 reports of ${round.text}`));
    expect(lines.filter((line) => line.startsWith("jobs.parked"))).toEqual([]);
  },
);

test("later jobs of the task begin with half as many reports", async () => {
  const { cluster, sent, reads } = limited(told);
  const round = await newRound(cluster);
  reads.most = 3;
  const accepted = async () => (await tallies(cluster, round.id)).leader.accepted;
  await round.fill(values);
  await expect.poll(accepted).toBe(6);
  expect(sent.splice(0)).toEqual([6, 3, 3]);
  await round.fill(values);
  await cluster.coordinator.collect(round.id);
  expect(await accepted()).toBe(12);
  expect(Math.max(...sent)).toBeLessThanOrEqual(3);
});

test("a report that is withdrawn while its job is out counts in none of the jobs it is split into", async () => {
  const { cluster, reads } = limited(told);
  const round = await newRound(cluster);
  const { bytes, secret } = await round.reporter.seal(contributionOf(round.manifest, 62));
  await round.send(bytes);
  await round.fill(values.slice(1));
  await cluster.coordinator.collect(round.id).catch(() => undefined);
  expect(await cluster.coordinator.withdraw(round.id, secret)).toEqual({ stands: false });
  reads.most = 4;
  await cluster.coordinator.collect(round.id);
  const { leader, helper } = await tallies(cluster, round.id);
  expect([leader.accepted, helper.accepted]).toEqual([5, 5]);
});

test("a single report that is too large is tried a few times, parked and told of", async () => {
  const { cluster, round, lines, reads, jobs } = await written(told);
  reads.most = 0;
  for (let i = 0; i < 6 * FAULTS_MAX && (await jobs()).some(({ parked }) => parked === null); i++)
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "body_too_large" });
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "conflict" });
  expect(await jobs()).toHaveLength(6);
  expect(lines).toContainEqual(expect.stringMatching("^jobs.parked body_too_large: "));
  reads.most = 1;
  expect(await cluster.coordinator.retry(round.id)).toBe(6);
  await cluster.coordinator.collect(round.id);
  expect((await tallies(cluster, round.id)).helper.accepted).toBe(6);
});

test("who has lost a job meanwhile splits nothing", async () => {
  const { cluster, jobs } = await written(told);
  const [row] = await jobs();
  if (row === undefined) throw new Error("there is a job");
  const reports = [1, 2].map((id) => ({ id: new Uint8Array(16).fill(id), state: undefined }));
  const job = { ...row, request: nothing, reports, tries: row.tries + 1 };
  expect(await splitJob(nodeCrypto, cluster.coordinatorStore, job)).toBe(false);
  expect(await jobs()).toEqual([row]);
});
