// What a plain aggregator keeps: rows by name, in a database of its own that no other mode opens.
import type { Store } from "../ports/store.ts";

/** Rows inside one transaction. Keys are ASCII; a list is in the order of its keys. */
export interface KeyValueRows {
  get(key: string): Promise<Uint8Array | undefined>;
  /** In the order of the keys; undefined where there is no such row. */
  getAll(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** Rows whose key begins with `prefix` and comes after `after`, at most `most`. */
  list(prefix: string, most: number, after?: string): Promise<readonly (readonly [key: string, value: Uint8Array])[]>;
  /** How many keys begin with `prefix`. */
  count(prefix: string): Promise<number>;
}

/** Such rows in a database, which seals their values where it was given keys. */
export interface KeyValueStore extends Store<KeyValueRows> {
  /** Seals by the present key what another sealed. @returns how many values that were */
  reseal(): Promise<number>;
}
