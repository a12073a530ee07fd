// From released integers to the parts they belong to, group by group: division by public weights only, no statistics.
import { fail } from "../../base/errors.ts";
import { type Part, partRows } from "./kinds.ts";
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
