// The difference of two numbers, or of one and 0, with interval and p-value: free post-processing of what was released.
//
// Interval: each number's own interval is kept whole, skewed as it may be, and the distances to its ends add as roots of squares
// (Zou & Donner 2008, "Construction of confidence limits about effect measures", Stat. Med. 27:1693). For normal errors with known
// variances this is Welch's interval; here the variances are of sampling and of both aggregators' noise.
//
// p-value: the error of the difference is taken to have the law of normal sampling error plus noise, of one scale, such that its 95 %
// quantile is the interval's own. Noise summed over several cells lies between that of one cell and a normal law, so the larger p of
// the two is told. So p < 0.05 just where the interval leaves 0 out.
//
// Range: both numbers have members behind them that noise cannot have made up, and informative intervals; otherwise p is 1. Below
// 0.000001 nothing is told apart. Sampling error is taken as normal in the tails beyond 95 %.
import { noiseProbability, noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import { distributionOf, type NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { normalCdf, normalQuantile } from "../privacy/numeric/normal.ts";
import type { Estimate } from "./estimate.ts";
import type { Interval } from "./group.ts";

export interface Difference extends Estimate {
  /** Of the hypothesis that there is no difference, two-sided. */
  readonly p: number;
}

export const P_LEAST = 1e-6;
const z95 = normalQuantile(0.975);

/**
 * @param laws of the noise in each of the two
 * @param together whether one member's values may be in both: sampling errors of any dependence then, whose distances add as they are
 */
export function differenceOf(a: Estimate, b: Estimate, laws: readonly NoiseLaw[], together: boolean): Difference {
  const value = a.estimate - b.estimate;
  const noise = interval(value, distances(a.privacyInterval95, a), distances(b.privacyInterval95, b), Math.hypot);
  const add = (one: number, other: number) => one + other;
  const [ours, theirs] = [distances(a.interval95, a), distances(b.interval95, b)];
  const whole = together ? apart(a, b, value, add) : interval(value, ours, theirs, Math.hypot);
  const interval95: Interval = [Math.min(whole[0], noise[0]), Math.max(whole[1], noise[1])];
  const sd = (one: number, other: number) => Math.hypot(one, other);
  const samplingSd = (together ? add : sd)(a.samplingSd, b.samplingSd);
  const privacyNoiseSd = sd(a.privacyNoiseSd, b.privacyNoiseSd);
  const uninformative = a.uninformative || b.uninformative;
  return {
    estimate: value,
    interval95,
    privacyInterval95: noise,
    privacyNoiseSd,
    samplingSd,
    uninformative,
    p: uninformative ? 1 : pOf(value, interval95, { privacyNoiseSd, samplingSd, laws }),
  };
}

/** Whether a number is 0. */
export function againstZero(estimate: Estimate, law: NoiseLaw): Difference {
  const p = estimate.uninformative ? 1 : pOf(estimate.estimate, estimate.interval95, { ...estimate, laws: [law] });
  return { ...estimate, p };
}

type Distances = readonly [below: number, above: number];

function distances([low, high]: Interval, { estimate }: Estimate): Distances {
  return [Math.max(0, estimate - low), Math.max(0, high - estimate)];
}

function interval(value: number, a: Distances, b: Distances, join: (one: number, other: number) => number): Interval {
  return [value - join(a[0], b[1]), value + join(a[1], b[0])];
}

/** Noise of the two is independent whoever the members are; what sampling adds to it may not be. */
function apart(a: Estimate, b: Estimate, value: number, add: (one: number, other: number) => number): Interval {
  const parts = (of: Estimate): { noise: Distances; sampling: Distances } => {
    const [noise, whole] = [distances(of.privacyInterval95, of), distances(of.interval95, of)];
    const rest = (at: 0 | 1) =>
      whole[at] === Number.POSITIVE_INFINITY ? whole[at] : Math.sqrt(Math.max(0, whole[at] ** 2 - noise[at] ** 2));
    return { noise, sampling: [rest(0), rest(1)] };
  };
  const [one, other] = [parts(a), parts(b)];
  const side = (at: 0 | 1, opposite: 0 | 1) =>
    Math.hypot(one.noise[at], other.noise[opposite], add(one.sampling[at], other.sampling[opposite]));
  return [value - side(0, 1), value + side(1, 0)];
}

interface Errors extends Pick<Estimate, "privacyNoiseSd" | "samplingSd"> {
  readonly laws: readonly NoiseLaw[];
}

function pOf(value: number, [low, high]: Interval, { privacyNoiseSd, samplingSd, laws }: Errors): number {
  if (!Number.isFinite(value)) return 1;
  if (value === 0) return 1;
  const half = value > 0 ? value - low : high - value;
  if (!(half > 0)) return P_LEAST;
  const ratio = Math.abs(value) / half;
  if (!(ratio > 0)) return 1;
  const all = privacyNoiseSd ** 2 + samplingSd ** 2;
  const share = all > 0 ? privacyNoiseSd ** 2 / all : 0;
  const tails = [2 * normalCdf(-z95 * ratio), ...laws.map((law) => tailOf(law, share, ratio))];
  return Math.min(1, Math.max(P_LEAST, ...tails));
}

/** Shares of the noise in the error's variance that are told apart, rounded up: more noise has longer tails. */
const STEPS = 16;

/** P(|X| > ratio · q) for X of one cell's noise and a normal error, and q its own 95 % quantile. */
function tailOf(law: NoiseLaw, share: number, ratio: number): number {
  if (law.mechanism !== "discrete-laplace") return 0;
  const step = Math.min(STEPS - 0.25, Math.ceil(share * STEPS));
  if (step === 0) return 0;
  const { variance } = distributionOf(law);
  if (!(variance > 0)) return 0;
  const cell = { weights: [1], noise: law, samplingVariance: (variance * (STEPS - step)) / step };
  return 1 - noiseProbability({ ...cell, h: ratio * noiseQuantile({ ...cell, level: 0.95 }) });
}
