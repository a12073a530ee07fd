// Sealing what lies in a database, with keys that do not.

/** Where a value lies. Taken to another place it does not open. */
export interface Place {
  readonly table: string;
  readonly column: string;
  /** The task, 32 bytes. */
  readonly task: Uint8Array;
  /** What names the row within its task; empty where a task has one. */
  readonly row: Uint8Array;
}

export interface Sealer {
  /** The first bytes of whatever the present key seals; five of them. */
  prefix(): Uint8Array;
  seal(place: Place, plain: Uint8Array): Uint8Array;
  /** @returns undefined when no key that is known sealed these bytes for this place */
  open(place: Place, sealed: Uint8Array): Uint8Array | undefined;
}
