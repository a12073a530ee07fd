// How far a linear statistic of noise reaches: a Chernoff bound, so that inversion knows how wide a period it needs.
import { invariant } from "../../base/errors.ts";
import type { NoiseDistribution } from "./noise-law.ts";
import type { WeightGroup } from "./weights.ts";

/** ln(2 / 1e-10): beyond the reach lies at most 1e-10 of probability. */
const negligibleLog = Math.log(2e10);

/** Steps of each kind, at most: a factor of 16 at a time passes from the greatest double to the least in 540. */
export const reachStepsMax = 600;

/**
 * r with P(|T| > r) ≤ 1e-10: the least (ln(2·10^10) + ln E e^(xT)) / x over a geometric grid of x. The bound has one
 * minimum, so the grid is walked downhill, from the first x towards 0 that has a moment.
 * @returns a finite number, 0 for a law without variance
 */
export function reachOf(groups: readonly WeightGroup[], cell: NoiseDistribution, samplingVariance: number): number {
  const variance = varianceOf(groups, cell) + samplingVariance;
  if (variance === 0) return 0;
  const bound = (x: number): number => {
    let log = (samplingVariance * x * x) / 2;
    for (const { weight, count } of groups) log += count * cell.logMoment(x * weight);
    return log === Number.POSITIVE_INFINITY ? log : (negligibleLog + log) / x;
  };
  let x = 1e-2 / Math.sqrt(variance);
  let best = bound(x);
  for (let step = 0; step < reachStepsMax && best === Number.POSITIVE_INFINITY; step++) {
    x /= 16;
    best = bound(x);
  }
  for (const factor of [0.8, 1.25])
    for (let step = 0; step < reachStepsMax; step++) {
      const next = bound(x * factor);
      if (!(next < best)) break;
      [x, best] = [x * factor, next];
    }
  invariant(Number.isFinite(best), "a law with a finite variance has a moment somewhere");
  return best;
}

export function varianceOf(groups: readonly WeightGroup[], cell: NoiseDistribution): number {
  return groups.reduce((sum, { weight, count }) => sum + count * weight * weight, 0) * cell.variance;
}

/** E cos(tT) without the normal part; 0 where it is below `least`. */
export function characteristicOf(
  groups: readonly WeightGroup[],
  cell: NoiseDistribution,
  t: number,
  least: number,
): number {
  let product = 1;
  for (const { weight, count } of groups) {
    product *= cell.characteristic(weight * t) ** count;
    if (product < least) return 0;
  }
  return product;
}
