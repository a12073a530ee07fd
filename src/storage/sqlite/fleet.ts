// Many devices' stores in one file, for simulations and demos of a whole membership: each device sees only its own
// keys, and transactions of many devices that come together are committed together, durably, each all or nothing.
import { DatabaseSync } from "node:sqlite";
import { equalBytes } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { checkKey } from "../../platform/device-keys.ts";
import { createPrivate, refuseShared } from "../../platform/node/private.ts";
import type { DeviceChanges, DeviceStore } from "../../ports/device-store.ts";

/** How long a transaction waits for others to share its disk flush. */
const TOGETHER_MS = 12;

export interface Fleet {
  device(id: string): DeviceStore;
  close(): void;
}

interface Waiting {
  readonly device: string;
  readonly changes: DeviceChanges;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** @throws PacelineError policy_refused when others can read or write the file */
export function openFleet(path: string): Fleet {
  refuseShared(path, "what every device gave away");
  // SQLite gives the files beside it the same mode.
  const db = new DatabaseSync(createPrivate(path), { timeout: 5000 });
  db.exec("pragma locking_mode=exclusive; pragma journal_mode=wal; pragma synchronous=full; pragma trusted_schema=off");
  db.exec(
    "create table if not exists entry (device text, key text, value blob not null, primary key (device, key)) strict",
  );
  const select = db.prepare("select value from entry where device = ? and key = ?");
  const list = db.prepare("select key from entry where device = ? and key >= ? and key < ? order by key");
  const put = db.prepare("insert into entry values (?, ?, ?) on conflict do update set value = excluded.value");
  const remove = db.prepare("delete from entry where device = ? and key = ?");
  let waiting: Waiting[] = [];

  const get = (device: string, key: string): Uint8Array | undefined =>
    (select.get(device, key) as { value: Uint8Array } | undefined)?.value;

  function apply({ device, changes }: Waiting): void {
    for (const [key, expected] of changes.expect ?? []) {
      const now = get(device, key);
      const same = now === undefined || expected === undefined ? now === expected : equalBytes(now, expected);
      if (!same) fail("conflict", `the device store's ${key} has changed`);
    }
    for (const [key, value] of changes.put) put.run(device, checkKey(key), value);
    for (const key of changes.delete) remove.run(device, key);
  }

  /** A commit that fails fails everyone who waits for it: nobody goes on as if it were durable. */
  function flush(): void {
    const batch = waiting;
    waiting = [];
    try {
      commit(batch);
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec("rollback");
      for (const { reject } of batch) reject(error);
    }
  }

  function commit(batch: readonly Waiting[]): void {
    const done: Waiting[] = [];
    db.exec("begin immediate");
    for (const one of batch) {
      db.exec("savepoint one");
      try {
        apply(one);
        db.exec("release one");
        done.push(one);
      } catch (error) {
        db.exec("rollback to one; release one");
        one.reject(error);
      }
    }
    db.exec("commit");
    for (const { resolve } of done) resolve();
  }

  return {
    device: (device) => ({
      get: async (key) => get(device, key),
      async keys(prefix) {
        return list.all(device, prefix, `${prefix}\u{10ffff}`).map((row) => (row as { key: string }).key);
      },
      transaction: (changes) =>
        new Promise((resolve, reject) => {
          waiting.push({ device, changes, resolve, reject });
          if (waiting.length === 1) setTimeout(flush, TOGETHER_MS);
        }),
      close: async () => undefined,
    }),
    close: () => db.close(),
  };
}
