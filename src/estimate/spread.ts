// The standard deviation of the members' bucket midpoints. Given the mean, the variance is the mean of the squared distances
// from it, so the mean's own method gives its interval; the distances are taken from the estimated mean.
import { clamp, type Estimate } from "./estimate.ts";
import type { HistogramGroup, Interval } from "./histogram.ts";
import { meanOf, meanOfScores, midpoints } from "./ratio.ts";

/** In the metric's unit. Its public range is 0 to half that of the edges. */
export function stddevOf(group: HistogramGroup): Estimate {
  const { edges, counts } = group;
  const range = (edges.at(-1) as number) - (edges[0] as number);
  const mean = meanOf(group).estimate;
  const order = midpoints(edges)
    .map((middle, i) => ({ square: (middle - mean) ** 2, count: counts[i] as number }))
    .sort((a, b) => a.square - b.square);
  const scores = order.map(({ square }) => square);
  const sorted: HistogramGroup = { ...group, counts: order.map(({ count }) => count) };
  const largest = scores.at(-1) as number;
  const variance = meanOfScores(sorted, scores, [0, Math.max(largest, Number.MIN_VALUE)]);
  const half = range / 2;
  const root = (value: number) => clamp(Math.sqrt(Math.max(0, value)), [0, half]);
  const roots = ([low, high]: Interval): Interval => [root(low), root(high)];
  const estimate = root(variance.estimate);
  // d√V = dV / 2√V
  const slope = (sd: number) => Math.min(half, estimate > 0 ? sd / (2 * estimate) : half);
  const interval95 = roots(variance.interval95);
  return {
    estimate,
    interval95: variance.uninformative ? [0, half] : interval95,
    privacyInterval95: variance.uninformative ? [0, half] : roots(variance.privacyInterval95),
    privacyNoiseSd: slope(variance.privacyNoiseSd),
    samplingSd: slope(variance.samplingSd),
    uninformative: variance.uninformative,
  };
}
