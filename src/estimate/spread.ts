// The standard deviation of the members' bucket midpoints. Given the mean, the variance is the mean of the squared distances
// from it, so the mean's own method gives its interval; the distances are taken from the estimated mean.
import { clamp, type Estimate } from "./estimate.ts";
import type { CountedGroup, Interval } from "./group.ts";
import type { HistogramGroup } from "./histogram.ts";
import { meanOf, meanOfPowers, midpoints, powersOf } from "./ratio.ts";

/** In the metric's unit. Its public range is 0 to half that of the edges. */
export function stddevOf(group: HistogramGroup): Estimate {
  const { edges } = group;
  const range = (edges.at(-1) as number) - (edges[0] as number);
  const mean = meanOf(group).estimate;
  const squares = midpoints(edges).map((middle) => (middle - mean) ** 2);
  const order = squares.map((_, i) => i).sort((a, b) => (squares[a] as number) - (squares[b] as number));
  const sorted = order.map((i) => squares[i] as number);
  const variance = meanOfPowers(reordered(group, order), powersOf(sorted), [
    0,
    Math.max(sorted.at(-1) as number, Number.MIN_VALUE),
  ]);
  const half = range / 2;
  const root = (value: number) => clamp(Math.sqrt(Math.max(0, value)), [0, half]);
  const roots = ([low, high]: Interval): Interval => [root(low), root(high)];
  const estimate = root(variance.estimate);
  // d√V = dV / 2√V
  const slope = (sd: number) => Math.min(half, estimate > 0 ? sd / (2 * estimate) : half);
  const interval95 = roots(variance.interval95);
  return {
    ...variance,
    estimate,
    interval95: variance.uninformative ? [0, half] : interval95,
    privacyInterval95: variance.uninformative ? [0, half] : roots(variance.privacyInterval95),
    privacyNoiseSd: slope(variance.privacyNoiseSd),
    samplingSd: slope(variance.samplingSd),
  };
}

/** The same group with its counts in another order. */
function reordered(group: CountedGroup, order: readonly number[]): CountedGroup {
  return {
    ...group,
    counts: order.map((i) => group.counts[i] as number),
    noiseOf(weights) {
      const own = new Array<number>(weights.length).fill(0);
      for (const [place, i] of order.entries()) own[i] = weights[place] as number;
      return group.noiseOf(own);
    },
  };
}
