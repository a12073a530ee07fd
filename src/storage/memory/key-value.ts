import type { KeyValueRows, KeyValueStore } from "../../plain/store.ts";
import type { Store } from "../../ports/store.ts";
import { Table } from "./table.ts";

/** A plain aggregator's rows in memory. Nothing is durable. */
export function memoryKeyValues(): KeyValueStore {
  const table = new Table<Uint8Array>();
  const rows: KeyValueRows = {
    get: async (key) => table.get(key),
    getAll: async (keys) => keys.map((key) => table.get(key)),
    put: async (key, value) => table.put(key, value),
    delete: async (key) => table.delete(key),
    list: async (prefix, most, after = "") =>
      table
        .entries()
        .filter(([key]) => key.startsWith(prefix) && key > after)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, most),
    count: async (prefix) => table.entries().filter(([key]) => key.startsWith(prefix)).length,
  };
  let last: Promise<unknown> = Promise.resolve();
  const transaction: Store<KeyValueRows>["transaction"] = (work) => {
    const run = last.then(async () => {
      table.begin();
      try {
        return await work(rows);
      } catch (error) {
        table.rollback();
        throw error;
      }
    });
    last = run.catch(() => undefined);
    return run;
  };
  return {
    transaction,
    read: transaction,
    scrub: async () => undefined,
    size: async () => 0,
    check: async () => undefined,
    reseal: async () => 0,
    close: async () => undefined,
  };
}
