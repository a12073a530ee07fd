// What a plain aggregator refuses, of whom, and under which of DAP's names.
import { expect, test } from "vitest";
import { concat, toBase64Url } from "../../src/base/bytes.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import {
  AggregationJobContinueReq,
  AggregationJobInitReq,
  AggregationJobResp,
} from "../../src/protocol/dap/aggregation.ts";
import { AggregateShareReq, type CollectionJobReq } from "../../src/protocol/dap/collection.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { reportIdOf } from "../support/dap-parties.ts";
import { aggregatorToken, collectorToken, pairUrls, workOf } from "../support/plain-pair.ts";

import { hour, interval, nothing, problemOf, standing, wide } from "../support/plain-standing.ts";

/** The job that the leader of `standing` sends for these reports. */
async function jobOf({ pair }: Awaited<ReturnType<typeof standing>>): Promise<Uint8Array> {
  await pair.leader.work().catch(() => undefined);
  return pair.traffic.findLast(({ url }) => url.endsWith("/aggregation_jobs"))?.body ?? nothing;
}

test("only a task's leader has jobs verified and shares given, only its collector collects", async () => {
  const { pair, job, ask, name } = await standing();
  const share = (token?: string) =>
    ask(`${pairUrls.helper}/tasks/${name}/aggregate_shares`, "aggregate-share-req", nothing, token);
  const collection = (token?: string) =>
    ask(`${pairUrls.leader}/tasks/${name}/collection_jobs`, "collection-job-req", nothing, token);
  for (const wrong of [undefined, "", collectorToken, `${aggregatorToken}x`]) {
    expect((await job(nothing, wrong === undefined ? "" : wrong)).status).toBe(401);
    expect((await share(wrong)).status).toBe(401);
  }
  for (const wrong of [undefined, aggregatorToken]) expect((await collection(wrong)).status).toBe(401);
  // Each role has its own resources.
  expect(
    problemOf(
      await ask(
        `${pairUrls.leader}/tasks/${name}/aggregation_jobs`,
        "aggregation-job-init-req",
        nothing,
        aggregatorToken,
      ),
    ),
  ).toBe("unrecognizedTask");
  expect(
    problemOf(
      await ask(`${pairUrls.helper}/tasks/${name}/collection_jobs`, "collection-job-req", nothing, collectorToken),
    ),
  ).toBe("unrecognizedTask");
  expect(problemOf(await ask(`${pairUrls.helper}/tasks/${name}/reports`, "upload-req", nothing, undefined))).toBe(
    "unrecognizedTask",
  );
  const other = toBase64Url(nodeEntropy.bytes(32));
  expect(
    problemOf(
      await ask(
        `${pairUrls.helper}/tasks/${other}/aggregation_jobs`,
        "aggregation-job-init-req",
        nothing,
        aggregatorToken,
      ),
    ),
  ).toBe("unrecognizedTask");
  for (const path of ["/v1/tasks", "/v1/ledger", "/openapi.json"])
    expect((await pair.transport.send({ method: "GET", url: `${pairUrls.leader}${path}` })).status).toBe(404);
});

test("each report of one body has its own error, and the good ones count", async () => {
  const { pair, client, collector } = await standing({}, { interval: { start: hour - 100n, duration: 200n } });
  const good = await Promise.all([1, 1, 1].map((bit) => client.report(bit, hour)));
  const early = await client.report(1, hour + 1n);
  const before = await client.report(1, hour - 101n);
  const extended = await client.report(1, hour, [{ type: 7, data: nothing }]);
  const twice = await client.report(1, hour, [
    { type: 7, data: nothing },
    { type: 7, data: nothing },
  ]);
  const decoded = Report.decode(await client.report(1, hour));
  const unknown = Report.encode({ ...decoded, leaderShare: { ...decoded.leaderShare, configId: 77 } });
  const errors = await client.upload(...good, early, before, extended, twice, unknown, good[0] as Uint8Array);
  expect([...errors]).toEqual([
    [reportIdOf(early), "report_too_early"],
    [reportIdOf(before), "task_not_started"],
    [reportIdOf(extended), "invalid_message"],
    [reportIdOf(twice), "invalid_message"],
    [reportIdOf(unknown), "outdated_config"],
    [reportIdOf(good[0] as Uint8Array), "report_replayed"],
  ]);
  expect((await collector.collect(wide, workOf(pair))).result).toBe(3n);
  const late = await client.report(1, hour);
  expect(await client.upload(late)).toEqual(new Map([[reportIdOf(late), "batch_collected"]]));
  pair.clock.seconds = Number(hour + 102n) * 3600;
  const over = await client.report(1, hour + 50n);
  expect(await client.upload(over)).toEqual(new Map([[reportIdOf(over), "task_expired"]]));
});

