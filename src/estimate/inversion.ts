// Test inversion (Fieller 1954). A statistic is the root of T(θ) = Σ wᵢ(θ) nᵢ over noised counts n; for the true θ,
// T is nothing but noise, so every θ with |T(θ)| ≤ h(θ) is accepted, where h is the 95 % quantile of that noise.
//
// T need not be monotone when counts are negative. The interval is the hull of the accepted θ: a superset, so noisy
// bins can only widen it, never cost coverage.
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
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

/**
 * The hull of accepted θ inside the public range. A statistic that lies beyond an end of the range counts as lying on
 * it, so an interval never shrinks to a point because noise has pushed it out.
 * Expects counts whose sum is above 0 by more than noise: otherwise everything may be accepted.
 */
export function acceptedHull(
  statistic: LinearStatistic,
  counts: readonly number[],
  noise: CellNoise,
  samplingVariance: SamplingVariance,
): Interval {
  const { knots } = statistic;
  const value = (theta: number) => valueAt(statistic, counts, theta);
  const beyond = Math.max(0, value(knots[0] as number)) + Math.min(0, value(knots.at(-1) as number));
  const deviation = (theta: number) => Math.sqrt(varianceAt(statistic, noise, theta) + samplingVariance(theta));
  const quantile = (theta: number) => noiseHalfWidth(statistic.weights(theta), noise, samplingVariance(theta));
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

/** T(θ). */
export function valueAt(statistic: LinearStatistic, counts: readonly number[], theta: number): number {
  return statistic.weights(theta).reduce((total, weight, i) => total + weight * (counts[i] as number), 0);
}

/** The variance of T(θ) from noise alone. */
export function varianceAt(statistic: LinearStatistic, noise: CellNoise, theta: number): number {
  return noise.variance * statistic.weights(theta).reduce((total, weight) => total + weight * weight, 0);
}

/** h: the noise, with sampling error if any, stays within ±h in 95 % of cases, or slightly more. */
function noiseHalfWidth(weights: readonly number[], noise: CellNoise, samplingVariance: number): number {
  const variance = noise.variance * weights.reduce((total, weight) => total + weight * weight, 0);
  const share = Math.min(ditherShareMax, ditherShare / Math.min(1, Math.sqrt(noise.variance)));
  const dither = share * Math.sqrt(variance);
  const rough = samplingVariance < dither * dither;
  const normal = rough ? samplingVariance + dither * dither : samplingVariance;
  return (
    noiseQuantile({ weights, noise: noise.law, samplingVariance: normal, level }) + (rough ? ditherWidths * dither : 0)
  );
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
