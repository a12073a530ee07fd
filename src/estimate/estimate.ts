// One number with what is known of its error, assembled the same way for every statistic.
import type { CountedGroup, Interval } from "./group.ts";
import { acceptedHull, type LinearStatistic, profileOf, type SamplingVariance } from "./inversion.ts";

/** What every number of this room is about; bias from clipping and from missing members is not in any interval. */
export const estimand =
  "The clipped and bucketed values of the members who contributed. Values beyond the outer edges count as lying in " +
  "the outer buckets, a bucket's values as spread evenly over it (quantiles, ranks) or as its midpoint (means). " +
  "Members without enough data, or who did not take part, are not described.";

export interface Estimate {
  /** Always inside the public range. */
  readonly estimate: number;
  /** For the population that the contributing members are a random sample of: sampling error and privacy noise. */
  readonly interval95: Interval;
  /** For the contributing members themselves: privacy noise alone. */
  readonly privacyInterval95: Interval;
  /** Standard deviation of the estimate from privacy noise, by the delta method; at most half the public range. */
  readonly privacyNoiseSd: number;
  /** Standard deviation of the estimate from sampling, by the delta method; at most half the public range. */
  readonly samplingSd: number;
  /** The answer excludes nothing: interval95 is the whole public range. */
  readonly uninformative: boolean;
  /**
   * What was done to the released integers, which costs nothing and no interval's coverage: "consistent" are the counts of a tree that
   * agree over its levels, "monotone" cumulative counts that never fall. Absent where nothing was.
   */
  readonly processing?: readonly Processing[];
}

export type Processing = "consistent" | "monotone";

export function processingOf(
  { consistent }: Pick<CountedGroup, "consistent">,
  monotone = false,
): Pick<Estimate, "processing"> {
  const processing: readonly Processing[] = [
    ...(consistent === true ? ["consistent" as const] : []),
    ...(monotone ? ["monotone" as const] : []),
  ];
  return processing.length === 0 ? {} : { processing };
}

/** A statistic with its plug-in estimate and dT/dθ there. */
export interface Pointed {
  readonly statistic: LinearStatistic;
  readonly samplingVariance: SamplingVariance;
  readonly point: number;
  readonly slope: number;
  /** interval95 of a statistic whose sampling error is not normal; the accepted hull where this is left out. */
  readonly whole?: () => Interval;
  /** The point comes from cumulative counts that had to be made nondecreasing. */
  readonly monotone?: boolean;
}

export function rangeOf(statistic: LinearStatistic): Interval {
  return [statistic.knots[0] as number, statistic.knots.at(-1) as number];
}

export function clamp(value: number, [low, high]: Interval): number {
  return Math.min(high, Math.max(low, value));
}

/** More members than noise could have made up: only then does a ratio by their number mean anything. */
export function hasMembers(group: CountedGroup): boolean {
  return group.totalInterval[0] > 0;
}

export function estimateOf(group: CountedGroup, pointed: Pointed): Estimate {
  const { statistic, samplingVariance, point, slope } = pointed;
  const range = rangeOf(statistic);
  const half = (range[1] - range[0]) / 2;
  const sd = (variance: number) => (slope > 0 ? Math.min(half, Math.sqrt(Math.max(0, variance)) / slope) : half);
  const profile = profileOf(statistic, group);
  const rest = {
    privacyNoiseSd: sd(group.noise.variance * profile.squares(point)),
    samplingSd: sd(samplingVariance(point)),
    ...processingOf(group, pointed.monotone),
  };
  if (!hasMembers(group))
    return { estimate: point, interval95: range, privacyInterval95: range, ...rest, uninformative: true };
  const noiseOnly = acceptedHull(profile, group.noise, () => 0);
  const both = pointed.whole?.() ?? acceptedHull(profile, group.noise, samplingVariance);
  const privacyInterval95 = hull(noiseOnly, [point, point]);
  const interval95 = hull(both, privacyInterval95);
  const uninformative = interval95[0] <= range[0] && interval95[1] >= range[1];
  return { estimate: point, interval95, privacyInterval95, ...rest, uninformative };
}

export function hull(a: Interval, b: Interval): Interval {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
