// The one JSON route that devices call.
import * as z from "../base/schema.ts";
import { envelopeSchema } from "../task/envelope.ts";
import { TASKS_PATH } from "./tasks-path.ts";

export const tasksRoute = {
  method: "GET",
  path: TASKS_PATH,
  summary: "The public task register, oldest first: open tasks as signed manifests, at most 1 MiB of them a page",
  caller: "anyone",
  query: { after: "The `next` of an earlier page: only what came after it; from the start when it is not known" },
  response: z.strictObject({ tasks: z.array(envelopeSchema), next: z.string() }),
} as const;
