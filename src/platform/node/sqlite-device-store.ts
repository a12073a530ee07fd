// The DeviceStore port on SQLite, for devices that run Node and share the store between processes: a kiosk's page and its sync.
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isPacelineError, PacelineError } from "../../base/errors.ts";
import type { DeviceChanges, DeviceStore } from "../../ports/device-store.ts";
import { checkKey } from "../device-keys.ts";
import { checkExpected } from "../device-memory.ts";
import { createPrivate, refuseShared } from "./private.ts";

/** How long a process waits for another's transaction. */
const BUSY_MS = 5000;

/**
 * Opens the store in `path`, or makes an empty one there, readable by its owner alone. Deleted values are overwritten in the file.
 * @throws PacelineError invalid_data for a file that is none of ours or is damaged, unavailable
 */
export function openSqliteDeviceStore(path: string): DeviceStore {
  const file = resolve(path);
  const database = guarded(path, () => {
    createPrivate(file);
    refuseShared(file, "what a device knows of its member");
    const opened = new DatabaseSync(file, { timeout: BUSY_MS });
    // FULL: committed is on the disk, or a crash would un-spend budget
    opened.exec("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    opened.exec(
      'CREATE TABLE IF NOT EXISTS "values" (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID',
    );
    return opened;
  });
  const sql = guarded(path, () => ({
    get: database.prepare('SELECT value FROM "values" WHERE key = ?'),
    // keys are printable ASCII, so all that begin with the prefix lie before prefix + DEL
    keys: database.prepare('SELECT key FROM "values" WHERE key >= ? AND key < ? ORDER BY key'),
    put: database.prepare('INSERT INTO "values" VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    delete: database.prepare('DELETE FROM "values" WHERE key = ?'),
  }));
  const read = (key: string): Uint8Array | undefined => {
    const value = sql.get.get(key)?.value as Uint8Array | undefined;
    return value === undefined ? undefined : Uint8Array.from(value);
  };

  function change({ put, delete: gone, expect = [] }: DeviceChanges): void {
    for (const [key] of put) checkKey(key);
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const [key, value] of expect) checkExpected(key, read(key), value);
      for (const [key, value] of put) sql.put.run(key, value);
      for (const key of gone) sql.delete.run(key);
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  return {
    get: async (key) => guarded(path, () => read(key)),
    keys: async (prefix) => guarded(path, () => sql.keys.all(prefix, `${prefix}\x7f`).map(({ key }) => key as string)),
    transaction: async (changes) => guarded(path, () => change(changes)),
    async close() {
      if (database.isOpen) database.close();
    },
  };
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (isPacelineError(cause)) throw cause;
    const code = (cause as { errcode?: number }).errcode;
    // SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR of a table that is another
    const damaged = code === 11 || code === 26 || code === 1;
    throw new PacelineError(
      damaged ? "invalid_data" : "unavailable",
      `${path} ${damaged ? "is no device store, or damaged" : "cannot be used now"}`,
      {
        hint: damaged
          ? "It holds what this device has already given away; do not start an empty one in its place."
          : "Another process may hold it, or the disk may be full.",
        cause,
      },
    );
  }
}
