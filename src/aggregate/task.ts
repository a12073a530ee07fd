// A task as an aggregator works on it: everything derived once from the stored row.
import { fail } from "../base/errors.ts";
import { streamOf, type TaskStream } from "../learning/plan/training/stream.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import type { Aggregator } from "../protocol/dap/version.ts";
import { type DapTask, dapTaskOf } from "../task/dap.ts";
import { decodeManifest, type Manifest } from "../task/manifest.ts";
import { type Proved, proveManifest } from "../task/prove.ts";
import type { AggregateRows, TaskRow } from "./store.ts";

export interface AggregateTask {
  readonly role: Aggregator;
  readonly row: TaskRow;
  readonly manifest: Manifest;
  readonly dap: DapTask;
  readonly proved: Proved;
  /** Of a training whose noise is correlated over its rounds: this task's place in it. */
  readonly stream: TaskStream | undefined;
}

export async function openTask(crypto: Crypto, role: Aggregator, row: TaskRow): Promise<AggregateTask> {
  const manifest = decodeManifest(row.manifest);
  return {
    ...{ role, row, manifest, proved: proveManifest(manifest) },
    dap: await dapTaskOf(crypto, manifest, row.manifest),
    stream: await streamOf(crypto, manifest),
  };
}

/** Tasks by id, read from the store once and kept: a task never changes. */
export function taskCache(crypto: Crypto, role: Aggregator, store: Store<AggregateRows>) {
  const cache = new Map<string, AggregateTask>();
  return async (id: Uint8Array): Promise<AggregateTask> => {
    const key = id.join();
    const known = cache.get(key);
    if (known !== undefined) return known;
    const row = await store.transaction((rows) => rows.task(id));
    if (row === undefined) fail("unknown_task", "this aggregator has no such task");
    const task = await openTask(crypto, role, row);
    cache.set(key, task);
    return task;
  };
}
