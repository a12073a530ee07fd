// A release's histogram, opened: the noised counts of each group beside what is public about them.
import { fail } from "../base/errors.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { binsOf, groupsOf } from "../task/encoder.ts";
import { type HistogramPart, levelsOf } from "../task/encoders/histogram/part.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { type CountedGroup, opener, sum } from "./group.ts";
import { totalHalfWidth } from "./half-width.ts";
import { consistentTree } from "./tree.ts";

export interface HistogramGroup extends CountedGroup {
  /** Bin i holds values v with edges[i] ≤ v < edges[i + 1]; the outer bins also hold what was clipped into them. */
  readonly edges: readonly number[];
}

/**
 * The groups of a release, in the encoder's order.
 * @throws PacelineError invalid_argument unless the encoder is a histogram and the values are its cells.
 */
export function openHistogram(release: ReleaseDocument): HistogramGroup[] {
  const { encoder, values } = release;
  if (encoder.kind !== "histogram")
    return fail("invalid_argument", `the release "${release.name}" holds a ${encoder.kind}, not a histogram`);
  const bins = binsOf(encoder);
  const groups = groupsOf(encoder);
  if (values.length !== groups * bins)
    return fail("invalid_argument", `the release has ${values.length} values, its histogram ${groups * bins} cells`);
  const law = mechanismFrom(release.noise).law(release.draws);
  const open = groupOpener(encoder.edges, law);
  return Array.from({ length: groups }, (_, index) =>
    open(encoder.group?.values[index] ?? null, values.slice(index * bins, (index + 1) * bins)),
  );
}

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
