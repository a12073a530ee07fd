// A linear statistic with a density (or many fine atoms), by numerical inversion of its characteristic function.
import type { NoiseDistribution } from "./noise-law.ts";
import { characteristicOf, reachOf, varianceOf } from "./reach.ts";
import type { WeightGroup } from "./weights.ts";

/** Frequencies looked at, at most, before the law counts as coarse. */
const frequenciesMax = 1 << 14;
/** A coarse law is blurred by a normal of this share of its standard deviation, and h widened by `blurWidths` of it. */
const blurShare = 1e-3;
const blurWidths = 5;
/** Values below this no longer show in 1e-6: what is cut off sums to about a quarter of it. */
const negligible = 3e-9;

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
  const spacing = Math.PI / reach;
  const sharp = frequencies(groups, cell, samplingVariance, spacing, frequenciesMax);
  const blur = sharp === undefined ? blurShare * Math.sqrt(varianceOf(groups, cell) + samplingVariance) : 0;
  const terms =
    sharp ?? frequencies(groups, cell, samplingVariance + blur * blur, spacing, Number.POSITIVE_INFINITY) ?? [];
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
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
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
