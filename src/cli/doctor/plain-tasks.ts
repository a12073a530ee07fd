// Whether an aggregator has a task and takes the token that goes with it: asked for a job that nobody made, which changes nothing.

import { problemType } from "../../api/problem.ts";
import { fromUtf8, toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { CallerProof } from "../../http/caller.ts";
import type { Transport } from "../../ports/transport.ts";
import type { PlainConfig } from "../serve/plain-config.ts";
import { ok } from "./finding.ts";

export type AskedTask = PlainConfig["tasks"][number];

/** "unsure": it answers as no aggregator does that is known here; "unasked": it knows callers by certificates that this command has not. */
export type Known = "known" | "unknown" | "refused" | "unsure" | "unasked";

const PROBLEM_BYTES_MAX = 64 * 1024;

/** 16 bytes, of which all are 0: what is drawn at random is never this. */
const NOBODYS_JOB = "A".repeat(22);

/** By the running service itself: the collector's resource at a leader, the leader's at a helper. */
export const ownTask = (transport: Transport, url: string, task: AskedTask): Promise<Known> =>
  task.role === "leader"
    ? ask(transport, url, task, "collection_jobs", task.collects)
    : ask(transport, url, task, "aggregation_jobs", task.aggregators);

/** By its helper. */
export const peersTask = (transport: Transport, url: string, task: AskedTask): Promise<Known> =>
  ask(transport, url, task, "aggregation_jobs", task.aggregators, true);

/** @param shown whether the transport has the certificate that callers are known by */
async function ask(
  transport: Transport,
  url: string,
  { id }: AskedTask,
  resource: "aggregation_jobs" | "collection_jobs",
  proof: CallerProof | undefined,
  shown = false,
): Promise<Known> {
  const token = proof !== undefined && "token" in proof ? proof.token : undefined;
  if (token === undefined && !shown) return "unasked";
  const { status, headers, body } = await transport.send({
    method: "GET",
    url: `${url}/tasks/${toBase64Url(id)}/${resource}/${NOBODYS_JOB}`,
    responseBytesMax: PROBLEM_BYTES_MAX,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  if (status === 401 || status === 403) return "refused";
  if (headers["content-type"]?.startsWith(problemType) !== true) return "unsure";
  const type = (parseJson(fromUtf8(body), "the problem document") as { readonly type?: unknown } | null)?.type;
  if (type === "urn:ietf:params:ppm:dap:error:unrecognizedTask") return "unknown";
  const none = ["urn:ietf:params:ppm:dap:error:unrecognizedAggregationJob", "urn:paceline:error:not_found"];
  return none.some((one) => one === type) ? "known" : "unsure";
}

const SHOWN = 3;

/** @param whose for the reader */
export async function tasksKnown(
  tasks: readonly AskedTask[],
  known: (task: AskedTask) => Promise<Known>,
  whose: string,
) {
  const said = new Map<Known, string[]>();
  for (const task of tasks) {
    const how = await known(task);
    said.set(how, [...(said.get(how) ?? []), toBase64Url(task.id)]);
  }
  const some = (how: Known) => {
    const found = said.get(how) ?? [];
    return found.length === 0
      ? undefined
      : `${found.slice(0, SHOWN).join(", ")}${found.length > SHOWN ? ` and ${found.length - SHOWN} more` : ""}`;
  };
  const [unknown, refused, unsure] = [some("unknown"), some("refused"), some("unsure")];
  if (refused !== undefined)
    fail("misconfigured", `${whose} does not take what the configuration has callers show for ${refused}`, {
      hint: "Both parties have to have the same; a service reads its configuration at the start.",
    });
  if (unknown !== undefined)
    fail("misconfigured", `${whose} has no task ${unknown}`, {
      hint: "Its configuration has to name it; a service reads its configuration at the start.",
    });
  if (unsure !== undefined)
    return { state: "warning" as const, detail: `whether ${whose} has ${unsure} cannot be told from its answers` };
  const unasked = said.get("unasked")?.length ?? 0;
  if (unasked === tasks.length)
    return { state: "optional" as const, detail: "callers are known by certificates, which this command has not" };
  const rest = unasked === 0 ? "" : `; ${unasked} whose callers are known by certificates were not asked about`;
  return ok(`${whose} has ${tasks.length - unasked} of ${tasks.length}, and takes what callers show${rest}`);
}
