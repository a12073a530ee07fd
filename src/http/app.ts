// What both services share on HTTP: body and time limits, problem documents, bearer callers, other origins. Web-standard
// Request and Response are the seam: tests call app.request() without a socket.
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { encodeProblem, problemType } from "../api/problem.ts";
import { parseRequest, type Route } from "../api/routes.ts";
import { fromUtf8 } from "../base/bytes.ts";
import { classOf } from "../base/error-registry.ts";
import { type ErrorCode, fail, isPacelineError, PacelineError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type Meter, noMeter } from "../ports/meter.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import { type CallerProof, isCaller } from "./caller.ts";
import { healthResource, type Probes } from "./health.ts";

export interface HttpLimits {
  /** Every JSON body, and what anyone may send: an upload is tens of kilobytes, the largest manifest 700. */
  readonly bodyBytesMax: number;
  /** Reports: of a training, up to 4 MiB of masked words and what is around them. */
  readonly uploadBytesMax: number;
  /** An aggregation job, of up to 1000 reports: read from the authenticated leader only. */
  readonly jobBytesMax: number;
  /** Bytes of all bodies that are read or worked on; of these, one client may hold as much as is free. */
  readonly bodiesBytesMax: number;
  /** Requests whose answers are being made, shared in the same way. */
  readonly requestsMax: number;
  /** Headers and body must have arrived within this. */
  readonly requestMsMax: number;
  /** A body that takes longer than `slowMsMax` must have come at this rate. */
  readonly bytesPerSecondMin: number;
  /** Headers, too, must have arrived within this. */
  readonly slowMsMax: number;
  /** Connections at a time, shared in the same way; a reverse proxy needs few, and keeps slow peers to itself. */
  readonly connectionsMax: number;
  /** Of one request. */
  readonly headerBytesMax: number;
  /** Requests on one connection that wait for their answers. */
  readonly pipelinedMax: number;
  /** How long the reading of an answer may take, and a connection be unused. */
  readonly writeMsMax: number;
}

export const httpLimits: HttpLimits = {
  bodyBytesMax: 1024 * 1024,
  uploadBytesMax: 4 * 1024 * 1024 + 64 * 1024,
  jobBytesMax: 16 * 1024 * 1024,
  bodiesBytesMax: 32 * 1024 * 1024,
  requestsMax: 1024,
  requestMsMax: 30_000,
  bytesPerSecondMin: 1024,
  slowMsMax: 5000,
  connectionsMax: 4096,
  headerBytesMax: 16 * 1024,
  pipelinedMax: 16,
  writeMsMax: 30_000,
};

/** Writes one line about an internal error; never a body or an id. */
export type ErrorLog = ServiceLog;

/** @param probes what /health asks, by the part's name */
export function newApp(log: ErrorLog, probes: Probes = {}, meter: Meter = noMeter): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (isGone(error, c)) return new Response(null, { status: 400 });
    meter("refusals", { code: isPacelineError(error) ? error.code : "internal" }, 1);
    return problemOfError(error, log);
  });
  const nothing = () => problem(new PacelineError("not_found", "no such resource"));
  app.notFound(nothing);
  // No address here needs an escape: with them, one resource would have many.
  app.use(async (c, next) => (c.req.raw.url.split("?", 1)[0]?.includes("%") ? nothing() : await next()));
  healthResource(app, probes);
  return app;
}

/** Whether the caller broke off: nobody hears the answer, and it is no bug. */
const isGone = (error: Error, { env }: Context): boolean =>
  error.name === "AbortError" &&
  (env as { incoming?: { destroyed?: boolean } } | undefined)?.incoming?.destroyed === true;

/** What a caller hears of an error, and the operator in the log. */
export function problemOfError(error: Error, log: ErrorLog): Response {
  if (isPacelineError(error)) {
    if (error.code === "internal")
      log(`internal: ${error.message}\n${error.stack ?? ""}`, "request.failed", { code: "internal" });
    else if (forOperators.has(error.code))
      log(`${error.code}: ${error.message}`, "request.failed", { code: error.code });
    return problem(error);
  }
  if ((error as { code?: string }).code === "ECONNRESET") return new Response(null, { status: 400 });
  log(`internal: ${error.stack ?? error.message}`, "request.failed", { code: "internal" });
  return problem(new PacelineError("internal", "the service failed; the cause is in its log"));
}

/** Nobody but the operator can do something about them. */
const forOperators: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["misconfigured", "storage_full", "ledger_behind"]);
const RETRY_SECONDS: Partial<Record<ErrorCode, number>> = { rate_limited: 10, unavailable: 10, storage_full: 300 };

