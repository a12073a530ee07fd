/**
 * What a device keeps: its ledger, its queue, its keys. Keys are printable ASCII of 1 to 200 characters.
 * A store that lost or rolled back a write would un-spend privacy budget, so damage is an error, never an empty store.
 */
export interface DeviceStore {
  /** Where pages or workers of one origin may share the store: the same for all of them. */
  readonly name?: string;
  get(key: string): Promise<Uint8Array | undefined>;
  /** The keys that begin with `prefix`, sorted. */
  keys(prefix: string): Promise<readonly string[]>;
  /**
   * All of it or nothing; durable when it resolves.
   * @throws PacelineError conflict when a value in `expect` is another by now: read again and decide again
   */
  transaction(changes: DeviceChanges): Promise<void>;
  /**
   * Where the store seals what it holds: as a transaction, under a new key; the old one is destroyed, and with it whatever of the
   * old rows is left on a disk.
   */
  renew?(changes: DeviceChanges): Promise<void>;
  /** Where several pages share the store: calls `listener` when another one changed it. @returns what ends it */
  watch?(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface DeviceChanges {
  readonly put: readonly (readonly [key: string, value: Uint8Array])[];
  /** Done after `put`. */
  readonly delete: readonly string[];
  /** Values this change relies on (undefined: no such key). Two tabs of one browser share a store. */
  readonly expect?: readonly (readonly [key: string, value: Uint8Array | undefined])[];
}
