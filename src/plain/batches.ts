// Batches: what was added up, what was collected, and what may still be added.
import { equalBytes, xorInto } from "../base/bytes.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Interval } from "../protocol/dap/basics.ts";
import type { BatchSelector } from "../protocol/dap/collection.ts";
import { DapError } from "../protocol/dap/http.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";
import type { PlainParts } from "./parts.ts";
import { keptFrom, noteDue } from "./retention.ts";
import { BucketRow, intervalOfKey, keys } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

/** A report that was verified. */
export interface Output {
  readonly id: Uint8Array;
  readonly time: bigint;
  readonly share: Uint8Array;
}

const end = ({ start, duration }: Interval): bigint => start + duration;

/** @returns why a report of a time, or any report of this batch, comes too late to count */
export async function lateTest(
  parts: Pick<PlainParts, "clock" | "keepSeconds">,
  rows: KeyValueRows,
  task: OpenTask,
  batch: Uint8Array | undefined,
): Promise<(time: bigint) => "report_dropped" | "batch_collected" | undefined> {
  const from = await keptFrom(parts, rows, task);
  const collected = await collectedTest(rows, task, batch);
  return (time) => (time < from ? "report_dropped" : collected(time) ? "batch_collected" : undefined);
}

async function collectedTest(
  rows: KeyValueRows,
  { name, configuration }: OpenTask,
  batch: Uint8Array | undefined,
): Promise<(time: bigint) => boolean> {
  if (configuration.batchMode === "leader-selected") {
    const collected = batch !== undefined && (await rows.get(keys.collectedBatch(name, batch))) !== undefined;
    return () => collected;
  }
  const taken = await collectedIntervals(rows, name);
  return (time) => taken.some((interval) => interval.start <= time && time < end(interval));
}

async function collectedIntervals(rows: KeyValueRows, name: string): Promise<readonly Interval[]> {
  return (await rows.list(keys.collectedIntervals(name), COLLECTED_MAX)).map(([key]) => intervalOfKey(key));
}

async function overlaps(rows: KeyValueRows, name: string, wanted: Interval): Promise<boolean> {
  const taken = await collectedIntervals(rows, name);
  return taken.some(({ start, duration }) => start < end(wanted) && wanted.start < start + duration);
}

/** Intervals that one task may have collected: each report is compared with them. */
const COLLECTED_MAX = 10_000;

/** Adds verified reports to their buckets. */
export async function addOutputs(
  crypto: Crypto,
  rows: KeyValueRows,
  task: OpenTask,
  outputs: readonly Output[],
  batch: Uint8Array | undefined,
): Promise<void> {
  const byBucket = Map.groupBy(outputs, ({ time }) =>
    batch === undefined ? keys.timeBucket(task.name, time) : keys.batchBucket(task.name, batch),
  );
  const prio3 = sharedPrio3(task.configuration.vdaf);
  for (const [key, some] of byBucket) {
    const before = await bucketAt(rows, key);
    const sum = before ? prio3.decodeAggregate(before.share) : prio3.newAggregate();
    const checksum = before ? before.checksum.slice() : new Uint8Array(32);
    let interval = before?.interval;
    for (const { id, time, share } of some) {
      prio3.accumulate(sum, share);
      xorInto(checksum, await crypto.sha256(id));
      interval = around(interval, { start: time, duration: 1n });
    }
    if (interval === undefined) continue;
    const count = (before?.count ?? 0n) + BigInt(some.length);
    await rows.put(key, BucketRow.encode({ count, checksum, share: prio3.encodeAggregate(sum), interval }));
  }
}

async function bucketAt(rows: KeyValueRows, key: string): Promise<BucketRow | undefined> {
  const bytes = await rows.get(key);
  return bytes && BucketRow.decode(bytes);
}

/** The smallest interval that holds both. */
function around(a: Interval | undefined, b: Interval): Interval {
  if (a === undefined) return b;
  const start = a.start < b.start ? a.start : b.start;
  const last = end(a) > end(b) ? end(a) : end(b);
  return { start, duration: last - start };
}

