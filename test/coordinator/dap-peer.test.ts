// Coordinator and helper as DAP peers: places of what is created, answers that come later, problems by DAP's names.
import { expect, test } from "vitest";
import { openShare } from "../../src/aggregate/share.ts";
import { fromUtf8, toBase64Url } from "../../src/base/bytes.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { parseJson } from "../../src/base/json.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../src/ports/transport.ts";
import { AggregationJobResp } from "../../src/protocol/dap/aggregation.ts";
import { AggregateShareReq } from "../../src/protocol/dap/collection.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { askHelper, bearer, behind, nothing, ofJobs, values } from "../support/between.ts";
import { urls } from "../support/cluster.ts";
import { tallies } from "../support/rounds.ts";

/** A helper that takes its time: it says where, and answers there at the third asking. */
function deferring(resource: string, seen: TransportRequest[], headers: Record<string, string> = {}) {
  const kept = new Map<string, { readonly response: TransportResponse; asked: number }>();
  return (send: Transport["send"]): Transport["send"] =>
    async (request) => {
      if (ofJobs(resource)(request)) {
        const response = await send(request);
        const place = new URL(response.headers.location ?? "", request.url).href;
        if (!kept.has(place)) kept.set(place, { response, asked: 0 });
        return {
          status: 201,
          headers: { location: response.headers.location ?? "", "retry-after": "0", ...headers },
          body: nothing,
        };
      }
      const later = kept.get(request.url);
      if (later === undefined) return await send(request);
      seen.push(request);
      later.asked += 1;
      if (later.asked < 3) return { status: 202, headers: { "retry-after": "0" }, body: nothing };
      return await send(request);
    };
}

test.each(["aggregation_jobs", "aggregate_shares"])(
  "a helper that defers its %s is asked until it answers",
  async (resource) => {
    const seen: TransportRequest[] = [];
    const { cluster, round } = await behind(deferring(resource, seen));
    await cluster.coordinator.collect(round.id);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const { method, headers } of seen)
      expect([method, headers?.authorization]).toEqual(["GET", bearer.authorization]);
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader.accepted, helper.accepted]).toEqual([values.length, values.length]);
  },
);

test("a leader that stopped while the helper had deferred goes on where it was", async () => {
  let down = true;
  const seen: TransportRequest[] = [];
  const { cluster, round } = await behind((send) => {
    const slow = deferring("aggregation_jobs", seen)(send);
    return async (request) => {
      if (down && request.method === "GET" && request.url.includes("aggregation_jobs"))
        throw Object.assign(new Error("stopped"), { code: "unavailable" });
      return await slow(request);
    };
  });
  await expect(cluster.coordinator.collect(round.id)).rejects.toThrow("stopped");
  down = false;
  await cluster.coordinator.collect(round.id);
  const { leader, helper } = await tallies(cluster, round.id);
  expect([leader.accepted, helper.accepted]).toEqual([values.length, values.length]);
});

test.each([
  ["to another's address", { location: "https://elsewhere.test/x" }],
  ["to no address", { location: "http://[" }],
])("a helper that defers %s is not followed there", async (_, headers) => {
  const seen: string[] = [];
  const { cluster, round } = await behind((send) => async (request) => {
    seen.push(request.url);
    const response = await send(request);
    return ofJobs("aggregation_jobs")(request) ? { ...response, headers, body: nothing } : response;
  });
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "verification_failed" });
  expect(seen.every((url) => url.startsWith(urls.helper))).toBe(true);
});

test("a helper that defers and does not say where, or answers with something else, is told apart", async () => {
  for (const headers of [{}, { "content-type": "text/html" }] as Record<string, string>[]) {
    const body = "content-type" in headers ? Uint8Array.of(60) : nothing;
    const { cluster, round } = await behind((send) => async (request) => {
      const response = await send(request);
      return ofJobs("aggregation_jobs")(request) ? { status: 201, headers, body } : response;
    });
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "verification_failed" });
  }
});

