/** A few bytes kept apart from a service's database, so that an older copy of the one does not go with the other. */
export interface MarkFile {
  /** @returns undefined when there is none */
  read(): Promise<Uint8Array | undefined>;
  /** Durable when it resolves: the old content or the new, never a part. */
  replace(content: Uint8Array): Promise<void>;
}
