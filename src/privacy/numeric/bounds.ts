// A number known from both sides.

/** lower ≤ exact ≤ upper. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}