/** @param foreign of `encodeProblem` */
export function problem(error: PacelineError, foreign?: Parameters<typeof encodeProblem>[1]): Response {
  const body = encodeProblem(error, foreign) as Uint8Array<ArrayBuffer>;
  const headers: Record<string, string> = { "content-type": problemType };
  const seconds = RETRY_SECONDS[error.code];
  if (seconds !== undefined) headers["retry-after"] = String(seconds);
  return new Response(body, { status: classOf(error).status, headers });
}

/** What each caller shows; a route whose caller has nothing here refuses everyone. A text is a token. */
export interface Callers {
  readonly analyst?: string;
  readonly leader?: string | CallerProof;
  readonly helper?: string | undefined;
  readonly operator?: string | undefined;
}

/** What an app's resources are guarded with. */
export interface Access {
  readonly crypto: Crypto;
  readonly callers: Callers;
  readonly limits: HttpLimits;
}

async function requireCaller(
  { crypto, callers }: Access,
  c: Context,
  caller: Exclude<Route["caller"], "anyone">,
): Promise<void> {
  const wanted = callers[caller];
  if (!(await isCaller(crypto, c, typeof wanted === "string" ? { token: wanted } : wanted)))
    fail("unauthorized", `this resource is for the ${caller}`, {
      hint: "Send `Authorization: Bearer …` with the token of the service's configuration.",
    });
}

/** What devices read of an answer, besides its body: pages of other origins see only what is named. */
const EXPOSED = ["date", "retry-after"];

/** Of every answer that pages of any origin may read. */
export const openHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": EXPOSED.join(","),
} as const;

/** Lets pages of any origin call a resource that is anyone's: it knows no cookies and no tokens. */
export function openToPages(app: Hono, method: Route["method"], path: string, headers: readonly string[] = []): void {
  const allowHeaders = ["content-type", ...headers];
  const allow = cors({ origin: "*", allowMethods: [method], allowHeaders, exposeHeaders: EXPOSED, maxAge: 7200 });
  app.on([method, "OPTIONS"], path, allow);
}

/** Who may call and how much is read of them, in this order: a body is read when its sender is known. */
export function guard(
  access: Access,
  caller: Route["caller"],
  bytesMax: number,
): [MiddlewareHandler, MiddlewareHandler] {
  return [
    async (c, next) => {
      if (caller !== "anyone") await requireCaller(access, c, caller);
      await next();
    },
    limitBody(bytesMax),
  ];
}

/** Reads no more of a body than this, and no body that is encoded: it could be any size. */
export function limitBody(bytesMax: number): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: bytesMax,
    onError: () => problem(new PacelineError("body_too_large", `at most ${bytesMax} bytes are read`)),
  });
  return async (c, next) => {
    if (c.req.header("content-encoding") !== undefined)
      fail("invalid_message", "bodies are read as they are: without a Content-Encoding");
    return await limit(c, next);
  };
}

/** What a mounted handler gets of its request. */
export interface MountedRequest {
  readonly body: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  /** The first value of a query parameter. */
  query(name: string): string | undefined;
  header(name: string): string | undefined;
  /** For who is asking, by what an app of its own makes of the headers; its body is read. */
  readonly request: Request;
}

/**
 * Mounts one row of the route table; the handler gets parsed JSON and path parameters and returns JSON, or a Response
 * that is already made.
 */
export function mount(
  app: Hono,
  route: Route,
  access: Access,
  handle: (input: MountedRequest) => Promise<unknown>,
): void {
  const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
  if (route.caller === "anyone") openToPages(app, route.method, path);
  app.on(
    route.method,
    path,
    ...guard(access, route.caller, route.bytesMax ?? access.limits.bodyBytesMax),
    async (c) => {
      let body: unknown;
      if (route.method === "POST") {
        // As bytes: what is no UTF-8 would be mended otherwise, and a mark of order left out.
        const text = fromUtf8(new Uint8Array(await c.req.arrayBuffer()));
        body = text === "" ? undefined : parseJson(text, "the body");
      }
      const twice = Object.entries(c.req.queries()).find(([, values]) => values.length > 1);
      if (twice !== undefined) fail("invalid_message", "a query parameter stands twice in the address");
      const answer = await handle({
        body: parseRequest(route, body),
        parameters: c.req.param() as Record<string, string>,
        query: (name) => c.req.query(name),
        header: (name) => c.req.header(name),
        request: c.req.raw,
      });
      return answer instanceof Response ? answer : c.json(answer as object, 200 as ContentfulStatusCode);
    },
  );
}
