// The helper of a plain task: answers aggregation jobs and gives out its share of a batch, once.

import { countVerified, outcomeName } from "../aggregate/outcome.ts";
import type { HelperPrepared } from "../aggregate/prepare.ts";
import { equalBytes, toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { noMeter } from "../ports/meter.ts";
import type { AggregationJobInitReq } from "../protocol/dap/aggregation.ts";
import { LEADER_SELECTED_BATCH_ID, VerifyInit, type VerifyResp } from "../protocol/dap/aggregation.ts";
import { BatchId, type SaidReportError } from "../protocol/dap/basics.ts";
import { DapError } from "../protocol/dap/http.ts";
import { addOutputs, lateTest, type Output } from "./batches.ts";
import { refuseLate } from "./late-jobs.ts";
import { nowSeconds, type PlainParts, preparing } from "./parts.ts";
import { noteDue, noteReport } from "./retention.ts";
import { CreatedRow, keys, ReportRow } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

const REPORTS_MAX = 1000;
const nothing = new Uint8Array(0);

/** A job as it was understood. */
interface Job {
  readonly request: AggregationJobInitReq;
  readonly batch: Uint8Array | undefined;
}

/**
 * Takes a job: the same request again gets the same answer.
 * @param id what the job is called from here on
 * @returns the encoded AggregationJobResp, or undefined when it is answered later
 */
export async function takeJob(
  parts: PlainParts,
  task: OpenTask,
  id: Uint8Array,
  body: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { crypto, store } = parts;
  const digest = await crypto.sha256(body);
  const key = keys.helperJob(task.name, id);
  const before = await store.read((rows) => rows.get(key));
  if (before !== undefined) return answerOf(CreatedRow.decode(before), digest);
  readJob(task, body);
  refuseLate(parts, task);
  if (task.defers !== true) return await answerJob(parts, task, id, digest, body);
  await store.transaction(async (rows) => {
    if ((await rows.get(key)) !== undefined) return;
    refuseLate(parts, task);
    await rows.put(key, created(digest, body, nothing));
    await rows.put(keys.waitingJob(task.name, id), nothing);
    await noteDue(rows, task, BigInt(nowSeconds(parts)), key);
  });
  return undefined;
}

const created = (digest: Uint8Array, request: Uint8Array, response: Uint8Array) =>
  CreatedRow.encode({ digest, request, response, failure: "", batch: nothing, delivered: false });

function answerOf(row: CreatedRow, digest: Uint8Array): Uint8Array | undefined {
  if (!equalBytes(row.digest, digest)) fail("conflict", "another request was made under this id");
  return row.response.length === 0 ? undefined : row.response;
}

/** Answers the jobs that were put off. */
export async function answerWaiting(parts: PlainParts, task: OpenTask): Promise<void> {
  for (;;) {
    const [first] = await parts.store.read((rows) => rows.list(keys.waitingJobs(task.name), 1));
    if (first === undefined) return;
    const id = Uint8Array.from((first[0].split("/")[2] ?? "").match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    const bytes = await parts.store.read((rows) => rows.get(keys.helperJob(task.name, id)));
    if (bytes === undefined) {
      await parts.store.transaction((rows) => rows.delete(first[0]));
      continue;
    }
    const { digest, request } = CreatedRow.decode(bytes);
    await answerJob(parts, task, id, digest, request);
  }
}

/** @throws DapError what is wrong with the whole of it */
function readJob(task: OpenTask, body: Uint8Array): Job {
  const request = task.wire.AggregationJobInitReq.decode(body);
  if (request.aggregationParameter.length > 0)
    throw new DapError("invalidAggregationParameter", "Prio3 has no aggregation parameter");
  if (!task.wire.keysByReport && request.verificationKeyId !== 0)
    throw new DapError("invalidMessage", "there is one verification key a task, with id 0");
  const unknown = request.extensions.filter(({ type }) => type !== LEADER_SELECTED_BATCH_ID).map(({ type }) => type);
  if (unknown.length > 0)
    throw new DapError("unsupportedExtension", "an extension of the job is not known here", {
      unsupported_extensions: unknown,
    });
  const [selected] = request.extensions;
  if ((selected !== undefined) !== (task.configuration.batchMode === "leader-selected"))
    throw new DapError("invalidExtension", `this task's batches are ${task.configuration.batchMode}`);
  if (selected !== undefined && selected.data.length !== BatchId.bytes)
    throw new DapError("invalidExtension", `a batch id has ${BatchId.bytes} bytes`);
  const { verifyInits } = request;
  if (verifyInits.length === 0 || verifyInits.length > REPORTS_MAX)
    fail("invalid_message", `a job holds 1 to ${REPORTS_MAX} reports`);
  if (new Set(verifyInits.map(({ metadata }) => toHex(metadata.reportId))).size !== verifyInits.length)
    fail("invalid_message", "a job names a report twice");
  return { request, batch: selected?.data };
}

async function answerJob(
  parts: PlainParts,
  task: OpenTask,
  id: Uint8Array,
  digest: Uint8Array,
  body: Uint8Array,
): Promise<Uint8Array> {
  const job = readJob(task, body);
  const { store, passing, meter = noMeter } = parts;
  const prepared = await verify(parts, task, job);
  passing("plain:job-verified");
  const { response, settled } = await store.transaction(async (rows) => {
    const key = keys.helperJob(task.name, id);
    const bytes = await rows.get(key);
    const meanwhile = bytes && answerOf(CreatedRow.decode(bytes), digest);
    if (meanwhile !== undefined) return { response: meanwhile, settled: [] };
    // What was put off came in time. Of what was not the leader may have heard meanwhile that it does not count.
    if (bytes === undefined) refuseLate(parts, task);
    const outcomes = await settle(parts, rows, task, job, prepared);
    const answer = task.wire.AggregationJobResp.encode(outcomes);
    await rows.put(key, created(digest, nothing, answer));
    await noteDue(rows, task, BigInt(nowSeconds(parts)), key);
    await rows.delete(keys.waitingJob(task.name, id));
    return { response: answer, settled: outcomes };
  });
  passing("plain:job-settled");
  if (settled.length > 0) meter("jobs", { outcome: "answered" }, 1);
  countVerified(
    meter,
    settled.map((one) => (one.type === "reject" ? outcomeName(one.error) : "accepted")),
  );
  return response;
}

async function verify(parts: PlainParts, task: OpenTask, { request }: Job): Promise<readonly HelperPrepared[]> {
  const key = task.verificationKeys.find(({ id }) => id === request.verificationKeyId);
  if (key === undefined) return request.verifyInits.map(() => ({ error: "unknown_verification_key_id" }));
  const inits = request.verifyInits.map((init) => VerifyInit.encode(init));
  return await parts.preparer.prepareHelper(preparing(parts, task, key), inits);
}

/** Errors after which the leader may send the report again: nothing of it is kept. */
const AGAIN: ReadonlySet<SaidReportError> = new Set<SaidReportError>([
  "report_too_early",
  "unknown_verification_key_id",
]);

async function settle(
  parts: PlainParts,
  rows: KeyValueRows,
  task: OpenTask,
  { request, batch }: Job,
  prepared: readonly HelperPrepared[],
): Promise<readonly VerifyResp[]> {
  const late = await lateTest(parts, rows, task, batch);
  const names = request.verifyInits.map(({ metadata }) => keys.report(task.name, metadata.reportId));
  const before = await rows.getAll(names);
  const outputs: Output[] = [];
  const answers: VerifyResp[] = [];
  const put = async (row: Pick<ReportRow, "state" | "error" | "time">, id: Uint8Array) => {
    await rows.put(keys.report(task.name, id), ReportRow.encode({ ...row, upload: nothing }));
    await noteReport(rows, task, row.time, id);
  };
  for (const [i, { metadata }] of request.verifyInits.entries()) {
    const { reportId, time } = metadata;
    const result = prepared[i] as HelperPrepared;
    const error = before[i] !== undefined ? "report_replayed" : late(time);
    const refused = error ?? ("error" in result ? result.error : undefined);
    if (refused !== undefined) {
      answers.push({ reportId, type: "reject", error: task.wire.says(refused) });
      if (error === undefined && !AGAIN.has(refused)) await put({ state: "rejected", error: refused, time }, reportId);
    } else if (!("error" in result)) {
      answers.push({ reportId, type: "continue", payload: result.message });
      outputs.push({ id: reportId, time, share: result.outputShare });
      await put({ state: "accepted", error: 0, time }, reportId);
    }
  }
  await addOutputs(parts.crypto, rows, task, outputs, batch);
  return answers;
}
