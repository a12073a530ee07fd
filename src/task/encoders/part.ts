// What every part of a product encoder states about itself: how wide it is, which public rows read it, and how far one
// member can move those rows. One folder a part: part.ts (shape, rows, bound), encode.ts (the device's side), PROOF.md.
import type { MatrixMap } from "../linear-map.ts";

/** A row over a part's own columns, as [column, coefficient, column, coefficient, …]. */
export type Row = MatrixMap["rows"][number];

/** Bounds on rows·v over every contribution v that a device can make, the null contribution being all zeros. */
export interface Norms {
  readonly l1: bigint;
  readonly l2Squared: bigint;
}

export interface PartKind<P> {
  /** Non-negative integers of a contribution, for one group. */
  columns(part: P): number;
  /** The public matrix over those columns. */
  rows(part: P): readonly Row[];
  /** Largest norms of rows·v, proved in PROOF.md for any rows. */
  norms(part: P, rows: readonly Row[]): Norms;
  /** Largest sum of the integers of a contribution. */
  mass(part: P): number;
  /** Whether contributions are bits. */
  readonly bits: boolean;
  /** Whether at most one of them is set. */
  readonly oneHot: boolean;
}

/** For unit vectors: rows·e_k is column k, so its norms are the largest of a column. */
export function columnNorms(columns: number, rows: readonly Row[]): Norms {
  const l1 = new Array<bigint>(columns).fill(0n);
  const l2 = new Array<bigint>(columns).fill(0n);
  for (const row of rows)
    for (let i = 0; i < row.length; i += 2) {
      const column = row[i] as number;
      const coefficient = BigInt(row[i + 1] as number);
      l1[column] = (l1[column] as bigint) + (coefficient < 0n ? -coefficient : coefficient);
      l2[column] = (l2[column] as bigint) + coefficient * coefficient;
    }
  return { l1: largest(l1), l2Squared: largest(l2) };
}

export function largest(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a > b ? a : b), 0n);
}
