// A plain aggregator over HTTP: DAP's resources and nothing else.
import type { Context, Hono, MiddlewareHandler } from "hono";
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { type ErrorLog, httpLimits, limitBody, newApp, problem } from "../http/app.ts";
import { type CallerProof, isCaller } from "../http/caller.ts";
import { createdResource, type Deferred, hpkeResource, uploadResource } from "../http/dap.ts";
import type { Probes } from "../http/health.ts";
import type { Meter } from "../ports/meter.ts";
import { AggregationJobContinueReq } from "../protocol/dap/aggregation.ts";
import { hpkeConfigOf } from "../protocol/dap/hpke-config.ts";
import { DapError, problemOf } from "../protocol/dap/http.ts";
import type { PlainService } from "./service.ts";
import type { OpenTask } from "./task.ts";

type Needs = (task: OpenTask) => CallerProof | undefined;

/** Answers take this long, as far as anybody can say. */
const LATER: Deferred = { retryAfter: 1 };

export function plainApp(service: PlainService, log: ErrorLog, probes: Probes = {}, meter?: Meter): Hono {
  const { parts } = service;
  const app = newApp(log, probes, meter);
  const { crypto } = parts;
  hpkeResource(app, () => parts.hpke.map(({ id, pair }) => hpkeConfigOf(id, pair.public)));

  /** Nothing is read of whom a task does not know. */
  const guards = (bytesMax: number, role: OpenTask["role"], needs?: Needs): [MiddlewareHandler, MiddlewareHandler] => [
    async (c, next) => {
      const task = service.find(c.req.param("task") ?? "");
      const found = task?.role === role ? task : undefined;
      const own = service.tasks().filter((one) => one.role === role);
      if (needs === undefined || own.length === 0) return found === undefined ? unrecognized(c) : await next();
      // All of them are asked, whichever task it is: who is none's party is not told which there are, by words or by time.
      const proofs = await Promise.all(own.map((one) => isCaller(crypto, c, needs(one))));
      if (!proofs.includes(true))
        fail(
          "unauthorized",
          "this resource is for the task's other party, which the request does not prove to be from",
        );
      return found === undefined || proofs[own.indexOf(found)] !== true ? unrecognized(c) : await next();
    },
    limitBody(bytesMax),
  ];
  const bodies = httpLimits.bodyBytesMax;

  uploadResource(app, guards(bodies, "leader"), (task, body) => service.upload(task, body));
  createdResource(
    app,
    "aggregation_jobs",
    { crypto, guards: guards(httpLimits.jobBytesMax, "helper", ({ aggregators }) => aggregators) },
    {
      named: true,
      create: async (task, body, id, c) => (await service.takeJob(inFraming(service, task, c), id, body)) ?? LATER,
      read: async (task, id) => (await service.readJob(task, id)) ?? LATER,
      remove: (task, id) => service.removeJob(task, id),
      async next(task, id, body) {
        AggregationJobContinueReq.decode(body);
        await service.readJob(task, id);
        throw new DapError("stepMismatch", "Prio3 takes one step, number 0");
      },
    },
  );
  createdResource(
    app,
    "aggregate_shares",
    { crypto, guards: guards(bodies, "helper", ({ aggregators }) => aggregators) },
    {
      named: true,
      create: (task, body, id, c) => service.giveShare(inFraming(service, task, c), id, body),
      read: (task, id) => service.readShare(task, id),
      remove: (task, id) => service.removeShare(task, id),
    },
  );
  createdResource(
    app,
    "collection_jobs",
    { crypto, guards: guards(bodies, "leader", ({ collects }) => collects) },
    {
      named: true,
      create: async (task, body, id, c) => {
        const open = inFraming(service, task, c);
        return { ...LATER, id: await service.takeCollection(open, body, c.req.method === "PUT" ? id : undefined) };
      },
      read: async (task, id) => (await service.readCollection(task, id)) ?? LATER,
      remove: (task, id) => service.removeCollection(task, id),
    },
  );
  return app;
}

/** Each framing creates its resources in one way. */
function inFraming(service: PlainService, id: Uint8Array, c: Context): OpenTask {
  const task = service.find(toBase64Url(id)) ?? fail("unknown_task", "there is no such task here");
  if (task.wire.method !== c.req.method)
    fail("invalid_message", `in ${task.wire.name} this is created with ${task.wire.method}`);
  return task;
}

function unrecognized(c: Context): Response {
  const error = new DapError("unrecognizedTask", "there is no such task here");
  return problem(error, { ...(problemOf(error) ?? { type: "" }), taskid: c.req.param("task") });
}
