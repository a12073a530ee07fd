// A linear statistic with a density (or many fine atoms), by numerical inversion of its characteristic function.
import { invariant } from "../../base/errors.ts";
import type { NoiseDistribution } from "./noise-law.ts";
import { characteristicOf, reachOf } from "./reach.ts";
import type { WeightGroup } from "./weights.ts";

/** Frequencies looked at, at most, before the law counts as coarse: fewer where each of them takes many weights. */
const frequenciesMax = 1 << 14;
const frequenciesMin = 1 << 9;
/** Evaluations of a cell's characteristic function that one law may take, twice where it is coarse. */
export const evaluationsMax = 1 << 21;
/** A coarse law is blurred by a normal, just wide enough for the frequencies that are left, and h widened by this many of it. */
const blurWidths = 5;
/** Values below this no longer show in 1e-6: what is cut off sums to about a quarter of it. */
const negligible = 3e-9;
/** √(-2 ln negligible): beyond this many reciprocal deviations a normal's characteristic function is negligible. */
const damped = 6.27;
const newtonMax = 100;

/**
 * P(|T| ≤ h) = (2/π) Σⱼ φ((j+½)d) sin((j+½)dh)/(j+½) with d = 2π/period, wrong by at most the probability beyond
 * period - h (Davies 1973). The period is twice the reach, so that is 1e-10.
 */
export function continuousLaw(
  groups: readonly WeightGroup[],
  cell: NoiseDistribution,
  samplingVariance: number,
): { within(h: number): number; quantile(level: number): number } {
  const reach = reachOf(groups, cell, samplingVariance);
  if (reach === 0) return { within: () => 1, quantile: () => 0 };
  const spacing = Math.PI / reach;
  const most = Math.max(
    frequenciesMin,
    Math.min(frequenciesMax, Math.floor(evaluationsMax / Math.max(1, groups.length))),
  );
  const sharp = frequencies(groups, cell, samplingVariance, spacing, most);
  const blur = sharp === undefined ? damped / ((most - 1) * spacing) : 0;
  const terms = sharp ?? frequencies(groups, cell, samplingVariance + blur * blur, spacing, most);
  invariant(terms !== undefined, "a blurred law needs no more frequencies than there are");
  const within = (h: number): number => (h >= reach ? 1 : invert(terms, spacing * h).probability);
  return { within, quantile: (level) => solve(terms, spacing, reach, level) + blurWidths * blur };
}

/**
 * φ((j+½)d)/(j+½) until the rest is negligible; undefined when that takes more than `most`. The rest counts as
 * negligible after a quiet stretch as long as all that came before it, and a full turn of the largest weight; where
 * that turn is too far to go, the atoms are so many that leaving out their ripple moves P by less than 0.1 %.
 */
function frequencies(
  groups: readonly WeightGroup[],
  cell: NoiseDistribution,
  normalVariance: number,
  spacing: number,
  most: number,
): number[] | undefined {
  const out: number[] = [];
  const turn = groups[0] === undefined ? 0 : Math.min((2 * Math.PI) / (groups[0].weight * spacing), frequenciesMax / 2);
  let loud = 0;
  for (let j = 0; j < most; j++) {
    const t = (j + 0.5) * spacing;
    const damping = Math.exp((-normalVariance * t * t) / 2);
    if (damping < negligible) return out.slice(0, loud);
    const value = damping * characteristicOf(groups, cell, t, negligible);
    out.push(value / (j + 0.5));
    if (value >= negligible) loud = j + 1;
    else if (j > 16 + Math.max(2 * loud, loud + turn)) return out.slice(0, loud);
  }
  return undefined;
}

/** P(|T| ≤ h) and its derivative by the angle d·h. The sines and cosines come from turning by d·h each time. */
function invert(terms: readonly number[], angle: number): { probability: number; slope: number } {
  const [turnSin, turnCos] = [Math.sin(angle), Math.cos(angle)];
  let [sin, cos] = [Math.sin(angle / 2), Math.cos(angle / 2)];
  let [probability, slope] = [0, 0];
  for (let j = 0; j < terms.length; j++) {
    const term = terms[j] as number;
    probability += term * sin;
    slope += term * (j + 0.5) * cos;
    const next = sin * turnCos + cos * turnSin;
    cos = cos * turnCos - sin * turnSin;
    sin = next;
  }
  return { probability: (2 / Math.PI) * probability, slope: (2 / Math.PI) * slope };
}

/** h with P(|T| ≤ h) = level: Newton inside a shrinking bracket, halving it where Newton would leave it. */
function solve(terms: readonly number[], spacing: number, reach: number, level: number): number {
  let [low, high] = [0, spacing * reach];
  let angle = high / 4;
  for (let i = 0; i < newtonMax && high - low > 1e-12 * high; i++) {
    const { probability, slope } = invert(terms, angle);
    const excess = probability - level;
    if (excess >= 0) high = angle;
    else low = angle;
    if (Math.abs(excess) < 1e-11) break;
    const newton = angle - excess / slope;
    angle = newton > low && newton < high ? newton : (low + high) / 2;
  }
  return angle / spacing;
}
