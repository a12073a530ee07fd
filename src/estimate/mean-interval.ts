// The interval of a population's mean, by inverting a test at the hypothesised mean θ. The sampling error of skewed data
// is neither normal nor told by the sample's own variance: of 50 members, 3 % of whom lie at the far end of the range,
// every fifth sample has nobody there and no variance at all. So, for each end of the interval:
//
// - Members' weights are taken to be gamma variables (the Bayesian bootstrap), which makes Σ (xᵢ - θ)Γᵢ a sum whose
//   cumulants are Σ (xᵢ - θ)^r nᵢ times 1, 1, 2: linear in the counts, so noised counts estimate them without bias.
// - Part of a member is added at that end of the public range (Gaffke 2005 adds a whole one): what a sample of this
//   size may not have seen. With values at the two ends only, a whole member is Clopper and Pearson's interval, half of
//   one Jeffreys', whose coverage dips.
// - The sum with the noise is compared with a shifted gamma law of its three cumulants, the noise's fourth in addition.
import { gammaTail } from "../privacy/numeric/gamma-tail.ts";
import { normalCdf } from "../privacy/numeric/normal.ts";
import { type CountedGroup, dot, type Interval } from "./group.ts";
import { crossing } from "./root.ts";

/** Members added at the end: where three quarters are, coverage stays above 94 % down to a handful of members. */
const added = 0.75;
/** Noise in the cumulants errs to both sides, but too narrow costs more: this many of its deviations are added. */
const allowance = 0.5;
/** One tail of the interval. */
const tail = 0.025;
/** A quantile of a law with excess kurtosis κ is further out by κ(z² - 3)/24, z = 1.96 (Cornish and Fisher). */
const perKurtosis = 0.035;
const kurtosisMax = 3;

/** What the members' values are taken to be. */
export interface Powers {
  /** The values that count as 0 and as 1. */
  readonly ends: Interval;
  /** Over the cells: the weights under which their counts add up to Σ xʲ over the members, for j = 0 … 3, x from 0 to 1. */
  readonly weights: readonly (readonly number[])[];
}

export function meanInterval(group: CountedGroup, { ends: [first, last], weights }: Powers): Interval {
  const { counts, noise, total } = group;
  const width = last - first;
  if (!(width > 0)) return [first, last];
  const rows = weights.map((each) => group.noiseOf(each));
  const [members, linear] = rows as [readonly number[], readonly number[]];
  const test: Test = {
    counts: weights.map((each) => dot(each, counts)),
    products: rows.map((one) => rows.map((other) => dot(one, other))),
    fourths: [0, 1, 2, 3, 4].map((power) =>
      linear.reduce((sum, x, row) => sum + x ** (4 - power) * (members[row] as number) ** power, 0),
    ),
    variance: noise.variance,
    fourth: noise.fourth,
    totalMax: total + 2 * Math.sqrt(noise.variance * dot(members, members)),
  };
  const mean = Math.min(1, Math.max(0, (test.counts[1] as number) / Math.max(1, total)));
  return [first + width * endOf(test, mean, 0), first + width * endOf(test, mean, 1)];
}

interface Test {
  /** Σ xʲ over the members, for j = 0 … 3. */
  readonly counts: readonly number[];
  /** Of the rows' weights in those sums, each with each: Σ rᵢrᵢ'. */
  readonly products: readonly (readonly number[])[];
  /** Σ r₁⁴⁻ʲ r₀ʲ over the rows, for j = 0 … 4. */
  readonly fourths: readonly number[];
  /** Of the noise of a row. */
  readonly variance: number;
  readonly fourth: number;
  readonly totalMax: number;
}

/** The outermost θ towards `end` that is not rejected, from the mean on. */
function endOf(test: Test, mean: number, end: 0 | 1): number {
  const excess = (theta: number) => excessOf(test, mean, theta, end);
  if (excess(end) >= 0) return end;
  return crossing(excess, end, mean);
}

/**
 * 0 or above when the counts are not too far on the other side of θ: the logarithm of how much likelier than a tail. Signs are such
 * that `end` lies in the positive.
 */
function excessOf(
  { counts, products, fourths, variance, fourth, totalMax }: Test,
  mean: number,
  theta: number,
  end: 0 | 1,
): number {
  const sign = end === 1 ? 1 : -1;
  const distance = Math.abs(end - theta);
  const shift = sign * about(counts, theta, 1) + added * distance;
  if (shift >= 0) return -Math.log(tail);
  // No values in the range with this mean are further from θ than those at its two ends.
  const most = totalMax * Math.max(theta * (1 - theta), mean * (1 - mean) + (mean - theta) ** 2);
  const noised = (power: 2 | 3) =>
    sign ** power * about(counts, theta, power) + allowance * Math.sqrt(variance * squareAbout(products, theta, power));
  const second = Math.min(most, Math.max(0, noised(2)));
  const third = Math.min(distance * second, Math.max((distance - 1) * second, noised(3)));
  const upper = tailOf(-shift, {
    second: second + added * distance ** 2 + variance * squareAbout(products, theta, 1),
    third: 2 * (third + added * distance ** 3),
    fourth: fourth * fourthAbout(fourths, theta),
  });
  return Math.log(Math.max(1e-300, upper) / tail);
}

/** P(W ≥ w) for a centred W with these cumulants. */
function tailOf(w: number, { second, third, fourth }: { second: number; third: number; fourth: number }): number {
  const deviation = Math.sqrt(second);
  const z = w / deviation / (1 + perKurtosis * Math.min(kurtosisMax, fourth / second ** 2));
  const skewness = third / (second * deviation);
  if (!(Math.abs(skewness) > 1e-4)) return normalCdf(-z);
  const shape = 4 / skewness ** 2;
  return skewness > 0
    ? gammaTail(shape, shape + z * Math.sqrt(shape))
    : 1 - gammaTail(shape, shape - z * Math.sqrt(shape));
}

/** Σ (x - θ)^power from the sums of powers of x, for a power from 1 to 3. */
function about(sums: readonly number[], theta: number, power: 1 | 2 | 3): number {
  const weights = aboutWeights(theta, power);
  return dot(weights, sums);
}

/** The squared weights of the rows in that. */
function squareAbout(products: Test["products"], theta: number, power: 1 | 2 | 3): number {
  const weights = aboutWeights(theta, power);
  return Math.max(
    0,
    dot(
      weights,
      weights.map((_, j) => dot(weights, products[j] as readonly number[])),
    ),
  );
}

/** Of Σ (x - θ)^power by Σ xʲ: C(power, j)(-θ)^(power - j). */
function aboutWeights(theta: number, power: 1 | 2 | 3): number[] {
  return (pascal[power] as readonly number[]).map((binomial, j) => binomial * (-theta) ** (power - j));
}

/** The weights' fourth powers in Σ (x - θ). */
function fourthAbout(fourths: readonly number[], theta: number): number {
  return dot(
    pascal[4].map((binomial, j) => binomial * (-theta) ** j),
    fourths,
  );
}

const pascal = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]] as const;