test("a batch is collected once, whole, and when it is large enough", async () => {
  const { pair, client, collector } = await standing();
  const start = (from: bigint, duration: bigint) =>
    collector.start({ mode: "time-interval", interval: { start: from, duration } });
  await client.upload(...(await Promise.all([1, 1].map((bit) => client.report(bit, hour)))));
  const place = await start(interval.start, interval.duration);
  expect(await start(interval.start, interval.duration)).toBe(place);
  await workOf(pair)();
  expect(await collector.poll(place)).toBeUndefined();
  await client.upload(await client.report(0, hour - 1n));
  await workOf(pair)();
  expect((await collector.poll(place))?.count).toBe(3n);
  // The same question has the same answer; an overlapping one has none.
  expect(await start(interval.start, interval.duration)).toBe(place);
  expect((await collector.poll(place))?.count).toBe(3n);
  for (const [from, duration] of [
    [hour, 1n],
    [hour - 20n, 11n],
    [hour - 20n, 100n],
  ] as const)
    await expect(start(from, duration)).rejects.toMatchObject({ code: "batch_overlap" });
  for (const [from, duration] of [[hour, 0n]] as const)
    await expect(start(from, duration)).rejects.toMatchObject({ code: "invalid_query" });
  await expect(collector.start({ mode: "leader-selected" })).rejects.toMatchObject({ code: "invalid_message" });
  await collector.remove(place);
  await expect(collector.poll(place)).rejects.toMatchObject({ code: "not_found" });
  await expect(start(interval.start, interval.duration)).rejects.toMatchObject({ code: "batch_overlap" });
});

test("what a job says that no job of the task may say is refused by name", async () => {
  const here = await standing();
  await here.client.upload(...(await Promise.all([1, 1, 1].map((bit) => here.client.report(bit, hour)))));
  const request = AggregationJobInitReq.decode(await jobOf(here));
  const [one] = request.verifyInits;
  if (one === undefined) throw new Error("a job has reports");
  const cases: [string, Partial<AggregationJobInitReq>][] = [
    ["invalidAggregationParameter", { aggregationParameter: Uint8Array.of(1) }],
    ["unsupportedExtension", { extensions: [{ type: 9, data: nothing }] }],
    ["invalidExtension", { extensions: [{ type: 1, data: nodeEntropy.bytes(32) }] }],
    ["invalidMessage", { verificationKeyId: 1 }],
    ["invalidMessage", { verifyInits: [one, one] }],
    ["invalidMessage", { verifyInits: [] }],
  ];
  for (const [name, change] of cases)
    expect(problemOf(await here.job(AggregationJobInitReq.encode({ ...request, ...change })))).toBe(name);
  expect(problemOf(await here.job(Uint8Array.of(1, 2, 3)))).toBe("invalidMessage");
  const body = AggregationJobInitReq.encode(request);
  const answer = await here.job(body);
  expect([answer.status, AggregationJobResp.decode(answer.body).map(({ type }) => type)]).toEqual([
    201,
    ["continue", "continue", "continue"],
  ]);
  expect((await here.job(body)).body).toEqual(answer.body);
  const reversed = AggregationJobInitReq.encode({ ...request, verifyInits: [...request.verifyInits].reverse() });
  expect(
    AggregationJobResp.decode((await here.job(reversed)).body).map((said) => said.type === "reject" && said.error),
  ).toEqual(new Array(3).fill("report_replayed"));
  const place = new URL(answer.headers.location ?? "", `${pairUrls.helper}/tasks/${here.name}/aggregation_jobs`).href;
  const next = AggregationJobContinueReq.encode({
    step: 1,
    verifyContinues: [{ reportId: one.metadata.reportId, payload: Uint8Array.of(1) }],
  });
  expect(problemOf(await here.ask(place, "aggregation-job-continue-req", next, aggregatorToken))).toBe("stepMismatch");
  expect(problemOf(await here.ask(place, "aggregation-job-continue-req", Uint8Array.of(0), aggregatorToken))).toBe(
    "invalidMessage",
  );
  expect(
    (
      await here.pair.transport.send({
        method: "DELETE",
        url: place,
        headers: { authorization: `Bearer ${aggregatorToken}` },
      })
    ).status,
  ).toBe(204);
  expect(problemOf(await here.ask(place, "aggregation-job-continue-req", next, aggregatorToken))).toBe(
    "unrecognizedAggregationJob",
  );
  // A framing is the task's and not the caller's to choose.
  const named = `${pairUrls.helper}/tasks/${here.name}/aggregation_jobs/${toBase64Url(nodeEntropy.bytes(16))}`;
  expect(problemOf(await here.ask(named, "aggregation-job-init-req", body, aggregatorToken, "PUT"))).toBe(
    "invalidMessage",
  );
});

