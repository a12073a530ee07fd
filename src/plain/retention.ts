// What a plain aggregator forgets, and when. A report's time is public and sealed in with it: reports of before a certain unit of
// time are taken no more, so of those their ids need not be kept against replays, nor the batches that were collected.
import { fromHex } from "../base/bytes.ts";
import { nowSeconds, type PlainParts } from "./parts.ts";
import { BucketRow, intervalOfKey, KeptRow, keys, LeaderJobRow, ReportRow, rowOfDue } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

/** How long reports are kept that nobody has collected, and what is known of those that were. */
const KEEP_SECONDS = 30 * 86_400;
/** Rows in one transaction. */
const PAGE = 500;

/** @returns the first unit of time whose reports are still taken; what the clock was set back by is not given back */
export async function keptFrom(
  parts: Pick<PlainParts, "clock" | "keepSeconds">,
  rows: KeyValueRows,
  { name, configuration }: OpenTask,
): Promise<bigint> {
  const bytes = await rows.get(keys.kept(name));
  const stored = bytes === undefined ? 0n : KeptRow.decode(bytes).from;
  const { keepSeconds = KEEP_SECONDS } = parts;
  const byClock = BigInt(Math.max(0, nowSeconds(parts) - Math.ceil(keepSeconds))) / configuration.timePrecision;
  return byClock > stored ? byClock : stored;
}

/** Takes no report of before `from` any more, for good. */
export async function keepFrom(rows: KeyValueRows, { name }: OpenTask, from: bigint): Promise<void> {
  const bytes = await rows.get(keys.kept(name));
  if (bytes === undefined || KeptRow.decode(bytes).from < from)
    await rows.put(keys.kept(name), KeptRow.encode({ from }));
}

/** Notes when a row may be forgotten. @param seconds what is known of it is of that time */
export const noteDue = (rows: KeyValueRows, { name }: OpenTask, seconds: bigint, key: string): Promise<void> =>
  rows.put(keys.due(name, seconds, key), new Uint8Array(0));

/** Of a report. */
export const noteReport = (rows: KeyValueRows, task: OpenTask, time: bigint, id: Uint8Array): Promise<void> =>
  noteDue(rows, task, time * task.configuration.timePrecision, keys.report(task.name, id));

/** Deletes what is older than is kept. @returns how many reports nobody had collected */
export async function sweep(parts: PlainParts, task: OpenTask): Promise<number> {
  const { store } = parts;
  const from = await store.transaction(async (rows) => {
    const unit = await keptFrom(parts, rows, task);
    await keepFrom(rows, task, unit);
    return unit;
  });
  const dropped =
    (await dropJobs(parts, task, from)) + (await dropBuckets(parts, task, from)) + (await dropDue(parts, task, from));
  await store.transaction(async (rows) => {
    for (const [key] of await rows.list(keys.collectedIntervals(task.name), PAGE)) {
      const { start, duration } = intervalOfKey(key);
      if (start + duration <= from) await rows.delete(key);
    }
  });
  return dropped;
}

/** A job that was never answered holds its reports: it ends when all of them are too old. */
async function dropJobs({ store }: PlainParts, task: OpenTask, from: bigint): Promise<number> {
  return await store.transaction(async (rows) => {
    let dropped = 0;
    for (const [key, bytes] of await rows.list(keys.leaderJobs(task.name), PAGE)) {
      const { verifyInits } = task.wire.AggregationJobInitReq.decode(LeaderJobRow.decode(bytes).request);
      if (verifyInits.some(({ metadata }) => metadata.time >= from)) continue;
      for (const { metadata } of verifyInits) await rows.delete(keys.report(task.name, metadata.reportId));
      await rows.delete(key);
      await rows.delete(keys.failureOf(key));
      dropped += verifyInits.length;
    }
    return dropped;
  });
}

async function dropBuckets({ store }: PlainParts, task: OpenTask, from: bigint): Promise<number> {
  let dropped = 0;
  for (let after = ""; ; ) {
    // It may run twice: what it counts is its result.
    const { page, uncollected } = await store.transaction(async (rows) => {
      const found = await rows.list(keys.buckets(task.name), PAGE, after);
      let reports = 0;
      for (const [key, bytes] of found) {
        const { count, interval } = BucketRow.decode(bytes);
        if (interval.start + interval.duration > from) continue;
        await rows.delete(key);
        await rows.delete(key.replace(/^b/, "g"));
        reports += Number(count);
      }
      return { page: found, uncollected: reports };
    });
    dropped += uncollected;
    after = page.at(-1)?.[0] ?? "";
    if (page.length < PAGE) return dropped;
  }
}

/** What was noted with `noteDue`. */
async function dropDue({ store }: PlainParts, task: OpenTask, from: bigint): Promise<number> {
  const end = keys.dueBefore(task.name, from * task.configuration.timePrecision);
  let dropped = 0;
  for (let after = ""; ; ) {
    const { page, pending } = await store.transaction(async (rows) => {
      let waited = 0;
      const found = (await rows.list(keys.allDue(task.name), PAGE, after)).filter(([key]) => key < end);
      const names = found.map(([key]) => rowOfDue(key));
      for (const [i, bytes] of (await rows.getAll(names)).entries()) {
        const row = names[i] as string;
        const state = row.startsWith("r/") && bytes ? ReportRow.decode(bytes).state : undefined;
        // Its job says what becomes of it; until then it is looked at again.
        if (state === "aggregating") continue;
        if (state === "pending") waited += 1;
        for (const key of [row, found[i]?.[0] ?? "", ...besides(task, row)]) await rows.delete(key);
      }
      return { page: found, pending: waited };
    });
    dropped += pending;
    after = page.at(-1)?.[0] ?? "";
    if (page.length < PAGE) return dropped;
  }
}

/** What else there is of a row: that it waits. */
function besides({ name, verificationKeys }: OpenTask, row: string): readonly string[] {
  const [kind, , id = ""] = row.split("/");
  if (kind === "r") return verificationKeys.map((_, i) => keys.pendingReport(name, i, fromHex(id)));
  if (kind === "h") return [keys.waitingJob(name, fromHex(id))];
  return kind === "c" ? [keys.openCollection(name, fromHex(id))] : [];
}
