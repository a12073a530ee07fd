// Whether what a model calls likely comes true as often as it says, and how much more often among those it has as likely than among
// all: from noised counts of members who are held out, by the bin of the probability that the model gave and by what became of them.
//
// Intervals invert a test. Of a bin with `came` and `not`, (1 − p)·came − p·not has the mean 0 where p is the share that it comes true
// for; its variance is that of the noises, σ²((1 − p)² + p²), and of the sampling, n·p(1 − p). So bins of few members exclude little,
// and one whose noise may have made it up excludes nothing. Noises of rotated sums add up from one of every cell: they are taken as normal.
import { fail } from "../base/errors.ts";
import type { Interval } from "./group.ts";

/** Noised members, bin by bin: as a training's round tells them. */
export interface ForeseenCounts {
  /** Inner ends of the bins, rising: one fewer than there are. */
  readonly ends: readonly number[];
  readonly not: readonly number[];
  readonly came: readonly number[];
  /** Standard deviation of the noise in each count. */
  readonly noiseSd: number;
}

export interface CalibratedBin {
  /** The probabilities that the model gave, from and below. */
  readonly from: number;
  readonly to: number;
  /** Noised: may be negative. */
  readonly members: number;
  /** The share of whom it came true; within 0 … 1. */
  readonly share: number;
  /** Holds the share of all such members in 95 of 100 cases or more. */
  readonly interval: Interval;
}

export interface Calibration {
  readonly bins: readonly CalibratedBin[];
  readonly all: CalibratedBin;
  /** Of the highest bin over all: how many times as often it came true. Undefined where that could be any number. */
  readonly lift: { readonly point: number; readonly interval: readonly [low: number, high: number | null] } | undefined;
}

/** Two-sided quantiles of the normal law: of 95 in 100; of 97.5 in 100, so that two hold at once in 95. */
const Z95 = 1.959964;
const Z975 = 2.241403;
const STEPS = 2000;

/** @throws PacelineError invalid_argument for counts that do not belong together */
export function calibrationOf({ ends, not, came, noiseSd }: ForeseenCounts): Calibration {
  const count = ends.length + 1;
  if (not.length !== count || came.length !== count || !(noiseSd >= 0))
    return fail("invalid_argument", `counts of ${count} bins by what became of their members belong here`);
  const bound = (i: number) => (i < 0 ? 0 : (ends[i] ?? 1));
  const bin = (z: number, from: number, to: number): CalibratedBin => {
    const sum = (counts: readonly number[]) => counts.slice(from, to).reduce((a, b) => a + b, 0);
    const [no, yes] = [sum(not), sum(came)];
    const interval = shareInterval(yes, no, noiseSd * Math.sqrt(to - from), z);
    const members = no + yes;
    const share = members > 0 ? Math.min(1, Math.max(0, yes / members)) : 0.5;
    return { from: bound(from - 1), to: bound(to - 1), members, share, interval };
  };
  const highest = bin(Z975, count - 1, count);
  const every = bin(Z975, 0, count);
  return {
    bins: ends.concat(1).map((_, i) => bin(Z95, i, i + 1)),
    all: bin(Z95, 0, count),
    lift: liftOf(highest, every),
  };
}

function liftOf(highest: CalibratedBin, every: CalibratedBin): Calibration["lift"] {
  const [low, high] = highest.interval;
  const [least, most] = every.interval;
  if (!(every.share > 0) || (low === 0 && least === 0)) return undefined;
  return { point: highest.share / every.share, interval: [low / most, least > 0 ? high / least : null] };
}

/** All shares that the counts do not speak against: the ends of the set, which is looked for on a grid and moved outwards by a step. */
function shareInterval(came: number, not: number, noiseSd: number, z: number): Interval {
  // As many as noise makes of nobody.
  if (came + not <= 0) return [0, 1];
  const members = Math.max(1, came + not);
  const stands = (p: number) => {
    const variance = noiseSd ** 2 * ((1 - p) ** 2 + p ** 2) + members * p * (1 - p);
    return Math.abs((1 - p) * came - p * not) <= z * Math.sqrt(variance);
  };
  let [low, high] = [1, 0];
  for (let i = 0; i <= STEPS; i++) {
    const p = i / STEPS;
    if (!stands(p)) continue;
    low = Math.min(low, p);
    high = Math.max(high, p);
  }
  // Counts that no share explains: nothing is excluded.
  if (low > high) return [0, 1];
  return [Math.max(0, low - 1 / STEPS), Math.min(1, high + 1 / STEPS)];
}
