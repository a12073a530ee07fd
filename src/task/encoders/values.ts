// The device's side of a product: from a member's values to one bounded integer vector, or the null contribution.
import { encodeCategory } from "./category/encode.ts";
import { encodeEvents } from "./events/encode.ts";
import { encodeHistogram } from "./histogram/encode.ts";
import { type Part, partColumns } from "./kinds.ts";
import { encodeMoments } from "./moments/encode.ts";
import { groupCount, groupOf, hasNullColumn, type ProductEncoder, productColumns } from "./product.ts";

/** One value of the source: a number, one of a list, or events by value; undefined where the member has none. */
export type MemberValue = number | string | Readonly<Record<string, number>> | undefined;

export interface Encoded {
  readonly vector: readonly number[];
  /** Nothing about the member is in it. */
  readonly isNull: boolean;
}

/**
 * Parts without a value stay at zero; the others are filled. A profile in no group says nothing at all.
 * @param values one a value of the source; a part of another type of value than its own says nothing
 */
export function encodeProduct(
  encoder: ProductEncoder,
  values: readonly MemberValue[],
  profile: Readonly<Record<string, string | undefined>>,
): Encoded {
  const vector = new Array<number>(productColumns(encoder)).fill(0);
  const group = groupOf(encoder, profile);
  const groups = groupCount(encoder);
  let offset = 0;
  let isNull = true;
  for (const part of encoder.parts) {
    const columns = partColumns(part);
    const integers = group === undefined ? undefined : encodePart(part, values);
    if (integers !== undefined && group !== undefined) {
      isNull = false;
      for (const [i, integer] of integers.entries()) vector[offset + group * columns + i] = integer;
    }
    offset += groups * columns;
  }
  if (isNull && hasNullColumn(encoder)) vector[offset] = 1;
  return { vector, isNull };
}

export function nullProduct(encoder: ProductEncoder): Encoded {
  return encodeProduct(encoder, [], {});
}

function encodePart(part: Part, values: readonly MemberValue[]): number[] | undefined {
  const number = (index: number) => (typeof values[index] === "number" ? (values[index] as number) : undefined);
  switch (part.kind) {
    case "histogram":
      return encodeHistogram(part, number(part.value));
    case "moments":
      return encodeMoments(part, part.values.map(number));
    case "category": {
      const value = values[part.value];
      return encodeCategory(part, typeof value === "string" ? value : undefined);
    }
    case "events": {
      const value = values[part.value];
      return encodeEvents(part, typeof value === "object" ? value : undefined);
    }
  }
}
