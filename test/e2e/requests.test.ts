// What a device, a leader or a stranger sends to running services twice, too late, altered or without a right to.
import { describe, expect, test } from "vitest";
import { shareRequest } from "../../src/aggregate/share.ts";
import { decodeProblem } from "../../src/api/problem.ts";
import { coordinatorRoutes, helperRoutes, type Route } from "../../src/api/routes.ts";
import { concat } from "../../src/base/bytes.ts";
import type { TransportRequest, TransportResponse } from "../../src/ports/transport.ts";
import { AggregateShareReq } from "../../src/protocol/dap/collection.ts";
import { Report, UploadErrors, UploadRequest } from "../../src/protocol/dap/report.ts";
import { startPair } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { ask, collect, newDevices, openRelease, someMembers, syncAll, truthOf } from "./members.ts";
import { dapRequest, openLeaderTask, refusal, valuesOf } from "./shares.ts";

describe("reports", () => {
  test("one that comes again counts once, and none counts after collection", async (context) => {
    const pair = await startPair(context);
    const devices = await newDevices(pair);
    const { task } = await ask(pair);
    await syncAll(devices.clients);
    const first = devices.uploads[0] as TransportRequest;
    const again = await Promise.all(Array.from({ length: 10 }, () => pair.transport.send(first)));
    for (const response of again) expect(errorsIn(response)).toEqual(["report_replayed"]);
    const body = concat(first.body as Uint8Array, first.body as Uint8Array);
    expect(errorsIn(await pair.transport.send({ ...first, body }))).toEqual(["report_replayed", "report_replayed"]);
    const release = openRelease(await collect(pair, task));
    expect(release.values).toEqual(truthOf(release, devices.members));
    expect(errorsIn(await pair.transport.send(first))).toEqual(["batch_collected"]);
    expect(readDurable(pair, "coordinator").batches).toEqual([{ task, count: devices.members.length }]);
  });

  test("late, early and out of the window are refused and not counted", async (context) => {
    const pair = await startPair(context);
    const members = someMembers(14);
    const inTime = await newDevices(pair, { members: members.slice(0, 9) });
    const late = await newDevices(pair, { members: members.slice(9) });
    const { task } = await ask(pair);
    expect(await syncAll(inTime.clients)).toEqual({ sent: 9 });
    const sent = inTime.uploads[0] as TransportRequest;
    const [report] = UploadRequest.decode(sent.body as Uint8Array) as readonly [Report];
    for (const [days, error] of [
      [-1000n, "task_not_started"],
      [1000n, "task_expired"],
    ] as const) {
      const metadata = { ...report.metadata, reportId: new Uint8Array(16), time: report.metadata.time + days };
      const body = Report.encode({ ...report, metadata });
      expect(errorsIn(await pair.transport.send({ ...sent, body }))).toEqual([error]);
    }
    for (const [clockAheadMs, error] of [
      [-600_000, "report_too_early"],
      [7_200_000, "task_expired"],
    ] as const) {
      await pair.stop("coordinator");
      await pair.start("coordinator", { clockAheadMs });
      expect(errorsIn(await pair.transport.send(sent))).toEqual([error]);
    }
    // Devices that come late are not even asked.
    expect(await syncAll(late.clients)).toEqual({});
    expect(late.uploads).toEqual([]);
    const release = openRelease(await collect(pair, task));
    expect(release.values).toEqual(truthOf(release, inTime.members));
  });
});