/** A collected round, with what crossed between the services. */
async function collected() {
  const { cluster, round } = await behind();
  await cluster.coordinator.collect(round.id);
  const sent = (resource: string) => cluster.traffic.find(({ url }) => url.endsWith(`/${resource}`));
  return { cluster, round, sent };
}

test("created resources say where they are; they are read there, and deleted", async () => {
  const { cluster, round } = await behind();
  const jobs = `/tasks/${round.text}/aggregation_jobs`;
  let request: Uint8Array = nothing;
  const { cluster: other, round: theirs } = await behind((send) => async (sent) => {
    if (ofJobs("aggregation_jobs")(sent)) {
      request = sent.body ?? nothing;
      throw new Error("held back");
    }
    return await send(sent);
  });
  await expect(other.coordinator.collect(theirs.id)).rejects.toThrow("held back");
  const path = `/tasks/${theirs.text}/aggregation_jobs`;
  const type = { "content-type": mediaType("aggregation-job-init-req") };
  const made = await askHelper(other, { method: "POST", path, headers: type, body: request });
  const id = toBase64Url(await nodeCrypto.sha256(request));
  expect([made.status, made.headers.location]).toEqual([201, `aggregation_jobs/${id}?step=0`]);
  for (const query of ["", "?step=0"]) {
    const read = await askHelper(other, { method: "GET", path: `${path}/${id}${query}` });
    expect([read.status, read.headers["content-type"]]).toEqual([200, mediaType("aggregation-job-resp")]);
    expect(read.body).toEqual(made.body);
  }
  expect(problemOf(await askHelper(other, { method: "GET", path: `${path}/${id}?step=1` }))).toMatchObject({
    type: "urn:ietf:params:ppm:dap:error:stepMismatch",
    taskid: theirs.text,
  });
  const stranger = await cluster.transport.send({ method: "GET", url: `${urls.helper}${path}/${id}`, headers: {} });
  expect(stranger.status).toBe(401);
  for (let i = 0; i < 2; i++)
    expect((await askHelper(other, { method: "DELETE", path: `${path}/${id}` })).status).toBe(204);
  expect(problemOf(await askHelper(other, { method: "GET", path: `${path}/${id}` }))).toMatchObject({
    type: "urn:ietf:params:ppm:dap:error:unrecognizedAggregationJob",
    status: 404,
  });
  for (const wrong of ["x", id.slice(1), `${id.slice(0, -1)}!`, toBase64Url(new Uint8Array(32))])
    expect((await askHelper(cluster, { method: "GET", path: `${jobs}/${wrong}` })).status).toBe(404);
  // The reports stay counted: the job again finds them replayed.
  const again = AggregationJobResp.decode(
    (await askHelper(other, { method: "POST", path, headers: type, body: request })).body,
  );
  expect(again.every((answer) => answer.type === "reject" && answer.error === "report_replayed")).toBe(true);
});

test("an aggregate share is read again where it was made, the same inside, and deleting it draws no noise anew", async () => {
  const { cluster, round, sent } = await collected();
  const task = await round.task("leader");
  const body = sent("aggregate_shares")?.request ?? nothing;
  const open = (answer: Uint8Array) => openShare(nodeCrypto, task, cluster.keyrings.coordinator.hpke, answer);
  const first = await open(sent("aggregate_shares")?.response ?? nothing);
  const path = `/tasks/${round.text}/aggregate_shares`;
  const place = `${path}/${toBase64Url(await nodeCrypto.sha256(body))}`;
  for (let i = 0; i < 2; i++) {
    const read = await askHelper(cluster, { method: "GET", path: place });
    expect([read.status, read.headers["content-type"]]).toEqual([200, mediaType("aggregate-share")]);
    expect(await open(read.body)).toEqual(first);
    expect((await askHelper(cluster, { method: "DELETE", path: place })).status).toBe(204);
  }
  for (const method of ["GET", "DELETE"] as const)
    expect((await askHelper(cluster, { method, path: `${path}/${toBase64Url(new Uint8Array(32))}` })).status).toBe(404);
});

