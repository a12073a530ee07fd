// Which of the tasks that this helper has signed take reports now. Read from its database once and then kept beside it:
// manifests do not change.
import type { AggregateRows } from "../aggregate/store.ts";
import { fromHex, toHex } from "../base/bytes.ts";
import type { LedgerRows } from "../release/store.ts";
import { decodeManifest, type Manifest } from "../task/manifest.ts";

type Rows = AggregateRows & LedgerRows;

export interface OpenTasks {
  /** Signed within a transaction that was committed. */
  add(task: Uint8Array, manifest: Manifest): void;
  /** Tasks whose time is not over, which are neither collected nor closed. */
  count(rows: Rows, nowSeconds: number): Promise<number>;
}

export function openTasks(): OpenTasks {
  const closes = new Map<string, number>();
  let known = false;
  return {
    add(task, { upload }) {
      closes.set(toHex(task), upload.closes);
    },
    async count(rows, nowSeconds) {
      if (!known)
        for (const { id, manifest } of await rows.tasks())
          closes.set(toHex(id), decodeManifest(manifest).upload.closes);
      known = true;
      let open = 0;
      for (const [key, end] of [...closes]) {
        const task = fromHex(key);
        const over = end <= nowSeconds || (await rows.batch(task)) !== undefined || (await rows.isForgotten(task));
        if (over) closes.delete(key);
        else open += 1;
      }
      return open;
    },
  };
}
