// Moments of one value or of two, under one joint sensitivity: a present bit, then centred z in [−1, 1] for each value, and for
// the second order 2z² − 1 and the product, all as integers from 0 to the resolution M. The rows centre them: 2q − M·present.
import * as z from "../../../base/schema.ts";
import { largest, type Norms, type PartKind, type Row } from "../part.ts";
import { RESOLUTION_MAX } from "../sum/part.ts";

const weight = z.int().check(z.gte(1), z.lte(RESOLUTION_MAX));

export const momentsPart = z.strictObject({
  kind: z.literal("moments"),
  /** One value of the source, or two. */
  values: z.array(z.int().check(z.gte(0), z.lte(15))).check(z.minLength(1), z.maxLength(2)),
  /** Public bounds of each: [low, high], clipped into, sent to z = −1 and z = 1. */
  clip: z.array(z.tuple([z.number(), z.number()])).check(z.minLength(1), z.maxLength(2)),
  /** 1: Σz. 2: also Σz² and, of two values, Σz₁z₂. */
  order: z.union([z.literal(1), z.literal(2)]),
  resolution: z.int().check(z.gte(1), z.lte(RESOLUTION_MAX)),
  /** Of the present row; about the resolution where all rows matter alike. */
  presentWeight: weight,
  /** Of every other row. */
  weight,
});
export type MomentsPart = z.infer<typeof momentsPart>;

/** What the columns behind the present bit hold, in order; indices of the part's values, none for 1. */
export function monomialsOf({ values, order }: Pick<MomentsPart, "values" | "order">): readonly (readonly number[])[] {
  const first = values.map((_, i) => [i]);
  if (order === 1) return first;
  return values.length === 1 ? [...first, [0, 0]] : [...first, [0, 0], [1, 1], [0, 1]];
}

export const moments: PartKind<MomentsPart> = {
  oneHot: false,
  columns: (part) => 1 + monomialsOf(part).length,
  mass: (part) => 1 + monomialsOf(part).length * part.resolution,
  rows: (part) => [
    [0, part.presentWeight],
    ...monomialsOf(part).map((_, i): Row => [0, -part.weight * part.resolution, i + 1, 2 * part.weight]),
  ],
  norms({ resolution }, rows) {
    const top = BigInt(resolution);
    let l1 = 0n;
    let l2Squared = 0n;
    for (const row of rows) {
      const most = largestOfRow(row, top);
      l1 += most;
      l2Squared += most * most;
    }
    return { l1, l2Squared } satisfies Norms;
  },
};

/** max |a₀ + Σ aᵢqᵢ| over 0 ≤ qᵢ ≤ top, the present bit being 1. */
function largestOfRow(row: Row, top: bigint): bigint {
  let low = 0n;
  let high = 0n;
  for (let i = 0; i < row.length; i += 2) {
    const coefficient = BigInt(row[i + 1] as number);
    const reach = row[i] === 0 ? coefficient : coefficient * top;
    if (row[i] === 0 || reach > 0n) high += reach;
    if (row[i] === 0 || reach < 0n) low += reach;
  }
  return largest([high, -high, low, -low]);
}