test("a leader that gave up while the helper went on is given the share that was being made", async () => {
  const answers: Promise<TransportResponse>[] = [];
  const { cluster, round } = await behind((send) => async (request) => {
    if (!ofJobs("aggregate_shares")(request)) return await send(request);
    answers.push(send(request));
    if (answers.length === 1) throw new PacelineError("unavailable", "helper.test took more than 30000 ms");
    return (await answers.at(-1)) as TransportResponse;
  });
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "unavailable" });
  await cluster.coordinator.collect(round.id);
  const task = await round.task("leader");
  const shares = await Promise.all(
    answers.map(async (answer) => openShare(nodeCrypto, task, cluster.keyrings.coordinator.hpke, (await answer).body)),
  );
  expect(shares).toHaveLength(2);
  expect(shares[1]).toEqual(shares[0]);
});

function problemOf({ status, headers, body }: TransportResponse): Record<string, unknown> {
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(status).toBeGreaterThanOrEqual(400);
  return parseJson(fromUtf8(body), "the problem") as Record<string, unknown>;
}

test("what is refused is named as DAP names it, with the task", async () => {
  const { cluster, round, sent } = await collected();
  const share = AggregateShareReq.decode(sent("aggregate_shares")?.request ?? nothing);
  const task = await round.task("leader");
  const { start = 0n, duration = 1n } = task.dap.configuration.interval ?? {};
  const mode = "time-interval" as const;
  const shorter = { mode, interval: { start, duration: duration - 1n } };
  const unknown = toBase64Url(new Uint8Array(32));
  const shares = { resource: "aggregate_shares", message: "aggregate-share-req" } as const;
  const jobs = { resource: "aggregation_jobs", message: "aggregation-job-init-req" } as const;
  const cases = [
    ["batchMismatch", { ...shares, body: AggregateShareReq.encode({ ...share, reportCount: 1n }) }],
    ["batchOverlap", { ...shares, body: AggregateShareReq.encode({ ...share, batch: shorter }) }],
    ["invalidMessage", { ...shares, body: Uint8Array.of(1) }],
    ["invalidMessage", { ...jobs, body: nothing }],
    ["invalidMessage", { ...shares, message: jobs.message, body: nothing }],
    ["unrecognizedTask", { ...jobs, body: nothing, task: unknown }],
  ] as const;
  for (const [name, { resource, message, body, ...rest }] of cases) {
    const id = "task" in rest ? rest.task : round.text;
    const path = `/tasks/${id}/${resource}`;
    const answer = await askHelper(cluster, {
      method: "POST",
      path,
      headers: { "content-type": mediaType(message) },
      body,
    });
    expect(problemOf(answer)).toMatchObject({ type: `urn:ietf:params:ppm:dap:error:${name}`, taskid: id });
  }
  const upload = await cluster.transport.send({
    method: "POST",
    url: `${urls.coordinator}/tasks/${unknown}/reports`,
    headers: { "content-type": mediaType("upload-req") },
    body: await round.report(50),
  });
  expect(problemOf(upload)).toMatchObject({ type: "urn:ietf:params:ppm:dap:error:unrecognizedTask", taskid: unknown });
});

test("a problem that another implementation's helper names is read as what it is", async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  for (const [name, code] of [
    ["batchMismatch", "batch_mismatch"],
    ["invalidBatchSize", "invalid_batch_size"],
    ["unrecognizedTask", "unknown_task"],
  ]) {
    const body = encode(JSON.stringify({ type: `urn:ietf:params:ppm:dap:error:${name}`, taskid: "x" }));
    const { cluster, round } = await behind((send) => async (request) => {
      if (!ofJobs("aggregate_shares")(request)) return await send(request);
      return { status: 400, headers: { "content-type": "application/problem+json" }, body };
    });
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code });
  }
});
