// One non-negative value as a fixed-point integer, summed as it is: totals need no present bit, "nothing" adds 0.
import * as z from "../../../base/schema.ts";
import { columnNorms, type PartKind } from "../part.ts";

export const RESOLUTION_MAX = 2 ** 20;

export const sumPart = z.strictObject({
  kind: z.literal("sum"),
  value: z.int().check(z.gte(0), z.lte(15)),
  /** The value is clipped to [0, most] and sent as a multiple of most / resolution, rounded to the nearest. */
  most: z.number().check(z.gt(0), z.lte(1e12)),
  resolution: z.int().check(z.gte(1), z.lte(RESOLUTION_MAX)),
  weight: z.int().check(z.gte(1), z.lte(4096)),
});
export type SumPart = z.infer<typeof sumPart>;

export const sum: PartKind<SumPart> = {
  oneHot: false,
  columns: () => 1,
  mass: ({ resolution }) => resolution,
  rows: ({ weight }) => [[0, weight]],
  norms({ resolution }, rows) {
    const { l1, l2Squared } = columnNorms(1, rows);
    return { l1: BigInt(resolution) * l1, l2Squared: BigInt(resolution) ** 2n * l2Squared };
  },
};
