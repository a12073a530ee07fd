// How well draws of a symmetric integer law fit it, whatever its width: χ² and Kolmogorov-Smirnov over equal bins, each
// failing once in a million seeds for a right sampler, and the variance in standard errors. Seeds are fixed.
import type { NoiseDistribution } from "../../src/privacy/distributions/noise-law.ts";
import { chiSquaredExcessOf } from "./chi-squared.ts";

export interface Fit {
  /** Statistic minus its 1 - 10^-6 quantile: below 0 is a fit. */
  readonly chiSquared: number;
  readonly kolmogorov: number;
  /** |sample variance - variance| over its standard error. */
  readonly varianceErrors: number;
}

/** Bins on each side of the middle one within a standard deviation, where the law is that wide. */
const fineness = 25;

export function measureFit(
  draws: Iterable<bigint>,
  count: number,
  law: NoiseDistribution,
  kurtosis: number,
  pmf: (k: number) => number = law.pmf,
): Fit {
  const half = Math.max(0, Math.floor(Math.sqrt(law.variance) / fineness));
  // odd, so that one bin is centred at 0
  const width = 2 * half + 1;
  const [bigHalf, bigWidth] = [BigInt(half), BigInt(width)];
  const binned = new Map<number, number>();
  let [sum, squares] = [0, 0];
  for (const draw of draws) {
    const bin = Number(draw < 0n ? -((bigHalf - draw) / bigWidth) : (draw + bigHalf) / bigWidth);
    binned.set(bin, (binned.get(bin) ?? 0) + 1);
    const value = Number(draw);
    sum += value;
    squares += value * value;
  }
  const within = (bin: number): number => (bin < 0 ? 0 : law.within(bin * width + half));
  const ofBin = (bin: number): number =>
    width === 1 ? pmf(bin) : bin === 0 ? within(0) : (within(Math.abs(bin)) - within(Math.abs(bin) - 1)) / 2;
  const standardError = Math.sqrt(((kurtosis - 1) * law.variance ** 2) / count);
  const difference = Math.abs(squares / count - (sum / count) ** 2 - law.variance);
  return {
    chiSquared: chiSquaredExcessOf(binned, count, ofBin),
    kolmogorov: kolmogorov(binned, count, within) - Math.sqrt(Math.log(2e6) / 2),
    // a law of no width at all has no standard error either
    varianceErrors: difference === 0 ? 0 : difference / standardError,
  };
}

/** √n · sup |F_n - F| over the bins' edges; its quantiles are at most those of a continuous law. */
function kolmogorov(binned: ReadonlyMap<number, number>, count: number, within: (bin: number) => number): number {
  let [below, worst] = [0, 0];
  for (const bin of [...binned.keys()].sort((a, b) => a - b)) {
    below += binned.get(bin) ?? 0;
    const exact = bin < 0 ? (1 - within(-bin - 1)) / 2 : (1 + within(bin)) / 2;
    worst = Math.max(worst, Math.abs(below / count - exact));
  }
  return worst * Math.sqrt(count);
}
