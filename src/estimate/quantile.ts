// Quantiles: the value below which a share q of the members lies, a bin's members being spread evenly over it.
import { fail } from "../base/errors.ts";
import { binOf } from "../task/encoders/histogram/encode.ts";
import { type Estimate, estimateOf } from "./estimate.ts";
import { sum } from "./group.ts";
import type { HistogramGroup } from "./histogram.ts";
import type { KnotSums, LinearStatistic } from "./inversion.ts";
import { nondecreasing } from "./nondecreasing.ts";

/**
 * The q-quantile, in the metric's unit. The point comes from cumulative counts made nondecreasing, the interval from
 * the counts as released.
 * @throws PacelineError invalid_argument unless 0 < q < 1
 */
export function quantileOf(group: HistogramGroup, q: number): Estimate {
  if (!(q > 0 && q < 1)) return fail("invalid_argument", "a quantile must lie between 0 and 1");
  const { edges } = group;
  const statistic: LinearStatistic = {
    knots: edges,
    weights: (theta) => sharesBelow(edges, theta).map((below) => below - q),
    atKnots: (counts) => sumsAtEdges(counts, q),
  };
  return estimateOf(group, { statistic, samplingVariance: samplingOf(group, q), ...quantilePoint(group, q) });
}

/** Deviations of its own noise by which a bin's count is taken to be smaller, so that too narrow is rarer than too wide. */
const allowance = 0.5;

/**
 * Of T(θ) over samples of members. Each adds 1 - q, -q or, in the bin of θ with the share u of it below, u - q: if θ is the
 * population's quantile, these are 0 in the mean and q(1 - q) less u(1 - u) for every member of that bin in the mean square.
 */
function samplingOf({ edges, counts, total, noise }: HistogramGroup, q: number): (theta: number) => number {
  const own = counts.map((count) => Math.max(0, count - allowance * Math.sqrt(noise.variance)));
  return (theta) => {
    const bin = binOf(edges, theta);
    const [start, end] = [edges[bin] as number, edges[bin + 1] as number];
    const below = Math.min(1, Math.max(0, (theta - start) / (end - start)));
    // No more members lie in the bin than leave the quantile where it is.
    const most = total * Math.min(q / Math.max(q, below), (1 - q) / Math.max(1 - q, 1 - below));
    return Math.max(0, total * q * (1 - q) - Math.min(own[bin] as number, most) * below * (1 - below));
  };
}

/** At edge j the j bins before it weigh 1 - q and the others -q. */
function sumsAtEdges(counts: readonly number[], q: number): KnotSums {
  const bins = counts.length;
  const [below, above] = [(1 - q) ** 2, q * q];
  const total = sum(counts);
  let before = 0;
  const values = [-q * total];
  for (const count of counts) {
    before += count;
    values.push(before - q * total);
  }
  return {
    values,
    squares: values.map((_, j) => j * below + (bins - j) * above),
    crosses: values.map((_, j) => (j === 0 ? 0 : (j - 1) * below - q * (1 - q) + (bins - j) * above)),
  };
}

/** For each bin, the share of its members that count as lying below a value. */
export function sharesBelow(edges: readonly number[], value: number): number[] {
  const below = new Array<number>(edges.length - 1);
  for (let i = 0; i < below.length; i++) {
    const [start, end] = [edges[i] as number, edges[i + 1] as number];
    below[i] = value >= end ? 1 : value <= start ? 0 : (value - start) / (end - start);
  }
  return below;
}

/** Where the nondecreasing cumulative counts pass q·total, and how steeply; without members, the range's middle. */
function quantilePoint(
  { counts, edges, total }: HistogramGroup,
  q: number,
): { point: number; slope: number; monotone: boolean } {
  const at = (index: number) => edges[index] as number;
  if (total <= 0) return { point: (at(0) + at(edges.length - 1)) / 2, slope: 0, monotone: false };
  const raw: number[] = [0];
  for (const count of counts) raw.push((raw.at(-1) as number) + count);
  const inner = nondecreasing(raw.slice(1, -1)).map((below) => Math.min(total, Math.max(0, below)));
  const cumulative = [0, ...inner, total];
  const target = q * total;
  const right = cumulative.findIndex((below) => below >= target);
  const [before, after] = [cumulative[right - 1] as number, cumulative[right] as number];
  const slope = (after - before) / (at(right) - at(right - 1));
  // On a level stretch at the target itself every value is as good: take its middle.
  const last = cumulative.lastIndexOf(target);
  const point = last > right ? (at(right) + at(last)) / 2 : at(right - 1) + (target - before) / slope;
  return { point, slope, monotone: counts.some((count) => count < 0) };
}
