// DAP resources below /tasks/{task}: bytes in, bytes out, with DAP's media types.
import type { Hono } from "hono";
import { fail } from "../base/errors.ts";
import { TaskId } from "../protocol/dap/basics.ts";
import { isMediaType, mediaType } from "../protocol/dap/http.ts";

type DapMessage = Parameters<typeof mediaType>[0];

/** Creates answer 201 with the finished result: nothing here is asynchronous to the caller. */
export function dapResource(
  app: Hono,
  collection: "reports" | "aggregation_jobs" | "aggregate_shares",
  takes: DapMessage,
  gives: DapMessage,
  handle: (request: Request, task: Uint8Array, body: Uint8Array) => Promise<Uint8Array>,
): void {
  app.post(`/tasks/:task/${collection}`, async (c) => {
    if (!isMediaType(c.req.header("content-type"), takes))
      fail("invalid_message", `this resource takes ${mediaType(takes)}`);
    const task = TaskId.fromText(c.req.param("task"));
    const answer = await handle(c.req.raw, task, new Uint8Array(await c.req.arrayBuffer()));
    const status = collection === "reports" ? 200 : 201;
    if (answer.length === 0) return new Response(null, { status });
    return new Response(answer as Uint8Array<ArrayBuffer>, { status, headers: { "content-type": mediaType(gives) } });
  });
}
