// What the device may forget, so that its store stays small. Never: that a task was answered, for as long as it could be asked
// again. A clock that jumped ahead, or a coordinator that says so alone, makes nothing be forgotten.

import { isPacelineError } from "../base/errors.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { bounds } from "./prune-bounds.ts";
import { type Departure, entry, keys, type Participation, readJson, tombstone } from "./state.ts";
import type { Time } from "./time.ts";

/** What the log's oldest lines were, once there are too many. */
export interface Before {
  readonly count: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export async function prune(store: DeviceStore, time: Time): Promise<void> {
  try {
    await pruneLog(store);
    await pruneAnswered(store, time);
  } catch (error) {
    // Another tab is at it.
    if (!isPacelineError(error) || error.code !== "conflict") throw error;
  }
}

async function pruneLog(store: DeviceStore): Promise<void> {
  const all = await store.keys("left/");
  const old = all.slice(0, Math.min(all.length - bounds.log, bounds.atOnce));
  if (all.length <= bounds.log) return;
  const known = await store.get(keys.before);
  let before = await readJson<Before>(store, keys.before);
  for (const key of old) {
    const left = await readJson<Departure>(store, key);
    if (left === undefined) continue;
    before = {
      count: (before?.count ?? 0) + 1,
      bytes: (before?.bytes ?? 0) + left.bytes,
      from: Math.min(before?.from ?? left.at, left.at),
      to: Math.max(before?.to ?? left.at, left.at),
    };
  }
  if (before === undefined) return;
  await store.transaction({ put: [entry(keys.before, before)], delete: old, expect: [[keys.before, known]] });
}

async function pruneAnswered(store: DeviceStore, time: Time): Promise<void> {
  const all = await store.keys("task/");
  if (all.length <= bounds.told) return;
  const unsent = new Set((await store.keys("queue/")).map((key) => key.slice("queue/".length)));
  const rows: { readonly key: string; readonly raw: Uint8Array; readonly one: Participation }[] = [];
  for (const key of all) {
    const raw = await store.get(key);
    const one = await readJson<Participation>(store, key);
    if (raw !== undefined && one !== undefined && !unsent.has(one.task)) rows.push({ key, raw, one });
  }
  rows.sort((a, b) => a.one.queuedAt - b.one.queuedAt);
  const tooMany = rows.slice(0, Math.max(0, rows.length - bounds.told)).slice(0, bounds.atOnce);
  const over = ({ one }: (typeof rows)[number]) => time.passed(one.closes * 1000 + bounds.overMs);
  const gone = tooMany.filter(over);
  const bare = tooMany.filter((row) => !over(row) && row.one.what !== "");
  if (gone.length + bare.length === 0) return;
  await store.transaction({
    put: bare.map(({ key, one }) => entry(key, { ...tombstone(one), refused: one.refused, queuedAt: one.queuedAt })),
    delete: gone.map(({ key }) => key),
    expect: [...gone, ...bare].map(({ key, raw }) => [key, raw] as const),
  });
}
