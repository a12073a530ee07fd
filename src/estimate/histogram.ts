// A release's histogram of one value, opened: the noised counts of each group beside what is public about them.
import { fail } from "../base/errors.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { groupRows, type PartRows } from "../task/encoders/decode.ts";
import { type HistogramPart, levelsOf } from "../task/encoders/histogram/part.ts";
import { groupLabel } from "../task/encoders/product.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { type CountedGroup, opener, sum } from "./group.ts";
import { totalHalfWidth } from "./half-width.ts";
import { consistentTree } from "./tree.ts";

export interface HistogramGroup extends CountedGroup {
  /** Bin i holds values v with edges[i] ≤ v < edges[i + 1]; the outer bins also hold what was clipped into them. */
  readonly edges: readonly number[];
}

/**
 * The groups of a release's histogram of a measured value, in the encoder's order.
 * @param of which of the source's values; the first that has a histogram when left out
 * @throws PacelineError invalid_argument when the release has no such histogram, or its values are not its cells
 */
export function openHistogram(release: HistogramRelease, of?: number): HistogramGroup[] {
  const { encoder, source, values, name } = release;
  if (encoder.kind !== "product" || source.kind !== "statistics")
    return fail("invalid_argument", `the release "${name}" holds a ${encoder.kind}, not a histogram`);
  const index = encoder.parts.findIndex(
    (part) =>
      part.kind === "histogram" &&
      source.values[part.value]?.kind === "mean" &&
      (of === undefined || part.value === of),
  );
  const part = encoder.parts[index];
  if (part?.kind !== "histogram")
    return fail("invalid_argument", `the release "${name}" holds no histogram of that value`);
  const open = partOpener(part, mechanismFrom(release.noise).law(release.draws));
  return groupRows(encoder, values).map(({ group, parts }) =>
    open(groupLabel(group), (parts[index] as PartRows).values),
  );
}

/** What of a release opening it depends on. */
export type HistogramRelease = Pick<ReleaseDocument, "name" | "source" | "encoder" | "noise" | "draws" | "values">;

type HistogramOpener = (group: string | null, counts: readonly number[]) => HistogramGroup;

/** Makes groups of noised counts, in members, with common edges and noise. */
export function groupOpener(edges: readonly number[], law: NoiseLaw, unit = 1): HistogramOpener {
  const open = opener(edges.length - 1, law, unit);
  return (group, counts) => ({ ...open(group, counts), edges });
}

/** Makes groups of a part's rows just as they were released, level by level where it is a tree. */
export function partOpener(part: HistogramPart, law: NoiseLaw): HistogramOpener {
  const { edges, weight, fanout } = part;
  const unit = 1 / weight;
  const levels = levelsOf(part);
  const flat = groupOpener(edges, law, unit);
  const inMembers = (values: readonly number[]) => values.map((value) => value * unit);
  if (fanout === null || levels.length === 1) return (group, values) => flat(group, inMembers(values));
  const tree = consistentTree({ levels, fanout });
  const { noise } = flat(null, []);
  const half = totalHalfWidth(tree.rowsOf(new Array<number>(edges.length - 1).fill(1)), noise);
  return (group, values) => {
    const counts = tree.counts(inMembers(values));
    const total = sum(counts);
    const totalInterval = [total - half, total + half] as const;
    return { group, counts, edges, total, totalInterval, noise, noiseOf: tree.rowsOf, consistent: true };
  };
}
