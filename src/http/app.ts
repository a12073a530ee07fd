// What both services share on HTTP: body and time limits, problem documents, bearer callers. Web-standard Request and
// Response are the seam: tests call app.request() without a socket.
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { encodeProblem, problemType } from "../api/problem.ts";
import { parseRequest, type Route } from "../api/routes.ts";
import { utf8 } from "../base/bytes.ts";
import { isPacelineError, PacelineError } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";

export interface HttpLimits {
  readonly bodyBytesMax: number;
  /** Headers and body must have arrived within this. */
  readonly requestMsMax: number;
}

export const httpLimits: HttpLimits = { bodyBytesMax: 8 * 1024 * 1024, requestMsMax: 15_000 };

/** Writes one line about an internal error; never a body or an id. */
export type ErrorLog = (line: string) => void;

export function newApp(limits: HttpLimits, log: ErrorLog): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (isPacelineError(error)) {
      if (error.code === "internal") log(`internal: ${error.message}\n${error.stack ?? ""}`);
      return problem(error);
    }
    if ((error as { code?: string }).code === "ECONNRESET") return new Response(null, { status: 400 });
    log(`internal: ${error.stack ?? error.message}`);
    return problem(new PacelineError("internal", "the service failed; the cause is in its log"));
  });
  app.notFound(() => problem(new PacelineError("not_found", "no such resource")));
  app.use(
    bodyLimit({
      maxSize: limits.bodyBytesMax,
      onError: () => problem(new PacelineError("body_too_large", `at most ${limits.bodyBytesMax} bytes are read`)),
    }),
  );
  app.get("/health", () => Response.json({ ok: true }));
  return app;
}

function problem(error: PacelineError): Response {
  const body = encodeProblem(error) as Uint8Array<ArrayBuffer>;
  return new Response(body, { status: error.status, headers: { "content-type": problemType } });
}

/** Tokens by caller; a route whose caller has no token here refuses everyone. */
export interface Callers {
  readonly analyst?: string;
  readonly leader?: string;
}

/** Compares digests, so the time taken says nothing about the token. */
export async function requireCaller(
  crypto: Crypto,
  request: Request,
  caller: Route["caller"],
  callers: Callers,
): Promise<void> {
  if (caller === "anyone") return;
  const wanted = callers[caller];
  const given = /^Bearer (.{1,200})$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const [a, b] = [await crypto.sha256(utf8(wanted ?? "")), await crypto.sha256(utf8(given ?? ""))];
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  if (wanted === undefined || given === undefined || difference !== 0)
    throw new PacelineError("unauthorized", `this resource is for the ${caller}`, {
      hint: "Send `Authorization: Bearer …` with the token of the service's configuration.",
    });
}

/** Mounts one row of the route table; the handler gets parsed JSON and path parameters and returns JSON. */
export function mount(
  app: Hono,
  route: Route,
  { crypto, callers }: { readonly crypto: Crypto; readonly callers: Callers },
  handle: (input: {
    readonly body: unknown;
    readonly parameters: Readonly<Record<string, string>>;
  }) => Promise<unknown>,
): void {
  app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
    await requireCaller(crypto, c.req.raw, route.caller, callers);
    let body: unknown;
    if (route.method === "POST") {
      const text = await c.req.text();
      try {
        body = text === "" ? undefined : JSON.parse(text);
      } catch {
        throw new PacelineError("invalid_message", "the body is not JSON");
      }
    }
    const answer = await handle({
      body: parseRequest(route, body),
      parameters: c.req.param() as Record<string, string>,
    });
    return c.json(answer as object, 200 as ContentfulStatusCode);
  });
}
