// A task that both aggregators serve, with its client and its collector.
import { expect } from "vitest";
import { fromUtf8, toBase64Url } from "../../src/base/bytes.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { type HttpMessage, mediaType } from "../../src/protocol/dap/http.ts";
import { newDapClient, newDapCollector } from "./dap-parties.ts";
import {
  aggregatorToken,
  agreement,
  collectorHeaders,
  collectorKey,
  NOW,
  newPlainPair,
  pairUrls,
} from "./plain-pair.ts";

export const hour = BigInt(NOW) / 3600n;
export const interval = { start: hour - 10n, duration: 11n };
export const wide = { mode: "time-interval", interval } as const;
const vdaf = { type: "Prio3Count" } as const;
export const nothing = new Uint8Array(0);

export async function standing(options: Parameters<typeof newPlainPair>[0] = {}, configuration = {}, more = {}) {
  const pair = newPlainPair(options);
  const { agreed, leader, helper } = agreement({ vdaf, ...configuration }, more);
  await pair.leader.add(leader);
  await pair.helper.add(helper);
  const client = await newDapClient(pair.transport, agreed);
  const collector = newDapCollector(pair.transport, agreed, collectorKey, collectorHeaders);
  const name = toBase64Url(agreed.id);
  const ask = (
    url: string,
    takes: HttpMessage,
    body: Uint8Array,
    token: string | undefined,
    method: "POST" | "PUT" = "POST",
  ) =>
    pair.transport.send({
      method,
      url,
      headers: { "content-type": mediaType(takes), ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body,
    });
  const job = (body: Uint8Array, token: string | undefined = aggregatorToken) =>
    ask(`${pairUrls.helper}/tasks/${name}/aggregation_jobs`, "aggregation-job-init-req", body, token);
  return { pair, agreed, leader, helper, client, collector, name, ask, job };
}

/** The last part of a problem's type. */
export function problemOf({ status, body }: TransportResponse): string {
  expect(status).toBeGreaterThanOrEqual(400);
  const { type, taskid } = JSON.parse(fromUtf8(body)) as { type: string; taskid?: string };
  if (type.startsWith("urn:ietf:params:ppm:dap:error:")) expect(taskid).toMatch(/^[\w-]{43}$/);
  return type.split(":").at(-1) ?? "";
}
