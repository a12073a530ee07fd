// Test inversion (Fieller 1954). A statistic is the root of T(θ) = Σ wᵢ(θ) nᵢ over noised counts n; for the true θ,
// T is nothing but noise, so every θ with |T(θ)| ≤ h(θ) is accepted, where h is the 95 % quantile of that noise.
//
// T need not be monotone when counts are negative. The interval is the hull of the accepted θ: a superset, so noisy
// bins can only widen it, never cost coverage.
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import { normalQuantile } from "../privacy/numeric/normal.ts";
import type { CellNoise, Interval } from "./histogram.ts";

export const level = 0.95;

export interface LinearStatistic {
  /** The public range's ends and, between them, every kink of the weights; ascending. */
  readonly knots: readonly number[];
  /** One weight per count, linear in θ between knots; Σ wᵢ(θ) nᵢ rises with θ where no count is negative. */
  weights(theta: number): readonly number[];
}

/** Variance of Σ wᵢ(θ) nᵢ over samples of members, if θ were the population's value. */
export type SamplingVariance = (theta: number) => number;

/**
 * A lattice of noise has gaps; a normal of this share of its sd fills them, and two of its sds are added to h. Noise of
 * less than one member a cell is mostly gaps and gets more, up to a tenth.
 */
const ditherShare = 0.01;
const ditherShareMax = 0.1;
const ditherWidths = 2;
/** h over sd(T) hardly depends on θ: once it is settled to this, so is the interval's end. */
const ratioTolerance = 0.005;
const ratioRounds = 3;
const halvings = 45;
/** Magnitudes of weights told apart: with more, those within a class have their root mean square, which moves h by less than 0.1 %. */
const classes = 32;
/** Noise that is all 0 but for this probability is left out, at the price of a level that is higher by as much. */
const quietEnough = 1e-3;

/** T(θ) and Σ wᵢ(θ)² over given counts: linear and quadratic between knots, so both are looked up from the knots. */
export interface Profile extends LinearStatistic {
  value(theta: number): number;
  squares(theta: number): number;
}

export function profileOf({ knots, weights }: LinearStatistic, counts: readonly number[]): Profile {
  const dot = (a: readonly number[], b: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
    return sum;
  };
  const values: number[] = [];
  const squares: number[] = [];
  const crosses: number[] = [];
  let before: readonly number[] = [];
  for (const knot of knots) {
    const here = weights(knot);
    values.push(dot(here, counts));
    squares.push(dot(here, here));
    crosses.push(dot(before, here));
    before = here;
  }
  /** The knot at or before θ, and the share of the way to the next. */
  const place = (theta: number): [number, number] => {
    let [low, high] = [0, knots.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (theta >= (knots[middle] as number)) low = middle;
      else high = middle;
    }
    const start = knots[low] as number;
    return [low, (theta - start) / ((knots[high] as number) - start)];
  };
  return {
    knots,
    weights,
    value(theta) {
      const [i, u] = place(theta);
      return (1 - u) * (values[i] as number) + u * (values[i + 1] as number);
    },
    squares(theta) {
      const [i, u] = place(theta);
      const ends = (1 - u) ** 2 * (squares[i] as number) + u * u * (squares[i + 1] as number);
      return ends + 2 * u * (1 - u) * (crosses[i + 1] as number);
    },
  };
}

/**
 * The hull of accepted θ inside the public range. A statistic that lies beyond an end of the range counts as lying on
 * it, so an interval never shrinks to a point because noise has pushed it out.
 * Expects counts whose sum is above 0 by more than noise: otherwise everything may be accepted.
 */
