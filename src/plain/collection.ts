// Collection jobs at the leader of a plain task: taken at once, worked on in the background, read until they are there.
import { equalBytes, fromHex } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import {
  AggregateShareReq,
  type BatchSelector,
  BatchSelector as BatchSelectorMessage,
  CollectionJobReq,
  CollectionJobResp,
} from "../protocol/dap/collection.ts";
import { DapError, type DapProblem } from "../protocol/dap/http.ts";
import { checkBatch, checkHolding, forgetSums, holdingOf, markCollected, refuseCollected } from "./batches.ts";
import { drain, isInJobs } from "./leader.ts";
import { nowSeconds, type PlainParts } from "./parts.ts";
import { askPeer } from "./peer.ts";
import { noteDue } from "./retention.ts";
import { type BucketRow, CreatedRow, keys } from "./rows.ts";
import { checkJob, readSealed, sealOwn } from "./share.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

const nothing = new Uint8Array(0);

/**
 * Takes a job. The same request again is the same job; where the leader chooses batches, and so every request is the same, it is
 * so until its answer was read, and another one then.
 * @param chosen the id, where the caller chooses it
 * @returns the job's id
 */
export async function takeCollection(
  parts: PlainParts,
  task: OpenTask,
  body: Uint8Array,
  chosen?: Uint8Array,
): Promise<Uint8Array> {
  const { store, crypto } = parts;
  const job = CollectionJobReq.decode(body);
  checkJob(job);
  if (job.query.mode === "time-interval") checkBatch(task, job.query);
  else if (task.configuration.batchMode !== "leader-selected")
    checkBatch(task, { mode: "leader-selected", batchId: nothing });
  const digest = await crypto.sha256(body);
  return await store.transaction(async (rows) => {
    let id = chosen ?? digest;
    for (;;) {
      const bytes = await rows.get(keys.collection(task.name, id));
      if (bytes === undefined) break;
      const row = CreatedRow.decode(bytes);
      if (chosen !== undefined && !equalBytes(row.digest, digest))
        fail("conflict", "another request was made under this id");
      if (chosen !== undefined || job.query.mode === "time-interval" || !row.delivered) return id;
      id = await crypto.sha256(id);
    }
    if (job.query.mode === "time-interval") await refuseCollected(rows, task, job.query);
    const row = { digest, request: body, response: nothing, failure: "", batch: nothing, delivered: false };
    await rows.put(keys.collection(task.name, id), CreatedRow.encode(row));
    await rows.put(keys.openCollection(task.name, id), nothing);
    await noteDue(rows, task, BigInt(nowSeconds(parts)), keys.collection(task.name, id));
    return id;
  });
}

/** @returns the encoded CollectionJobResp, or undefined while there is none @throws DapError why there will be none */
export async function readCollection(
  { store }: PlainParts,
  task: OpenTask,
  id: Uint8Array,
): Promise<Uint8Array | undefined> {
  const key = keys.collection(task.name, id);
  const row = await store.transaction(async (rows) => {
    const bytes = await rows.get(key);
    const found = CreatedRow.decode(bytes ?? fail("not_found", "there is no such collection job"));
    const over = found.response.length > 0 || found.failure !== "";
    if (over && !found.delivered) await rows.put(key, CreatedRow.encode({ ...found, delivered: true }));
    return found;
  });
  if (row.failure !== "") {
    const [problem, ...text] = row.failure.split(" ");
    throw new DapError(problem as DapProblem, text.join(" "));
  }
  return row.response.length === 0 ? undefined : row.response;
}

/** Ends a job and forgets its answer. A batch that was begun stays collected. */
export async function removeCollection({ store }: PlainParts, task: OpenTask, id: Uint8Array): Promise<void> {
  await store.transaction(async (rows) => {
    await rows.delete(keys.openCollection(task.name, id));
    const bytes = await rows.get(keys.collection(task.name, id));
    if (bytes === undefined) return;
    const row = CreatedRow.decode(bytes);
    // The name stays used where names follow from requests that are all the same.
    const gone = { ...row, request: nothing, response: nothing, failure: GONE, delivered: true };
    if (task.configuration.batchMode === "leader-selected")
      await rows.put(keys.collection(task.name, id), CreatedRow.encode(gone));
    else await rows.delete(keys.collection(task.name, id));
  });
}

const GONE = "batchInvalid the collection job was deleted";

/** Verifies what waits, and answers the collection jobs that can be. @throws PacelineError what the first that failed said */
export async function work(parts: PlainParts, task: OpenTask): Promise<void> {
  let failed: unknown;
  const all = await drain(parts, task).catch((error: unknown) => {
    failed = error;
    return false;
  });
  for (const [key] of await parts.store.read((rows) => rows.list(keys.openCollections(task.name), 1000)))
    try {
      await workOn(parts, task, fromHex(key.split("/")[2] ?? ""), all);
    } catch (error) {
      // It stays open; the others need not wait for it.
      failed ??= error;
    }
  if (failed !== undefined) throw failed;
}

/**
 * Problems that the helper names of a batch: nothing that is asked again would change it. An answer that is none (verification_failed)
 * is not among them: the helper is asked again until it is mended, and its share of the batch stays the same.
 */
