// One bin of one value: a unit vector, or all zeros for "nothing". Rows are the bins, and with a fanout the sums of every
// `fanout` neighbours, level by level: a tree over which quantiles and ranges cost few noises.
import * as z from "../../../base/schema.ts";
import { columnNorms, type PartKind, type Row } from "../part.ts";

export const BINS_MAX = 256;

export const histogramPart = z.strictObject({
  kind: z.literal("histogram"),
  /** Which of the source's values. */
  value: z.int().check(z.gte(0), z.lte(15)),
  /** Ascending: bin i holds edges[i] ≤ v < edges[i+1]; what lies outside is clipped into the outer bins. */
  edges: z.array(z.number()).check(z.minLength(2), z.maxLength(BINS_MAX + 1)),
  /** Multiplies every row: the larger beside other parts, the less noise in this one. */
  weight: z.int().check(z.gte(1), z.lte(4096)),
  /** Neighbours that one row of the next level sums up; null for bins alone. */
  fanout: z.nullable(z.int().check(z.gte(2), z.lte(16))),
});
export type HistogramPart = z.infer<typeof histogramPart>;

/** Bins of each level, the finest first; sums over all bins are no level of their own. */
export function levelsOf({ edges, fanout }: Pick<HistogramPart, "edges" | "fanout">): readonly number[] {
  const levels = [edges.length - 1];
  if (fanout !== null)
    for (let bins = Math.ceil((edges.length - 1) / fanout); bins > 1; bins = Math.ceil(bins / fanout))
      levels.push(bins);
  return levels;
}

export const histogram: PartKind<HistogramPart> = {
  oneHot: true,
  bits: true,
  columns: ({ edges }) => edges.length - 1,
  mass: () => 1,
  rows(part) {
    const bins = part.edges.length - 1;
    return levelsOf(part).flatMap((count, level) => {
      const span = part.fanout === null ? 1 : part.fanout ** level;
      return Array.from({ length: count }, (_, i): Row => {
        const row: number[] = [];
        for (let bin = i * span; bin < Math.min(bins, (i + 1) * span); bin++) row.push(bin, part.weight);
        return row;
      });
    });
  },
  norms: ({ edges }, rows) => columnNorms(edges.length - 1, rows),
};
