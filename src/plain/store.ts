// What a plain aggregator keeps: rows by name, in a database of its own that no other mode opens.

/** Rows inside one transaction. Keys are ASCII; a list is in the order of its keys. */
export interface KeyValueRows {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** Rows whose key begins with `prefix` and comes after `after`, at most `most`. */
  list(prefix: string, most: number, after?: string): Promise<readonly (readonly [key: string, value: Uint8Array])[]>;
}
