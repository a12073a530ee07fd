// Test inversion (Fieller 1954). A statistic is the root of T(θ) = Σ wᵢ(θ) nᵢ over noised counts n; for the true θ,
// T is nothing but noise, so every θ with |T(θ)| ≤ h(θ) is accepted, where h is the 95 % quantile of that noise.
//
// T need not be monotone when counts are negative. The interval is the hull of the accepted θ: a superset, so noisy
// bins can only widen it, never cost coverage.

import { type CountedGroup, dot, type Interval } from "./group.ts";
import { noiseHalfWidth } from "./half-width.ts";
import type { CellNoise } from "./noise.ts";
import { crossing } from "./root.ts";

export interface LinearStatistic {
  /** The public range's ends and, between them, every kink of the weights; ascending. */
  readonly knots: readonly number[];
  /** One weight per count, linear in θ between knots; Σ wᵢ(θ) nᵢ rises with θ where no count is negative. */
  weights(theta: number): readonly number[];
  /** What `profileOf` computes from the weights at the knots, where each count is a row of its own and there is a shorter way. */
  atKnots?(counts: readonly number[]): KnotSums;
}

/** At every knot: Σ wᵢnᵢ, and of the rows' weights rᵢ Σ rᵢ² and Σ rᵢrᵢ' with r' of the knot before, 0 at the first. */
export interface KnotSums {
  readonly values: readonly number[];
  readonly squares: readonly number[];
  readonly crosses: readonly number[];
}

/** Variance of Σ wᵢ(θ) nᵢ over samples of members, if θ were the population's value. */
export type SamplingVariance = (theta: number) => number;

/** h over sd(T) hardly depends on θ: once it is settled to this, so is the interval's end. */
const ratioTolerance = 0.005;
const ratioRounds = 3;
/** T(θ) and Σ rᵢ(θ)² over a group: linear and quadratic between knots, so both are looked up from the knots. */
export interface Profile {
  readonly knots: readonly number[];
  /** Of the released rows' noises in T(θ). */
  rows(theta: number): readonly number[];
  value(theta: number): number;
  squares(theta: number): number;
}

export function profileOf(statistic: LinearStatistic, group: CountedGroup): Profile {
  const { knots, weights } = statistic;
  const short = group.consistent === true ? undefined : statistic.atKnots?.(group.counts);
  const { values, squares, crosses } = short ?? sumsAt(statistic, group);
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
    rows: (theta) => group.noiseOf(weights(theta)),
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

function sumsAt({ knots, weights }: LinearStatistic, { counts, noiseOf }: CountedGroup): KnotSums {
  const at = knots.map((knot) => weights(knot));
  const rows = at.map((here) => noiseOf(here));
  return {
    values: at.map((here) => dot(here, counts)),
    squares: rows.map((here) => dot(here, here)),
    crosses: rows.map((here, i) => dot(rows[i - 1] ?? [], here)),
  };
}

/**
 * The hull of accepted θ inside the public range. A statistic that lies beyond an end of the range counts as lying on
 * it, so an interval never shrinks to a point because noise has pushed it out.
 * Expects counts whose sum is above 0 by more than noise: otherwise everything may be accepted.
 */
export function acceptedHull(profile: Profile, noise: CellNoise, samplingVariance: SamplingVariance): Interval {
  const { knots, value, squares, rows } = profile;
  const beyond = Math.max(0, value(knots[0] as number)) + Math.min(0, value(knots.at(-1) as number));
  const variance = (theta: number) => Math.max(0, noise.variance * squares(theta) + samplingVariance(theta));
  const quantile = (theta: number) => noiseHalfWidth(rows(theta), noise, samplingVariance(theta));
  const end = (path: readonly number[], sign: 1 | -1) =>
    settle((ratio) => firstReached(path, (t) => sign * (value(t) - beyond), variance, ratio), variance, quantile);
  const [low, high] = [end(knots, 1), end(knots.toReversed(), -1)];
  return [Math.min(low, high), Math.max(low, high)];
}

/** An end of the interval, with h(θ) = ratio · sd(θ) and the ratio taken at that end. Unsettled, the widest one counts. */
function settle(
  end: (ratio: number) => number,
  variance: (theta: number) => number,
  quantile: (theta: number) => number,
): number {
  let ratio = 2;
  for (let round = 0; round < ratioRounds; round++) {
    const theta = end(ratio);
    const spread = Math.sqrt(variance(theta));
    if (spread === 0) return theta;
    const exact = quantile(theta) / spread;
    if (Math.abs(exact - ratio) <= ratioTolerance * ratio) return theta;
    ratio = round === 0 ? exact : Math.max(ratio, exact);
  }
  return end(ratio);
}

/**
 * The first θ, walking along the knots, with T + ratio·sd ≥ 0. Between two knots T is linear and the variance a quadratic as
 * a rule, so the sum is convex or concave there and crosses 0 at most once on its way from below 0 to above.
 */
function firstReached(
  knots: readonly number[],
  linear: (theta: number) => number,
  variance: (theta: number) => number,
  ratio: number,
): number {
  const g = (theta: number) => linear(theta) + ratio * Math.sqrt(variance(theta));
  const index = knots.findIndex((knot) => g(knot) >= 0);
  if (index <= 0) return knots.at(index) as number;
  const [outside, inside] = [knots[index - 1] as number, knots[index] as number];
  const [a, b] = [linear(outside), linear(inside) - linear(outside)];
  const [start, middle, end] = [variance(outside), variance((outside + inside) / 2), variance(inside)];
  const square = ratio * ratio;
  // That of a quantile whose bin holds many members is cut, and is then no quadratic.
  const quarter = variance(outside + (inside - outside) / 4);
  const quadratic = Math.abs(quarter - (3 * start + 6 * middle - end) / 8) <= 1e-9 * Math.max(start, end);
  const root = quadratic
    ? rootBetween(
        b * b - square * 2 * (start + end - 2 * middle),
        2 * a * b - square * (4 * middle - 3 * start - end),
        a * a - square * start,
        (u) => a + b * u <= 1e-9 * Math.abs(b),
      )
    : undefined;
  return root === undefined ? crossing(g, outside, inside) : outside + root * (inside - outside);
}

/** The root in [0, 1] of a quadratic that is no artefact of squaring; undefined when rounding leaves none, or two. */
function rootBetween(second: number, first: number, zeroth: number, right: (u: number) => boolean): number | undefined {
  const root = Math.sqrt(first * first - 4 * second * zeroth);
  const q = -(first + (first < 0 ? -root : root)) / 2;
  const found = [q / second, zeroth / q].filter((u) => u >= 0 && u <= 1 && right(u));
  return found.length === 1 ? found[0] : undefined;
}
