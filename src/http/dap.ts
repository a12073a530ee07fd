// DAP's resources: bytes in, bytes out, with DAP's media types and problem types. What is created has a place of its own,
// named after its request, where it is read again and deleted.
import type { Context, Hono, MiddlewareHandler } from "hono";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import { TaskId } from "../protocol/dap/basics.ts";
import { type HpkeConfig, HpkeConfigList } from "../protocol/dap/hpke-config.ts";
import { DapError, type HttpMessage, isMediaType, mediaType, problemOf } from "../protocol/dap/http.ts";
import { openToPages, problem } from "./app.ts";

type Answer = Uint8Array | Deferred;

/** Not made yet: asked again, at the resource's own place, after so many seconds. */
export interface Deferred {
  readonly retryAfter: number;
  /** Its name, where it does not follow from the request alone. */
  readonly id?: Uint8Array;
}

interface Messages {
  readonly takes: HttpMessage;
  readonly gives: HttpMessage;
}

/** The resources below /tasks/{task}. */
const messages = {
  reports: { takes: "upload-req", gives: "upload-errors" },
  aggregation_jobs: { takes: "aggregation-job-init-req", gives: "aggregation-job-resp" },
  aggregate_shares: { takes: "aggregate-share-req", gives: "aggregate-share" },
  collection_jobs: { takes: "collection-job-req", gives: "collection-job-resp" },
} as const satisfies Record<string, Messages>;

type Guards = readonly [MiddlewareHandler, MiddlewareHandler];

/** Uploads: whoever has a report may send it. @param handle gives the encoded UploadErrors */
export function uploadResource(
  app: Hono,
  guards: Guards,
  handle: (task: Uint8Array, body: Uint8Array) => Promise<Uint8Array>,
): void {
  const path = "/tasks/:task/reports";
  openToPages(app, "POST", path);
  app.post(path, ...guards, (c) =>
    asDap(c, async (task) => {
      const body = await bodyOf(c, messages.reports.takes);
      return answered(200, messages.reports.gives, await handle(task, body));
    }),
  );
}

/** What a created resource does; `id` is the SHA-256 of the request that it was created with. */
export interface CreatedResource {
  create(task: Uint8Array, body: Uint8Array, id: Uint8Array, c: Context): Promise<Answer>;
  /** The same answer again. @throws PacelineError not_found */
  read(task: Uint8Array, id: Uint8Array, c: Context): Promise<Answer>;
  /** Forgets what may be forgotten; again changes nothing. */
  remove(task: Uint8Array, id: Uint8Array, c: Context): Promise<void>;
  /** Takes the message that continues a job, where a job may have another step. */
  next?(task: Uint8Array, id: Uint8Array, body: Uint8Array): Promise<Answer>;
  /** Whether callers may choose the name themselves, with PUT: of 16 bytes. */
  readonly named?: boolean;
}

export function createdResource(
  app: Hono,
  name: Exclude<keyof typeof messages, "reports">,
  { crypto, guards }: { readonly crypto: Pick<Crypto, "sha256">; readonly guards: Guards },
  { create, read, remove, next, named }: CreatedResource,
): void {
  const { takes, gives }: Messages = messages[name];
  const step = name === "aggregation_jobs" ? "?step=0" : "";
  // Relative to the address that was asked, whatever lies before this service.
  const place = (id: Uint8Array) => `${name}/${toBase64Url(id)}${step}`;
  app.post(`/tasks/:task/${name}`, ...guards, (c) =>
    asDap(c, async (task) => {
      const body = await bodyOf(c, takes);
      const id = await crypto.sha256(body);
      const answer = await create(task, body, id, c);
      return answered(201, gives, answer, { location: place(("id" in answer && answer.id) || id) });
    }),
  );
  if (named === true)
    app.put(`/tasks/:task/${name}/:id`, ...guards, (c) =>
      asDap(c, async (task) => answered(201, gives, await create(task, await bodyOf(c, takes), idOf(c), c))),
    );
  if (next !== undefined)
    app.post(`/tasks/:task/${name}/:id`, ...guards, (c) =>
      asDap(c, async (task) =>
        answered(200, gives, await next(task, idOf(c), await bodyOf(c, "aggregation-job-continue-req"))),
      ),
    );
  app.get(`/tasks/:task/${name}/:id`, ...guards, (c) =>
    asDap(c, async (task) => {
      const asked = c.req.query("step");
      if (step !== "" && asked !== undefined && asked !== "0")
        throw new DapError("stepMismatch", "the VDAFs here take one step, number 0");
      return answered(200, gives, await read(task, idOf(c), c), { location: place(idOf(c)).slice(name.length + 1) });
    }),
  );
  app.delete(`/tasks/:task/${name}/:id`, ...guards, (c) =>
    asDap(c, async (task) => {
      await remove(task, idOf(c), c);
      return new Response(null, { status: 204 });
    }),
  );
}

/** 32 bytes of a hash, or 16 that a caller chose. */
const ID = /^([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{22})$/;

function idOf(c: Context): Uint8Array {
  const text = c.req.param("id") ?? "";
  if (!ID.test(text)) fail("not_found", "there is no such resource");
  return fromBase64Url(text);
}

async function bodyOf(c: Context, takes: HttpMessage): Promise<Uint8Array> {
  if (!isMediaType(c.req.header("content-type"), takes))
    fail("invalid_message", `this resource takes ${mediaType(takes)}`);
  return new Uint8Array(await c.req.arrayBuffer());
}

function answered(status: number, gives: HttpMessage, answer: Answer, headers: Record<string, string> = {}): Response {
  if ("retryAfter" in answer)
    return new Response(null, { status, headers: { ...headers, "retry-after": String(answer.retryAfter) } });
  if (answer.length === 0) return new Response(null, { status, headers: { ...headers, "content-length": "0" } });
  const body = answer as Uint8Array<ArrayBuffer>;
  return new Response(body, { status, headers: { ...headers, "content-type": mediaType(gives) } });
}

/** Errors that DAP has a type for are answered with it, and with the task. */
async function asDap(c: Context, work: (task: Uint8Array) => Promise<Response>): Promise<Response> {
  const taskid = c.req.param("task") ?? "";
  try {
    return await work(TaskId.fromText(taskid));
  } catch (error) {
    const answer = dapProblem(error, taskid);
    if (answer === undefined) throw error;
    return answer;
  }
}

/** Undefined for what DAP has no type for. */
export function dapProblem(error: unknown, taskid: string): Response | undefined {
  const dap = isPacelineError(error) ? problemOf(error) : undefined;
  return isPacelineError(error) && dap !== undefined ? problem(error, { ...dap, taskid }) : undefined;
}

/** The service's receiving keys, the preferred one first. Clients ask again when this answer is as old as it may be. */
export function hpkeResource(app: Hono, list: () => readonly HpkeConfig[]): void {
  openToPages(app, "GET", "/hpke_config");
  app.get("/hpke_config", () => {
    const body = HpkeConfigList.encode(list()) as Uint8Array<ArrayBuffer>;
    return new Response(body, {
      headers: { "content-type": mediaType("hpke-config-list"), "cache-control": `max-age=${HPKE_SECONDS}` },
    });
  });
}

/** How long a client may keep a list of receiving keys: a key that is replaced is accepted for longer than that. */
export const HPKE_SECONDS = 3600;