const FINAL: ReadonlySet<string> = new Set([
  "batch_mismatch",
  "batch_overlap",
  "invalid_batch_size",
  "invalid_message",
]);

/** @param all whether every report that waited is in a job, or was */
async function workOn(parts: PlainParts, task: OpenTask, id: Uint8Array, all: boolean): Promise<void> {
  const { store, collected, passing } = parts;
  const key = keys.collection(task.name, id);
  const begun = await store.transaction((rows) => begin(parts, rows, task, key, all));
  if (begun === undefined) return;
  passing("plain:batch-chosen");
  const { row, batch, held } = begun;
  await collected.note(task, batch, held);
  passing("plain:batch-noted");
  const job = CollectionJobReq.decode(row.request);
  const request = AggregateShareReq.encode({ job, batch, reportCount: held.count, checksum: held.checksum });
  let end: Pick<CreatedRow, "response" | "failure">;
  try {
    const shareId = (await parts.crypto.sha256(request)).slice(0, 16);
    const answer = await askPeer(parts, task, "aggregate_shares", shareId, request);
    passing("plain:share-received");
    const helperShare = readSealed(task, answer);
    const leaderShare = await sealOwn(parts, task, job, held.share);
    const { count: reportCount, interval } = held;
    end = { response: CollectionJobResp.encode({ reportCount, interval, leaderShare, helperShare }), failure: "" };
  } catch (error) {
    if (!isPacelineError(error) || !FINAL.has(error.code)) throw error;
    end = {
      response: nothing,
      failure: `${error.code === "batch_mismatch" ? "batchMismatch" : "batchInvalid"} ${error.message}`,
    };
  }
  const begunAs = CreatedRow.encode(row);
  const over = { ...row, ...end, request: nothing, batch: BatchSelectorMessage.encode(batch) };
  await store.transaction(async (rows) => {
    const now = await rows.get(key);
    // Deleted meanwhile, or ended by another process: what stands under the name is no longer this job, and stays as it is.
    if (now !== undefined && equalBytes(now, begunAs)) {
      await rows.put(key, CreatedRow.encode(over));
      await rows.delete(keys.openCollection(task.name, id));
    }
    if (end.response.length > 0) await forgetSums(rows, task, batch);
  });
  passing("plain:collected");
}

interface Begun {
  readonly row: CreatedRow;
  readonly batch: BatchSelector;
  readonly held: BucketRow;
}

/** Chooses the batch and closes it, once it is large enough. @returns undefined while it is not, or when the job is over */
async function begin(
  parts: PlainParts,
  rows: KeyValueRows,
  task: OpenTask,
  key: string,
  all: boolean,
): Promise<Begun | undefined> {
  const bytes = await rows.get(key);
  if (bytes === undefined) return undefined;
  const row = CreatedRow.decode(bytes);
  if (row.request.length === 0) return undefined;
  if (row.batch.length > 0) {
    const batch = BatchSelectorMessage.decode(row.batch);
    return { row, batch, held: await holdingOf(rows, task, batch) };
  }
  const { query } = CollectionJobReq.decode(row.request);
  const full = query.mode === "time-interval" ? undefined : await fullBatch(rows, task);
  const batch = query.mode === "time-interval" ? query : full?.batch;
  if (batch === undefined) return undefined;
  const held = await holdingOf(rows, task, batch);
  if (!all && (await rows.count(keys.pending(task.name))) > 0) return undefined;
  if (await isInJobs(rows, task, batch)) return undefined;
  try {
    checkHolding(task, held);
    await markCollected(parts, rows, task, batch, held);
  } catch (error) {
    if (!(error instanceof DapError)) throw error;
    if (error.problem === "invalidBatchSize" && !isOver(parts, task)) return undefined;
    await rows.put(key, CreatedRow.encode({ ...row, request: nothing, failure: `${error.problem} ${error.message}` }));
    await rows.delete(key.replace(/^c/, "o"));
    return undefined;
  }
  if (full !== undefined) await rows.delete(full.key);
  const next = { ...row, batch: BatchSelectorMessage.encode(batch) };
  await rows.put(key, CreatedRow.encode(next));
  return { row: next, batch, held };
}

/** A batch of the leader's choice that is full and nobody's yet, and the row that says so. */
async function fullBatch(
  rows: KeyValueRows,
  task: OpenTask,
): Promise<{ readonly batch: BatchSelector; readonly key: string } | undefined> {
  const [full] = await rows.list(keys.fullBatches(task.name), 1);
  if (full !== undefined) {
    const batchId = fromHex(full[0].split("/")[2] ?? "");
    return { batch: { mode: "leader-selected", batchId }, key: full[0] };
  }
  const batchId = await rows.get(keys.fillingBatch(task.name));
  if (batchId === undefined) return undefined;
  const batch = { mode: "leader-selected", batchId } as const;
  const { count } = await holdingOf(rows, task, batch);
  if (count < (task.configuration.minBatchSize || 1n)) return undefined;
  return { batch, key: keys.fillingBatch(task.name) };
}

/** Whether no report can come any more. */
function isOver(parts: PlainParts, { configuration }: OpenTask): boolean {
  const { interval, timePrecision } = configuration;
  return interval !== undefined && BigInt(nowSeconds(parts)) / timePrecision > interval.start + interval.duration;
}
