// The helper of a plain task as its leader reaches it.
import { toBase64Url } from "../base/bytes.ts";
import { createAtPeer } from "../http/dap-peer.ts";
import { noMeter } from "../ports/meter.ts";
import type { HttpMessage } from "../protocol/dap/http.ts";
import type { PlainParts } from "./parts.ts";
import type { OpenTask } from "./task.ts";

/** Sends one request to the task's helper, in the task's framing. @param id where it is created, for peers that have us choose */
export async function askPeer(
  { transport, meter = noMeter }: Pick<PlainParts, "transport" | "meter">,
  { configuration, wire, aggregators, name }: OpenTask,
  resource: "aggregation_jobs" | "aggregate_shares",
  id: Uint8Array,
  body: Uint8Array,
): Promise<Uint8Array> {
  const jobs = resource === "aggregation_jobs";
  const takes: HttpMessage = jobs ? "aggregation-job-init-req" : "aggregate-share-req";
  const gives: HttpMessage = jobs ? "aggregation-job-resp" : "aggregate-share";
  const base = `${configuration.helperUrl.replace(/\/$/, "")}/tasks/${name}/${resource}`;
  const url = wire.method === "PUT" ? `${base}/${toBase64Url(id)}` : base;
  const retrying = () => meter("jobs", { outcome: "retried" }, 1);
  const headers: Record<string, string> =
    aggregators.token === undefined ? {} : { authorization: `Bearer ${aggregators.token}` };
  return await createAtPeer(transport, { url, method: wire.method, headers, takes, gives, body, retrying });
}
