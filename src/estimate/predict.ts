// How wide intervals will be, before anything is asked: for sliders, and for "with 35 members ±X, with 1,000 ±Y". There
// is no second formula: counts as they are to be expected go through the estimates' own methods.
import { fail } from "../base/errors.ts";
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { discreteLaplace } from "../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../privacy/rational.ts";
import { l1Sensitivity } from "../privacy/units.ts";
import { countOf } from "./count.ts";
import type { Estimate } from "./estimate.ts";
import type { Interval } from "./group.ts";
import { groupOpener, type HistogramGroup } from "./histogram.ts";
import { quantileOf } from "./quantile.ts";
import { meanOf, shareOf } from "./ratio.ts";

export interface Cohort {
  /** Ascending bin edges. */
  readonly edges: readonly number[];
  /** Contributing members over all groups. */
  readonly members: number;
  /** Groups of equal size that the members split into; default 1. */
  readonly groups?: number;
  /** The share of a group's members in each bin, summing to 1; default: as many in each bin. */
  readonly spread?: readonly number[];
}

/** Of one statistic of one group, in the metric's unit: half the widths of its two intervals. */
export interface PredictedWidth {
  readonly statistic: string;
  /** Of interval95: privacy noise and sampling error. */
  readonly halfWidth: number;
  /** Of privacyInterval95: privacy noise alone. */
  readonly privacyHalfWidth: number;
  /** What bins hide of a quantile or a mean, as a standard deviation, for members in a bell; in no interval. */
  readonly resolution?: number;
}

export interface MeanPrediction extends Omit<Cohort, "spread"> {
  /** Of one aggregator's noise; the interval has both aggregators' in it. Read to a millionth. */
  readonly epsilon: number;
}

/**
 * The widths of what one histogram tells of a group: those of a release whose noise happens to be 0.
 * @param noise of a released cell, both aggregators' draws together
 * @throws PacelineError invalid_argument on a parameter that is negative, or a spread that is none
 */
export function predictWidths(noise: NoiseLaw, cohort: Cohort): PredictedWidth[] {
  return statisticsOf(expectedGroup(noise, cohort)).map(({ statistic, estimate }) => ({
    statistic,
    ...widthsOf(estimate),
  }));
}

/**
 * Half the width of the privacy part of one group's mean. Half the range when the noise may exceed the members.
 * @throws PacelineError invalid_argument on an ε that is not above 0 or a parameter that is negative
 */
export function predictMeanHalfWidth({ epsilon, ...cohort }: MeanPrediction): number {
  if (!(epsilon >= 1e-6 && epsilon <= 1e6))
    return fail("invalid_argument", "epsilon must lie between 0.000001 and 1000000");
  const exact = rational(BigInt(Math.round(epsilon * 1e6)), 1_000_000n);
  const noise = discreteLaplace({ epsilon: exact, sensitivity: l1Sensitivity(1n) }).law(2);
  return widthsOf(meanOf(expectedGroup(noise, cohort))).privacyHalfWidth;
}

/** What is usually asked of a histogram, by its number of bins. */
function statisticsOf(group: HistogramGroup): { statistic: string; estimate: Estimate }[] {
  const count = { statistic: "count", estimate: countOf(group) };
  const bins = group.counts.length;
  if (bins === 1) return [count];
  if (bins === 2) return [count, { statistic: `share>=${group.edges[1]}`, estimate: shareOf(group, [0, 1]) }];
  return [
    count,
    { statistic: "mean", estimate: meanOf(group) },
    { statistic: "p25", estimate: quantileOf(group, 0.25) },
    { statistic: "median", estimate: quantileOf(group, 0.5) },
    { statistic: "p75", estimate: quantileOf(group, 0.75) },
  ];
}

function expectedGroup(noise: NoiseLaw, { edges, members, groups = 1, spread }: Cohort): HistogramGroup {
  if (!(members >= 0 && groups > 0 && edges.length >= 2))
    return fail("invalid_argument", "members must be 0 or more, groups above 0, and edges at least two");
  const bins = edges.length - 1;
  const shares = spread ?? new Array<number>(bins).fill(1 / bins);
  const whole = shares.reduce((a, b) => a + b, 0);
  if (shares.length !== bins || !shares.every((share) => share >= 0) || !(Math.abs(whole - 1) < 1e-6))
    return fail("invalid_argument", `a spread is ${bins} shares, one per bin, summing to 1`);
  return groupOpener(edges, noise)(
    null,
    shares.map((share) => (share * members) / groups),
  );
}

function widthsOf({ interval95, privacyInterval95 }: Estimate): Omit<PredictedWidth, "statistic"> {
  const half = ([low, high]: Interval) => (high - low) / 2;
  return { halfWidth: half(interval95), privacyHalfWidth: half(privacyInterval95) };
}