test("a share is given for what both hold, of a whole query, once", async () => {
  const { pair, client, collector, ask, name } = await standing();
  await client.upload(...(await Promise.all([1, 1, 1, 1].map((bit) => client.report(bit, hour)))));
  await pair.leader.work();
  const url = `${pairUrls.helper}/tasks/${name}/aggregate_shares`;
  const job: CollectionJobReq = { query: wide, aggregationParameter: nothing, extensions: [] };
  const right = { job, batch: wide, reportCount: 4n, checksum: new Uint8Array(32) };
  const other = { mode: "time-interval", interval: { start: hour, duration: 1n } } as const;
  const cases: [string, Partial<AggregateShareReq>][] = [
    ["batchMismatch", {}],
    ["batchMismatch", { reportCount: 3n }],
    ["invalidMessage", { batch: other }],
    ["invalidMessage", { batch: { mode: "leader-selected", batchId: nodeEntropy.bytes(32) } }],
    ["invalidAggregationParameter", { job: { ...job, aggregationParameter: Uint8Array.of(0) } }],
    ["unsupportedExtension", { job: { ...job, extensions: [{ type: 3, data: nothing }] } }],
  ];
  const share = (change: Partial<AggregateShareReq>) =>
    ask(url, "aggregate-share-req", AggregateShareReq.encode({ ...right, ...change }), aggregatorToken);
  for (const [problem, change] of cases) expect(problemOf(await share(change))).toBe(problem);
  await collector.collect(wide, workOf(pair));
  const sent = pair.traffic.findLast((request) => request.url === url)?.body ?? nothing;
  const again = await ask(url, "aggregate-share-req", sent, aggregatorToken);
  expect(again.status).toBe(201);
  expect((await ask(url, "aggregate-share-req", sent, aggregatorToken)).body).toEqual(again.body);
  expect(problemOf(await share({ job: { ...job, query: other }, batch: other }))).toBe("batchOverlap");
  const small = { mode: "time-interval", interval: { start: hour - 50n, duration: 1n } } as const;
  expect(problemOf(await share({ job: { ...job, query: small }, batch: small, reportCount: 0n }))).toBe(
    "invalidBatchSize",
  );
});

test("an aggregator whose sums went another way is told apart, and the collection ends", async () => {
  let drop = true;
  const { pair, client, collector } = await standing({
    between: (send) => async (request) => {
      const response = await send(request);
      if (!drop || !request.url.endsWith("/aggregation_jobs")) return response;
      drop = false;
      const [first, ...rest] = AggregationJobResp.decode(response.body);
      if (first === undefined) throw new Error("an answer");
      return {
        ...response,
        body: AggregationJobResp.encode([{ ...first, type: "reject", error: "vdaf_verify_error" }, ...rest]),
      };
    },
  });
  await client.upload(...(await Promise.all([1, 1, 1, 1].map((bit) => client.report(bit, hour)))));
  await expect(collector.collect(wide, workOf(pair))).rejects.toMatchObject({ code: "batch_mismatch" });
});

test("garbage at every resource is refused as a message, and never as a bug", async () => {
  const { pair, ask, name } = await standing();
  const at = [
    [`${pairUrls.leader}/tasks/${name}/reports`, "upload-req", undefined],
    [`${pairUrls.leader}/tasks/${name}/collection_jobs`, "collection-job-req", collectorToken],
    [`${pairUrls.helper}/tasks/${name}/aggregation_jobs`, "aggregation-job-init-req", aggregatorToken],
    [`${pairUrls.helper}/tasks/${name}/aggregate_shares`, "aggregate-share-req", aggregatorToken],
  ] as const;
  for (const [url, message, token] of at)
    for (let i = 0; i < 60; i++) {
      const { status } = await ask(url, message, nodeEntropy.bytes(1 + ((i * 13) % 200)), token);
      expect([400, 501]).toContain(status);
    }
  for (const [url, , token] of at)
    expect((await ask(url, "hpke-config-list", concat(nothing), token)).status).toBe(400);
  expect(await pair.leader.parts.store.read((rows) => rows.list("r/", 10))).toEqual([]);
});
