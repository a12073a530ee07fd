// The DeviceStore port on IndexedDB: one database, one object store of bytes under text keys.
import { equalBytes } from "../../base/bytes.ts";
import { PacelineError } from "../../base/errors.ts";
import type { DeviceChanges, DeviceStore } from "../../ports/device-store.ts";
import { checkKey } from "../device-keys.ts";

const table = "values";

/** @throws PacelineError unavailable when the browser keeps no data here (private window, full disk) */
export async function openDeviceStore(name: string): Promise<DeviceStore> {
  const database = await openDatabase(name);
  return {
    async get(key) {
      return await guard(async () => await read(database.transaction(table).objectStore(table), key));
    },
    async keys(prefix) {
      // keys are printable ASCII, so all that begin with the prefix lie before prefix + DEL; IndexedDB answers in order
      const keys = await guard(() => {
        const range = IDBKeyRange.bound(prefix, `${prefix}\x7f`);
        return answer(database.transaction(table).objectStore(table).getAllKeys(range));
      });
      return keys as string[];
    },
    async transaction(changes) {
      for (const [key] of changes.put) checkKey(key);
      await guard(() => change(database, changes));
    },
    async close() {
      database.close();
    },
  };
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return guard(async () => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table);
    const database = await answer(request);
    // another tab wants a newer layout: let it go on
    database.onversionchange = () => database.close();
    return database;
  });
}

async function change(database: IDBDatabase, changes: DeviceChanges): Promise<void> {
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
  for (const [key, value] of changes.expect ?? []) {
    const now = await read(values, key);
    const same = now === undefined || value === undefined ? now === value : equalBytes(now, value);
    if (!same) {
      transaction.abort();
      throw new PacelineError("conflict", `the device store's ${key} has changed`);
    }
  }
  for (const [key, value] of changes.put) values.put(value.slice(), key);
  for (const key of changes.delete) values.delete(key);
  await done;
}

async function read(values: IDBObjectStore, key: string): Promise<Uint8Array | undefined> {
  return (await answer(values.get(key))) as Uint8Array | undefined;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
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