export function acceptedHull(profile: Profile, noise: CellNoise, samplingVariance: SamplingVariance): Interval {
  const { knots, value, squares, weights } = profile;
  const beyond = Math.max(0, value(knots[0] as number)) + Math.min(0, value(knots.at(-1) as number));
  const deviation = (theta: number) => Math.sqrt(noise.variance * squares(theta) + samplingVariance(theta));
  const quantile = (theta: number) => noiseHalfWidth(weights(theta), noise, samplingVariance(theta));
  const low = settle(
    (ratio) => firstReached(knots, (t) => value(t) - beyond + ratio * deviation(t)),
    deviation,
    quantile,
  );
  const reversed = knots.toReversed();
  const high = settle(
    (ratio) => firstReached(reversed, (t) => beyond - value(t) + ratio * deviation(t)),
    deviation,
    quantile,
  );
  return [Math.min(low, high), Math.max(low, high)];
}

/** The variance of T(θ) from noise alone. */
export function varianceAt(statistic: LinearStatistic, noise: CellNoise, theta: number): number {
  return noise.variance * statistic.weights(theta).reduce((total, weight) => total + weight * weight, 0);
}

/** h: the noise, with sampling error if any, stays within ±h in 95 % of cases, or slightly more. */
function noiseHalfWidth(weights: readonly number[], noise: CellNoise, samplingVariance: number): number {
  const quiet = noise.silence ** weights.reduce((cells, weight) => cells + (weight === 0 ? 0 : 1), 0);
  if (samplingVariance === 0 && quiet >= level) return 0;
  if (quiet >= 1 - quietEnough) return Math.sqrt(samplingVariance) * normalQuantile((1 + level / quiet) / 2);
  const variance = noise.variance * weights.reduce((total, weight) => total + weight * weight, 0);
  const share = Math.min(ditherShareMax, ditherShare / Math.min(1, Math.sqrt(noise.variance)));
  const dither = share * Math.sqrt(variance);
  const rough = samplingVariance < dither * dither;
  const normal = rough ? samplingVariance + dither * dither : samplingVariance;
  return (
    noiseQuantile({
      weights: classed(weights).map((weight) => weight * noise.unit),
      noise: noise.law,
      samplingVariance: normal,
      level,
    }) + (rough ? ditherWidths * dither : 0)
  );
}

/** Weights of at most `classes` magnitudes or so, with the same sum of squares. */
function classed(weights: readonly number[]): readonly number[] {
  if (weights.length <= classes) return weights;
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const classOf = (weight: number) => Math.ceil((classes * Math.abs(weight)) / largest);
  const sums = Array.from({ length: classes + 1 }, () => ({ squares: 0, count: 0 }));
  for (const weight of weights) {
    const sum = sums[classOf(weight)] as { squares: number; count: number };
    sum.squares += weight * weight;
    sum.count += 1;
  }
  return sums.flatMap(({ squares, count }) => new Array<number>(count).fill(Math.sqrt(squares / Math.max(1, count))));
}

/** An end of the interval, with h(θ) = ratio · sd(θ) and the ratio taken at that end. Unsettled, the widest one counts. */
function settle(
  end: (ratio: number) => number,
  deviation: (theta: number) => number,
  quantile: (theta: number) => number,
): number {
  let ratio = 2;
  for (let round = 0; round < ratioRounds; round++) {
    const theta = end(ratio);
    const spread = deviation(theta);
    if (spread === 0) return theta;
    const exact = quantile(theta) / spread;
    if (Math.abs(exact - ratio) <= ratioTolerance * ratio) return theta;
    ratio = round === 0 ? exact : Math.max(ratio, exact);
  }
  return end(ratio);
}

/**
 * The first θ, walking along the knots, with g(θ) ≥ 0. Between two knots ±T is linear and h is the root of a quadratic,
 * so g is convex or concave there and crosses 0 at most once on its way from below 0 to above.
 */
function firstReached(knots: readonly number[], g: (theta: number) => number): number {
  const index = knots.findIndex((knot) => g(knot) >= 0);
  if (index <= 0) return knots.at(index) as number;
  let [outside, inside] = [knots[index - 1] as number, knots[index] as number];
  for (let i = 0; i < halvings; i++) {
    const middle = (outside + inside) / 2;
    if (g(middle) >= 0) inside = middle;
    else outside = middle;
  }
  return inside;
}
