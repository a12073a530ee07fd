// A release with a histogram encoder, opened: the noised counts of each group beside what is public about them.
import { fail } from "../base/errors.ts";
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { binsOf, groupsOf } from "../task/encoder.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { type CellNoise, cellNoiseOf } from "./noise.ts";

/** A closed interval, low end first. */
export type Interval = readonly [low: number, high: number];

export interface HistogramGroup {
  /** The group's value, or null when the release is not split. */
  readonly group: string | null;
  /** Noised members per bin: some may be negative. */
  readonly counts: readonly number[];
  /** Bin i holds values v with edges[i] ≤ v < edges[i + 1]; the outer bins also hold what was clipped into them. */
  readonly edges: readonly number[];
  /** The noised number of contributing members: the sum of the counts. May be negative. */
  readonly total: number;
  /** 95 % interval of the number of contributing members, from the noise alone; not cut at 0. */
  readonly totalInterval: Interval;
  readonly noise: CellNoise;
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

/** Makes groups of noised counts, in members, with common edges and noise. */
export function groupOpener(
  edges: readonly number[],
  law: NoiseLaw,
  unit = 1,
): (group: string | null, counts: readonly number[]) => HistogramGroup {
  const noise = cellNoiseOf(law, unit);
  const weights = new Array<number>(edges.length - 1).fill(unit);
  const half = noiseQuantile({ weights, noise: law, level: 0.95 });
  return (group, counts) => {
    const total = sum(counts);
    return { group, counts, edges, total, totalInterval: [total - half, total + half], noise };
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
