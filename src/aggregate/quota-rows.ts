// What the processes of a party share of their quotas, durably.

/** What strangers may store only so many of. */
export type QuotaKind = "report" | "withdrawal";

/** Tokens that are left of a task, and since when more have come, in milliseconds since 1970 (rate.ts). */
export interface BucketRow {
  readonly left: number;
  readonly at: number;
}

/** How many places of a task processes were given, filled or not, and how often that was (places.ts). */
export interface PlacesRow {
  readonly given: number;
  readonly draws: number;
}

/** What the processes of a party share of their quotas. */
export interface QuotaRows {
  bucket(kind: QuotaKind, task: Uint8Array): Promise<BucketRow | undefined>;
  /** Inserts, or overwrites. */
  putBucket(kind: QuotaKind, task: Uint8Array, row: BucketRow): Promise<void>;
  places(kind: QuotaKind, task: Uint8Array): Promise<PlacesRow | undefined>;
  /** Inserts, or overwrites; whoever made this draw holds its places from now on, and none by its draw `before`. */
  drawPlaces(kind: QuotaKind, task: Uint8Array, row: PlacesRow, before: number): Promise<void>;
  /** Whether the places of a draw are held by who made it. */
  holdsPlaces(kind: QuotaKind, task: Uint8Array, draw: number): Promise<boolean>;
  /** Nobody holds any. */
  revokePlaces(kind: QuotaKind, task: Uint8Array): Promise<void>;
}
