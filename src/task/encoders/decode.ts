// From released integers to the parts they belong to, group by group: division by public weights only, no statistics.
import { fail } from "../../base/errors.ts";
import { levelsOf } from "./histogram/part.ts";
import { type Part, partRows } from "./kinds.ts";
import { monomialsOf } from "./moments/part.ts";
import { groupCount, groupValues, type ProductEncoder } from "./product.ts";

/** Released integers of one part in one group, just as they came. */
export interface PartRows<P extends Part = Part> {
  readonly part: P;
  readonly values: readonly number[];
}

export interface GroupRows {
  /** One value a key; empty without keys. */
  readonly group: readonly string[];
  /** In the encoder's order. */
  readonly parts: readonly PartRows[];
}

/** @throws PacelineError invalid_argument unless there is one value a row */
export function groupRows(encoder: ProductEncoder, values: readonly number[]): readonly GroupRows[] {
  const groups = groupCount(encoder);
  const lengths = encoder.parts.map((part) => partRows(part).length);
  const expected = groups * lengths.reduce((sum, length) => sum + length, 0);
  if (values.length !== expected) fail("invalid_argument", `${values.length} values for ${expected} rows`);
  let offset = 0;
  const byPart = encoder.parts.map((part, index) => {
    const length = lengths[index] as number;
    return Array.from({ length: groups }, (): PartRows => {
      offset += length;
      return { part, values: values.slice(offset - length, offset) };
    });
  });
  return Array.from({ length: groups }, (_, group) => ({
    group: groupValues(encoder, group),
    parts: byPart.map((rows) => rows[group] as PartRows),
  }));
}

/** A histogram's counts level by level, the finest first; weight × members, plus noise. */
export function levelsFrom({
  part,
  values,
}: PartRows<Extract<Part, { kind: "histogram" }>>): readonly (readonly number[])[] {
  let offset = 0;
  return levelsOf(part).map((bins) => {
    offset += bins;
    return values.slice(offset - bins, offset);
  });
}

/** Sums over members, each with its noise still in it: how many, and Σ of each monomial of z in [−1, 1]. */
export interface MomentSums {
  readonly present: number;
  readonly sums: readonly { readonly monomial: readonly number[]; readonly sum: number }[];
}

/** Squares are released as 2z² − 1: their sum is half of (row + present). */
export function momentSums({ part, values }: PartRows<Extract<Part, { kind: "moments" }>>): MomentSums {
  const present = (values[0] as number) / part.presentWeight;
  return {
    present,
    sums: monomialsOf(part).map((monomial, i) => {
      const row = (values[i + 1] as number) / (part.weight * part.resolution);
      const square = monomial.length === 2 && monomial[0] === monomial[1];
      return { monomial, sum: square ? (row + present) / 2 : row };
    }),
  };
}
