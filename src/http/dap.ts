// DAP's resources: bytes in, bytes out, with DAP's media types.
import type { Hono } from "hono";
import type { Route } from "../api/routes.ts";
import { fail } from "../base/errors.ts";
import { TaskId } from "../protocol/dap/basics.ts";
import { type HpkeConfig, HpkeConfigList } from "../protocol/dap/hpke-config.ts";
import { isMediaType, mediaType } from "../protocol/dap/http.ts";
import { type Access, guard, type HttpLimits, openToPages } from "./app.ts";

type DapMessage = Parameters<typeof mediaType>[0];

interface DapResource {
  readonly takes: DapMessage;
  readonly gives: DapMessage;
  readonly caller: Route["caller"];
  readonly limit: keyof HttpLimits & `${string}BytesMax`;
  /** Creates answer 201 with the finished result: nothing here is asynchronous to the caller. */
  readonly status: 200 | 201;
}

/** The resources below /tasks/{task}. */
const resources = {
  reports: { takes: "upload-req", gives: "upload-errors", caller: "anyone", limit: "bodyBytesMax", status: 200 },
  aggregation_jobs: {
    takes: "aggregation-job-init-req",
    gives: "aggregation-job-resp",
    caller: "leader",
    limit: "jobBytesMax",
    status: 201,
  },
  aggregate_shares: {
    takes: "aggregate-share-req",
    gives: "aggregate-share",
    caller: "leader",
    limit: "bodyBytesMax",
    status: 201,
  },
} as const satisfies Record<string, DapResource>;

export function dapResource(
  app: Hono,
  name: keyof typeof resources,
  access: Access,
  handle: (task: Uint8Array, body: Uint8Array) => Promise<Uint8Array>,
): void {
  const { takes, gives, caller, limit, status }: DapResource = resources[name];
  const path = `/tasks/:task/${name}` as const;
  if (caller === "anyone") openToPages(app, "POST", path);
  app.post(path, ...guard(access, caller, access.limits[limit]), async (c) => {
    if (!isMediaType(c.req.header("content-type"), takes))
      fail("invalid_message", `this resource takes ${mediaType(takes)}`);
    const task = TaskId.fromText(c.req.param("task"));
    const answer = await handle(task, new Uint8Array(await c.req.arrayBuffer()));
    if (answer.length === 0) return new Response(null, { status });
    return new Response(answer as Uint8Array<ArrayBuffer>, { status, headers: { "content-type": mediaType(gives) } });
  });
}

/** The service's receiving key. */
export function hpkeResource(app: Hono, config: HpkeConfig): void {
  openToPages(app, "GET", "/hpke_config");
  app.get("/hpke_config", () => {
    const body = HpkeConfigList.encode([config]) as Uint8Array<ArrayBuffer>;
    return new Response(body, {
      headers: { "content-type": mediaType("hpke-config-list"), "cache-control": "max-age=3600" },
    });
  });
}
