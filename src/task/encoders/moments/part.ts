// Moments of one value or of two, under one joint sensitivity that is no larger than that of a total alone. A member with a value
// x in [0, 1] hands out a fixed number of points, the resolution M, over the Bernstein polynomials of x, or over the products of
// those of two values. Whatever is said of x, the points are M: and from their sums follow the members, Σx, Σx² and so on up to
// the order, and of two values every product of such powers.
import * as z from "../../../base/schema.ts";
import { columnNorms, type PartKind, type Row } from "../part.ts";

export const RESOLUTION_MAX = 2 ** 20;
const ORDER_MAX = 4;

export const momentsPart = z.strictObject({
  kind: z.literal("moments"),
  /** One value of the source, or two. */
  values: z.array(z.int().check(z.gte(0), z.lte(15))).check(z.minLength(1), z.maxLength(2)),
  /** Public bounds of each: [low, high], clipped into, sent to x = 0 and x = 1. */
  clip: z.array(z.tuple([z.number(), z.number()])).check(z.minLength(1), z.maxLength(2)),
  /** The highest power of each value that can be read. */
  order: z.int().check(z.gte(1), z.lte(ORDER_MAX)),
  resolution: z.int().check(z.gte(1), z.lte(RESOLUTION_MAX)),
  /** Multiplies every row. */
  weight: z.int().check(z.gte(1), z.lte(4096)),
});
export type MomentsPart = z.infer<typeof momentsPart>;

const columns = ({ order, values }: MomentsPart) => (order + 1) ** values.length;

export const moments: PartKind<MomentsPart> = {
  oneHot: false,
  bits: false,
  columns,
  mass: ({ resolution }) => resolution,
  rows: (part) => Array.from({ length: columns(part) }, (_, k): Row => [k, part.weight]),
  norms(part, rows) {
    const { l1, l2Squared } = columnNorms(columns(part), rows);
    const points = BigInt(part.resolution);
    return { l1: points * l1, l2Squared: points * points * l2Squared };
  },
};