describe("the helper's share", () => {
  test("asked for a thousand times, as before and altered: one draw, the same values or a refusal", async (context) => {
    const pair = await startPair(context, { noise: "exact" });
    const devices = await newDevices(pair);
    const asked = await ask(pair);
    await syncAll(devices.clients);
    const opened = await openLeaderTask(pair, asked.task);

    // The helper alone refuses what does not fit what it holds, before anything was collected.
    for (const [body, codes] of altered(shareRequest(opened.task, { count: 14, checksum: new Uint8Array(32) })))
      expect(codes).toContain(await refusal(pair, opened.task, body));
    expect(pair.draws("helper")).toBe(0);
    expect(readDurable(pair, "helper").batches).toEqual([]);

    const release = await collect(pair, asked.task);
    const request = shareRequest(opened.task, opened.batch());
    const mutations = altered(request);
    const first = await valuesOf(pair, opened.task, request);
    for (let round = 0; round < 72; round++) {
      const same = Promise.all(Array.from({ length: 3 }, () => valuesOf(pair, opened.task, request)));
      const others = Promise.all(mutations.map(([body]) => refusal(pair, opened.task, body)));
      for (const values of await same) expect(values).toEqual(first);
      (await others).forEach((code, i) => void expect(mutations[i]?.[1]).toContain(code));
    }
    expect(72 * (3 + mutations.length)).toBeGreaterThanOrEqual(1000);
    expect([pair.draws("helper"), pair.draws("coordinator")]).toEqual([1, 1]);
    await pair.stop("helper", "SIGKILL");
    await pair.start("helper");
    // It has not heard of the coordinator's ledger yet.
    expect(await refusal(pair, opened.task, request)).toBe("unavailable");
    await pair.stop("coordinator");
    await pair.start("coordinator");
    expect(await valuesOf(pair, opened.task, request)).toEqual(first);
    expect(pair.draws("helper")).toBe(1);
    expect(await collect(pair, asked.task)).toBe(release);
    expectLedgersToHold(pair);
  });

  test("nothing that is not for everyone is answered without its token", async (context) => {
    const pair = await startPair(context);
    const { task } = await ask(pair);
    const before = [readDurable(pair, "coordinator"), readDurable(pair, "helper")];
    const requests = [
      ...guarded(pair.coordinator.url, Object.values(coordinatorRoutes), task),
      ...guarded(pair.helper.url, Object.values(helperRoutes), task),
      dapRequest(pair, task, "aggregation_jobs", new Uint8Array(0)),
      dapRequest(pair, task, "aggregate_shares", new Uint8Array(0)),
    ];
    expect(requests.length).toBeGreaterThanOrEqual(9);
    for (const request of requests) {
      const partners =
        request.url.startsWith(pair.helper.url) || /\/v1\/(heads|helper\/ledger|tasks\/[\w-]+\/end)$/.test(request.url);
      const other = partners ? pair.coordinator.token : pair.helper.token;
      const { authorization: _, ...bare } = request.headers as Record<string, string>;
      for (const wrong of [undefined, "Bearer ", `Bearer ${other}`, `Bearer ${other}x`, `Basic ${other}`]) {
        const headers = wrong === undefined ? bare : { ...bare, authorization: wrong };
        const response = await pair.transport.send({ ...request, headers });
        expect([request.url, response.status]).toEqual([request.url, 401]);
        expect(decodeProblem(response.status, response.body).code).toBe("unauthorized");
      }
    }
    expect([readDurable(pair, "coordinator"), readDurable(pair, "helper")]).toEqual(before);
  });
});

function errorsIn(response: TransportResponse): readonly string[] {
  expect(response.status).toBe(200);
  return UploadErrors.decode(response.body).map(({ error }) => String(error));
}

function guarded(url: string, routes: readonly Route[], task: string): readonly TransportRequest[] {
  return routes
    .filter(({ caller }) => caller !== "anyone")
    .map(({ method, path }) => ({ method, url: url + path.replaceAll(/\{\w+\}/g, task), headers: {} }));
}

/** Requests that differ from a good one in one thing, with the refusals that fit. */
function altered(good: Uint8Array): readonly (readonly [body: Uint8Array, codes: readonly string[]])[] {
  const request = AggregateShareReq.decode(good);
  const { job, batch, checksum } = request;
  if (job.query.mode !== "time-interval" || batch.mode !== "time-interval") throw new Error("a time interval");
  const { start, duration } = batch.interval;
  const intervals = [
    { start: start + 1n, duration: duration - 1n },
    { start, duration: duration - 1n },
    { start: start - 1n, duration: duration + 1n },
    { start: start + duration, duration },
  ].map((interval) =>
    AggregateShareReq.encode({
      ...request,
      job: { ...job, query: { mode: "time-interval", interval } },
      batch: { mode: "time-interval", interval },
    }),
  );
  const flipped = checksum.with(7, (checksum[7] as number) ^ 1);
  const malformed = ["invalid_message"];
  return [
    ...intervals.map((body) => [body, ["batch_overlap"]] as const),
    [AggregateShareReq.encode({ ...request, reportCount: request.reportCount - 1n }), ["batch_mismatch"]],
    [AggregateShareReq.encode({ ...request, checksum: flipped }), ["batch_mismatch"]],
    [AggregateShareReq.encode({ ...request, job: { ...job, aggregationParameter: Uint8Array.of(1) } }), malformed],
    [AggregateShareReq.encode({ ...request, job: { ...job, extensions: [{ type: 9, data: flipped }] } }), malformed],
    [AggregateShareReq.encode({ ...request, job: { ...job, query: { mode: "leader-selected" } } }), malformed],
    [concat(good, Uint8Array.of(0)), malformed],
    [good.subarray(1), malformed],
  ];
}
