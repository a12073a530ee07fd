// Statistics of the form Σ cᵢnᵢ / Σ nᵢ: the mean of the members' values, and the share of members in some buckets.
import { fail } from "../base/errors.ts";
import { clamp, type Estimate, estimateOf, type Pointed, rangeOf } from "./estimate.ts";
import { type CountedGroup, dot, type Interval } from "./group.ts";
import type { HistogramGroup } from "./histogram.ts";
import type { LinearStatistic } from "./inversion.ts";
import { meanInterval, type Powers } from "./mean-interval.ts";

/** The mean of the members' bucket midpoints, in the metric's unit; the public range is that of the edges. */
export function meanOf(group: HistogramGroup): Estimate {
  const { edges } = group;
  return meanOfPowers(group, powersOf(midpoints(edges)), [edges[0] as number, edges.at(-1) as number]);
}

/** @param scores what a member of each cell counts, ascending */
export function powersOf(scores: readonly number[]): Powers {
  const [first, last] = [scores[0] as number, scores.at(-1) as number];
  const places = scores.map((score) => (last > first ? (score - first) / (last - first) : 0));
  return { ends: [first, last], weights: [0, 1, 2, 3].map((power) => places.map((place) => place ** power)) };
}

/** @param range of the mean, around the powers' ends */
export function meanOfPowers(group: CountedGroup, powers: Powers, range: Interval): Estimate {
  const { counts, total } = group;
  const [first, last] = powers.ends;
  const [, linear, squared] = powers.weights as readonly number[][];
  const width = last - first;
  const scores = (linear as number[]).map((place) => first + width * place);
  const statistic = ratioStatistic(scores, range);
  const point = ratioPoint(statistic, scores, group);
  const mean = width > 0 ? (point - first) / width : 0;
  const square = dot(squared as number[], counts) - mean * (2 * dot(linear as number[], counts) - mean * total);
  const variance = clamp((width ** 2 * square) / total, [0, ((range[1] - range[0]) / 2) ** 2]) || 0;
  const samplingVariance = () => Math.max(0, total) * variance;
  const whole = () => meanInterval(group, powers);
  return estimateOf(group, { statistic, samplingVariance, point, slope: total, whole });
}

/**
 * The share of members in some bins, between 0 and 1.
 * @param membership one number from 0 to 1 per bin: how much of the bin counts
 * @throws PacelineError invalid_argument when there is not one such number per bin
 */
export function shareOf(group: CountedGroup, membership: readonly number[]): Estimate {
  const { counts, total } = group;
  if (membership.length !== counts.length || !membership.every((part) => part >= 0 && part <= 1))
    return fail("invalid_argument", `membership must be ${counts.length} numbers from 0 to 1, one per bin`);
  const statistic = ratioStatistic(membership, [0, 1]);
  const samplingVariance = (theta: number) => Math.max(0, total) * theta * (1 - theta);
  const pointed: Pointed = {
    statistic,
    samplingVariance,
    point: ratioPoint(statistic, membership, group),
    slope: total,
  };
  return estimateOf(group, pointed);
}

/** T(θ) = Σ (θ - midpointᵢ) nᵢ. */
export function meanStatistic(edges: readonly number[]): LinearStatistic {
  return ratioStatistic(midpoints(edges), [edges[0] as number, edges.at(-1) as number]);
}

function ratioStatistic(scores: readonly number[], range: readonly [number, number]): LinearStatistic {
  return { knots: range, weights: (theta) => scores.map((score) => theta - score) };
}

/** The plug-in estimate; without members, the middle of the range. */
function ratioPoint(statistic: LinearStatistic, scores: readonly number[], { counts, total }: CountedGroup): number {
  const range = rangeOf(statistic);
  if (total <= 0) return (range[0] + range[1]) / 2;
  return clamp(dot(scores, counts) / total, range);
}

export function midpoints(edges: readonly number[]): number[] {
  return edges.slice(1).map((edge, i) => (edge + (edges[i] as number)) / 2);
}
