// Aggregate shares of a plain task: the leader's and the helper's own, each sealed for the collector. They carry no noise.
import { equalBytes } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { sealShare } from "../protocol/dap/aggregate-share.ts";
import { Interval } from "../protocol/dap/basics.ts";
import { AggregateShare, AggregateShareReq, type CollectionJobReq } from "../protocol/dap/collection.ts";
import type { HpkeCiphertext } from "../protocol/dap/hpke-config.ts";
import { DapError } from "../protocol/dap/http.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";
import { checkBatch, checkHolding, forgetSums, holdingOf, markCollected, refuseCollected } from "./batches.ts";
import { nowSeconds, type PlainParts } from "./parts.ts";
import { noteDue } from "./retention.ts";
import { type BucketRow, CreatedRow, keys } from "./rows.ts";
import type { OpenTask } from "./task.ts";

/** This aggregator's share, as the collector opens it. */
export function sealOwn(
  { crypto }: Pick<PlainParts, "crypto">,
  { id: taskId, configuration: task, collector, role, wire: { version } }: OpenTask,
  job: CollectionJobReq,
  share: Uint8Array,
): Promise<HpkeCiphertext> {
  return sealShare({ crypto, version, role, collector }, { taskId, task, job }, share);
}

/** HPKE's overhead in the suite of the collector's key: what the leader cannot open, it measures. */
const ENC_BYTES = 32;
const TAG_BYTES = 16;

/**
 * The leader's look at the helper's share, which it cannot open: as long as one is, sealed to the collector's key.
 * @throws PacelineError verification_failed
 */
export function readSealed({ configuration, collector }: OpenTask, answer: Uint8Array): HpkeCiphertext {
  let sealed: HpkeCiphertext;
  try {
    sealed = AggregateShare.decode(answer);
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return fail("verification_failed", `the helper's aggregate share does not decode: ${error.message}`);
  }
  const { sizes } = sharedPrio3(configuration.vdaf);
  const { configId, enc, payload } = sealed;
  if (configId !== collector.id) fail("verification_failed", "the helper's aggregate share is sealed to another key");
  if (enc.length !== ENC_BYTES || payload.length !== sizes.outputShare + TAG_BYTES)
    fail("verification_failed", "the helper's aggregate share is not as long as one of this task is");
  return sealed;
}

/** @throws DapError for what no collection job of Prio3 has */
export function checkJob({ aggregationParameter, extensions }: CollectionJobReq): void {
  if (aggregationParameter.length > 0)
    throw new DapError("invalidAggregationParameter", "Prio3 has no aggregation parameter");
  if (extensions.length > 0)
    throw new DapError("unsupportedExtension", "no extension of collection jobs is known here", {
      unsupported_extensions: extensions.map(({ type }) => type),
    });
}

/** The helper's answer to a request for its share: the same request again gets the same bytes, and nobody the batch again. */
export async function giveShare(
  parts: PlainParts,
  task: OpenTask,
  id: Uint8Array,
  body: Uint8Array,
): Promise<Uint8Array> {
  const { store, crypto, collected, passing } = parts;
  const digest = await crypto.sha256(body);
  const key = keys.share(task.name, id);
  const { job, batch, reportCount: count, checksum } = AggregateShareReq.decode(body);
  checkJob(job);
  checkBatch(task, batch);
  if (job.query.mode !== batch.mode) fail("invalid_message", "query and batch are of different modes");
  if (job.query.mode === "time-interval" && batch.mode === "time-interval") {
    const [asked, named] = [job.query.interval, batch.interval];
    if (asked.start !== named.start || asked.duration !== named.duration)
      fail("invalid_message", "the batch is not what the query asks for");
  }
  const held = await store.read(async (rows) => {
    const bytes = await rows.get(key);
    if (bytes !== undefined) return CreatedRow.decode(bytes);
    await refuseCollected(rows, task, batch);
    return await holdingOf(rows, task, batch);
  });
  if ("response" in held) {
    if (!equalBytes(held.digest, digest)) fail("conflict", "another request was made under this id");
    await collected.note(task, batch, noted(held.batch));
    passing("plain:share-noted");
    return held.response;
  }
  checkHolding(task, held, { count, checksum });
  // Sealed outside the transaction that marks the batch: what counted meanwhile makes that one fail.
  const response = AggregateShare.encode(await sealOwn(parts, task, job, held.share));
  passing("plain:share-sealed");
  const given = await store.transaction(async (rows) => {
    const bytes = await rows.get(key);
    if (bytes !== undefined) {
      const meanwhile = CreatedRow.decode(bytes);
      if (!equalBytes(meanwhile.digest, digest)) fail("conflict", "another request was made under this id");
      return meanwhile.response;
    }
    const now = await holdingOf(rows, task, batch);
    await markCollected(parts, rows, task, batch, now);
    checkHolding(task, now, { count, checksum });
    await forgetSums(rows, task, batch);
    const interval = Interval.encode(now.interval);
    const row = { digest, request: body, response, failure: "", batch: interval, delivered: true };
    await rows.put(key, CreatedRow.encode(row));
    await noteDue(rows, task, BigInt(nowSeconds(parts)), key);
    return response;
  });
  passing("plain:share-written");
  await collected.note(task, batch, held);
  passing("plain:share-noted");
  return given;
}

/**
 * The share that was given for a request, once its batch is noted: who died between the two says nothing before.
 * @throws PacelineError not_found
 */
export async function readShare({ store, collected }: PlainParts, task: OpenTask, id: Uint8Array): Promise<Uint8Array> {
  const bytes = await store.read((rows) => rows.get(keys.share(task.name, id)));
  const { request, response, batch } = CreatedRow.decode(
    bytes ?? fail("not_found", "no share was given for such a request"),
  );
  await collected.note(task, AggregateShareReq.decode(request).batch, noted(batch));
  return response;
}

/** What the row of an answered share says of its batch, so that it can be noted again. Rows of before say nothing. */
const noted = (batch: Uint8Array): Pick<BucketRow, "interval"> => ({
  interval: batch.length === 0 ? { start: 0n, duration: 0n } : Interval.decode(batch),
});
