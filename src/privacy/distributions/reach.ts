// How far a linear statistic of noise reaches: a Chernoff bound, so that inversion knows how wide a period it needs.
import type { NoiseDistribution } from "./noise-law.ts";
import type { WeightGroup } from "./weights.ts";

/** ln(2 / 1e-10): beyond the reach lies at most 1e-10 of probability. */
const negligibleLog = Math.log(2e10);

/** r with P(|T| > r) ≤ 1e-10: the least (ln(2·10^10) + ln E e^(xT)) / x over a geometric grid of x. */
export function reachOf(groups: readonly WeightGroup[], cell: NoiseDistribution, samplingVariance: number): number {
  const variance = varianceOf(groups, cell) + samplingVariance;
  let best = Number.POSITIVE_INFINITY;
  for (let x = 1e-2 / Math.sqrt(variance); ; x *= 1.25) {
    let log = (samplingVariance * x * x) / 2;
    for (const { weight, count } of groups) log += count * cell.logMoment(x * weight);
    const reach = (negligibleLog + log) / x;
    if (reach > best || reach === Number.POSITIVE_INFINITY) return best;
    best = reach;
  }
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
