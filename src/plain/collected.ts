// Which batches were collected, written down apart from the database: an older copy of it, restored, must not answer for a part
// of a batch again. A batch is noted before anybody is answered about it, and what is noted and not in the database is put there
// before anything is served.

import { latestTime } from "../aggregate/latest.ts";
import { fromHex, fromUtf8, utf8 } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { BatchSelector } from "../protocol/dap/collection.ts";
import { forgetSums, markerOf, putMarker } from "./batches.ts";
import { type Collected, nowSeconds, type PlainParts } from "./parts.ts";
import { keepFrom, keptFrom } from "./retention.ts";
import { intervalOfKey, keys } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

const FORMAT = "paceline-dap-mark-1";
/** Says that there is a mark beside this database. */
const MARKED = "k/mark";

type Kept = Pick<PlainParts, "store" | "clock" | "keepSeconds">;

/** By the key of the row that says a batch is collected: the second before which its reports are. */
type Notes = Map<string, bigint>;

export function newCollected(parts: Kept, file: MarkFile): Collected {
  let notes: Notes | undefined;
  let durable: ReadonlySet<string> = new Set();
  let last: Promise<void> = Promise.resolve();

  async function write(all: Notes, task: OpenTask, key: string): Promise<void> {
    if (durable.has(key)) return;
    const from = await parts.store.read((rows) => keptFrom(parts, rows, task));
    // Reports of before are taken no more: whether they were collected does not matter.
    for (const [name, until] of all) if (isOf(task, name) && until < secondsOf(task, from)) all.delete(name);
    const now = new Set(all.keys());
    await file.replace(written(all));
    durable = now;
  }

  return {
    async recall(tasks) {
      const bytes = await file.read();
      const marked = await parts.store.read((rows) => rows.get(MARKED));
      if (bytes === undefined && marked !== undefined)
        fail("misconfigured", "the mark is missing: it knows which batches were collected", {
          hint: "Put it back. If it is lost: `paceline restore dap --lost-mark charge` drops every report until now.",
        });
      notes = bytes === undefined ? new Map() : read(bytes);
      if (bytes === undefined) await file.replace(written(notes));
      if (marked === undefined) await parts.store.transaction((rows) => rows.put(MARKED, new Uint8Array(0)));
      durable = new Set(notes.keys());
      let recalled = 0;
      for (const task of tasks)
        for (const [key, until] of notes) if (isOf(task, key)) recalled += await recallOne(parts, task, key, until);
      return recalled;
    },
    async note(task, batch, held) {
      const all = notes ?? fail("internal", "the mark is read before anything is collected");
      const { start, duration } = batch.mode === "time-interval" ? batch.interval : held.interval;
      const key = markerOf(task, batch);
      if (durable.has(key)) return;
      all.set(key, secondsOf(task, start + duration));
      last = last.catch(() => undefined).then(() => write(all, task, key));
      await last;
    },
  };
}

const isOf = ({ name }: OpenTask, key: string): boolean => key.split("/")[1] === name;
const secondsOf = ({ configuration }: OpenTask, units: bigint): bigint => units * configuration.timePrecision;

/** @returns 1 when the database did not know of it */
async function recallOne(parts: Kept, task: OpenTask, key: string, until: bigint): Promise<number> {
  return await parts.store.transaction(async (rows) => {
    if ((await rows.get(key)) !== undefined) return 0;
    if (until <= secondsOf(task, await keptFrom(parts, rows, task))) return 0;
    const batch = batchOf(key);
    await putMarker(rows, task, batch, until);
    await forgetSums(rows, task, batch);
    if (batch.mode === "leader-selected") {
      // Which reports were in it nobody here knows any more: none of its time is taken again.
      const { timePrecision } = task.configuration;
      await keepFrom(rows, task, (until + timePrecision - 1n) / timePrecision);
      await forgetBatch(rows, task, batch.batchId);
    }
    return 1;
  });
}

async function forgetBatch(rows: KeyValueRows, { name }: OpenTask, batch: Uint8Array): Promise<void> {
  await rows.delete(keys.fullBatch(name, batch));
  const filling = await rows.get(keys.fillingBatch(name));
  if (filling !== undefined && keys.collectedBatch(name, filling) === keys.collectedBatch(name, batch))
    await rows.delete(keys.fillingBatch(name));
}

function batchOf(key: string): BatchSelector {
  return key.startsWith("x/")
    ? { mode: "time-interval", interval: intervalOfKey(key) }
    : { mode: "leader-selected", batchId: fromHex(key.split("/")[2] ?? "") };
}

/**
 * Where the mark is lost: whatever was uploaded until now may have been collected, so none of it is taken or given out any more.
 * A new mark is made.
 */
export async function dropUntilNow(parts: Kept, file: MarkFile, tasks: readonly OpenTask[]): Promise<void> {
  for (const task of tasks)
    await parts.store.transaction((rows) =>
      keepFrom(rows, task, latestTime(task.configuration.timePrecision, nowSeconds(parts)) + 1n),
    );
  await file.replace(written(new Map()));
}

function written(notes: Notes): Uint8Array {
  const collected = Object.fromEntries([...notes].map(([key, until]) => [key, `${until}`]));
  return utf8(`${canonicalJson({ format: FORMAT, collected })}\n`);
}

function read(bytes: Uint8Array): Notes {
  const said = parseJson(fromUtf8(bytes), "the mark", "invalid_data") as {
    readonly format?: unknown;
    readonly collected?: Readonly<Record<string, string>>;
  } | null;
  const entries = Object.entries(said?.collected ?? {});
  if (said?.format !== FORMAT || entries.some(([key, until]) => !/^[xy]\//.test(key) || !/^\d+$/.test(until)))
    fail("invalid_data", "the mark is damaged, or another service's", { hint: "Put the right file back." });
  return new Map(entries.map(([key, until]) => [key, BigInt(until)]));
}