/** All that was added up for a batch; nothing at all is an empty sum. */
export async function holdingOf(rows: KeyValueRows, task: OpenTask, batch: BatchSelector): Promise<BucketRow> {
  const { name, configuration } = task;
  const prio3 = sharedPrio3(configuration.vdaf);
  const sum = prio3.newAggregate();
  const checksum = new Uint8Array(32);
  let count = 0n;
  let interval: Interval | undefined;
  const add = (bucket: BucketRow) => {
    prio3.accumulate(sum, bucket.share);
    xorInto(checksum, bucket.checksum);
    count += bucket.count;
    interval = around(interval, bucket.interval);
  };
  if (batch.mode === "leader-selected") {
    const bucket = await bucketAt(rows, keys.batchBucket(name, batch.batchId));
    if (bucket !== undefined) add(bucket);
  } else {
    const from = keys.timeBucket(name, batch.interval.start);
    const to = keys.timeBucket(name, end(batch.interval));
    const first = await bucketAt(rows, from);
    if (first !== undefined && from < to) add(first);
    for (let after = from; ; ) {
      const page = await rows.list(keys.buckets(name), PAGE, after);
      const inside = page.filter(([key]) => key < to);
      for (const [, bytes] of inside) add(BucketRow.decode(bytes));
      if (inside.length < PAGE) break;
      after = inside.at(-1)?.[0] ?? after;
    }
  }
  const start = batch.mode === "time-interval" ? batch.interval.start : 0n;
  return { count, checksum, share: prio3.encodeAggregate(sum), interval: interval ?? { start, duration: 0n } };
}

const PAGE = 256;

/** @throws DapError batchOverlap when a part of it was collected, or is being */
export async function refuseCollected(rows: KeyValueRows, { name }: OpenTask, batch: BatchSelector): Promise<void> {
  const taken =
    batch.mode === "time-interval"
      ? await overlaps(rows, name, batch.interval)
      : (await rows.get(keys.collectedBatch(name, batch.batchId))) !== undefined;
  if (taken) throw new DapError("batchOverlap", "a part of this batch was collected before");
}

/** @throws DapError batchOverlap, or batchInvalid when reports of its time are kept no more */
export async function markCollected(
  parts: Pick<PlainParts, "clock" | "keepSeconds">,
  rows: KeyValueRows,
  task: OpenTask,
  batch: BatchSelector,
  { interval }: Pick<BucketRow, "interval">,
): Promise<void> {
  await refuseCollected(rows, task, batch);
  if (batch.mode === "time-interval") {
    if (batch.interval.start < (await keptFrom(parts, rows, task)))
      throw new DapError("batchInvalid", "a part of the interval is so long ago that its reports were deleted");
    if ((await rows.count(keys.collectedIntervals(task.name))) >= COLLECTED_MAX)
      throw new DapError("batchInvalid", `at most ${COLLECTED_MAX} intervals of a task are collected`);
  }
  await putMarker(rows, task, batch, end(interval) * task.configuration.timePrecision);
}

/** The key of the row that says a batch is collected. */
export const markerOf = ({ name }: OpenTask, batch: BatchSelector): string =>
  batch.mode === "time-interval"
    ? keys.collectedInterval(name, batch.interval)
    : keys.collectedBatch(name, batch.batchId);

/** @param until the second before which its reports are */
export async function putMarker(
  rows: KeyValueRows,
  task: OpenTask,
  batch: BatchSelector,
  until: bigint,
): Promise<void> {
  const key = markerOf(task, batch);
  await rows.put(key, new Uint8Array(0));
  // An interval says itself how old it is.
  if (batch.mode === "leader-selected") await noteDue(rows, task, until, key);
}

/** Deletes the sums of a batch that was answered. */
export async function forgetSums(rows: KeyValueRows, { name }: OpenTask, batch: BatchSelector): Promise<void> {
  if (batch.mode === "leader-selected") return await rows.delete(keys.batchBucket(name, batch.batchId));
  const to = keys.timeBucket(name, end(batch.interval));
  await rows.delete(keys.timeBucket(name, batch.interval.start));
  for (;;) {
    const page = await rows.list(keys.buckets(name), PAGE, keys.timeBucket(name, batch.interval.start));
    const inside = page.filter(([key]) => key < to);
    for (const [key] of inside) await rows.delete(key);
    if (inside.length < PAGE) return;
  }
}

/** @throws DapError batchInvalid for an interval that is empty or no part of the task's */
export function checkBatch({ configuration }: OpenTask, batch: BatchSelector): void {
  if (batch.mode !== configuration.batchMode)
    throw new DapError("invalidMessage", `this task's batches are ${configuration.batchMode}`);
  if (batch.mode !== "time-interval") return;
  const { interval: whole } = configuration;
  const { start, duration } = batch.interval;
  if (duration === 0n) throw new DapError("batchInvalid", "an interval of no time holds no report");
  if (whole !== undefined && (start < whole.start || start + duration > end(whole)))
    throw new DapError("batchInvalid", "the interval is not within the task's");
}

/** @throws DapError invalidBatchSize, batchMismatch */
export function checkHolding(task: OpenTask, held: BucketRow, said?: { count: bigint; checksum: Uint8Array }): void {
  if (said !== undefined && (held.count !== said.count || !equalBytes(held.checksum, said.checksum)))
    throw new DapError("batchMismatch", "this aggregator holds other reports for the batch than the request describes");
  if (held.count < task.configuration.minBatchSize)
    throw new DapError("invalidBatchSize", "the batch is smaller than the task's minimum");
}
