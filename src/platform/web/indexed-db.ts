// IndexedDB as promises: one database with one object store.
import { PacelineError } from "../../base/errors.ts";

export const table = "values";

export function openDatabase(name: string): Promise<IDBDatabase> {
  return guard(async () => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table);
    const database = await answer(request);
    // another tab wants a newer layout: let it go on
    database.onversionchange = () => database.close();
    return database;
  });
}

export interface RawChanges {
  readonly put: readonly (readonly [key: string, value: unknown])[];
  readonly delete: readonly string[];
}

/**
 * @param clear whether everything else goes first
 * @param holds asks nothing but the object store it is given, or the transaction is over before it answers
 * @returns whether it held; if not, nothing was changed
 */
export async function commit(
  database: IDBDatabase,
  clear: boolean,
  changes: RawChanges,
  holds: (values: IDBObjectStore) => Promise<boolean>,
): Promise<boolean> {
  return await guard(async () => {
    // "strict": complete only once the disk has it; the default of browsers is the operating system's cache
    const transaction = database.transaction(table, "readwrite", { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () =>
        reject(transaction.error ?? new PacelineError("conflict", "the transaction was undone"));
    });
    // awaited below; until then a failure is not yet ours to report
    done.catch(() => {});
    const values = transaction.objectStore(table);
    if (!(await holds(values))) {
      transaction.abort();
      return false;
    }
    if (clear) values.clear();
    for (const [key, value] of changes.put) values.put(value, key);
    for (const key of changes.delete) values.delete(key);
    await done;
    return true;
  });
}

export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PacelineError) throw cause;
    const reason = cause instanceof Error ? cause.name : "unknown";
    throw new PacelineError("unavailable", `the data was not kept (${reason})`, {
      hint:
        typeof indexedDB === "undefined"
          ? "There is no IndexedDB here: in Node, use openDeviceStore of paceline/platform/node."
          : "Leave private browsing, or free some disk space.",
      cause,
    });
  }
}
