// The leader's requests to a running helper, sent by a test in its place.
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { openShare } from "../../src/aggregate/share.ts";
import type { BatchRow, TaskRow } from "../../src/aggregate/store.ts";
import { type AggregateTask, openTask } from "../../src/aggregate/task.ts";
import { decodeProblem } from "../../src/api/problem.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto, openKeyring } from "../../src/platform/node/index.ts";
import type { TransportRequest } from "../../src/ports/transport.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import type { Pair } from "../support/processes.ts";

export function dapRequest(
  pair: Pair,
  task: string,
  resource: "aggregation_jobs" | "aggregate_shares",
  body: Uint8Array,
): TransportRequest {
  const message = resource === "aggregation_jobs" ? "aggregation-job-init-req" : "aggregate-share-req";
  const headers = { "content-type": mediaType(message), authorization: `Bearer ${pair.helper.token}` };
  return { method: "POST", url: `${pair.helper.url}/tasks/${task}/${resource}`, headers, body };
}

/** What the leader knows: its task, and its own batch once there is one. */
export async function openLeaderTask(pair: Pair, id: string) {
  type Row = Readonly<Record<string, Uint8Array | number>> | undefined;
  // The coordinator works on the file: it is read beside it.
  const read = (sql: string): Row => {
    const db = new DatabaseSync(pair.database("coordinator"), { readOnly: true, timeout: 5000 });
    try {
      return db.prepare(sql).get(fromBase64Url(id)) as Row;
    } finally {
      db.close();
    }
  };
  const row = read("select id, manifest, verify_key as verifyKey from task where id = ?");
  const task = await openTask(nodeCrypto, "leader", row as unknown as TaskRow);
  const batch = () => read("select count, checksum from batch where task = ?") as unknown as BatchRow;
  return { task, batch };
}

/** The helper's noised share, opened as the collector opens it. */
export async function valuesOf(pair: Pair, task: AggregateTask, body: Uint8Array): Promise<Uint8Array> {
  const response = await pair.transport.send(dapRequest(pair, toBase64Url(task.dap.id), "aggregate_shares", body));
  expect(response.status).toBe(201);
  return await openShare(nodeCrypto, task, openKeyring(pair.keyFile("coordinator")).hpke, response.body);
}

export async function refusal(pair: Pair, task: AggregateTask, body: Uint8Array): Promise<string> {
  const response = await pair.transport.send(dapRequest(pair, toBase64Url(task.dap.id), "aggregate_shares", body));
  expect(response.status).toBeGreaterThanOrEqual(400);
  return decodeProblem(response.status, response.body).code;
}
