// The noise on one released cell, with what interval computations ask of it again and again.
import { distributionOf, type NoiseDistribution, type NoiseLaw } from "../privacy/distributions/noise-law.ts";

/** Half-widths that were computed for one noise, by the shape of the statistic (half-width.ts). */
export type HalfWidths = Map<string | number, number>;

/** The noise on one cell: both aggregators' draws together. */
export interface CellNoise {
  /** Of the integers that were released. */
  readonly law: NoiseLaw;
  /** What one of those integers stands for: 1 / the weight of its part. Variance and cumulant are in members. */
  readonly unit: number;
  readonly variance: number;
  /** Fourth cumulant. */
  readonly fourth: number;
  /** P(Z = 0). */
  readonly silence: number;
  /** What was computed for this noise, so that thousands of groups share it. */
  readonly widths: HalfWidths;
}

export function cellNoiseOf(law: NoiseLaw, unit = 1): CellNoise {
  const distribution = distributionOf(law);
  const variance = distribution.variance * unit ** 2;
  const fourth = fourthCumulant(distribution) * unit ** 4;
  return { law, unit, variance, fourth, silence: Math.min(1, distribution.pmf(0)), widths: new Map() };
}

/** From ln φ(t) = -κ₂t²/2 + κ₄t⁴/24 - … at a small t; of noise that is 0 or, rarely, ±1, all even cumulants are alike. */
function fourthCumulant({ variance, characteristic }: NoiseDistribution): number {
  if (variance < 1e-6) return variance;
  const t = Math.min(0.5, 0.3 / Math.sqrt(variance));
  return Math.max(0, (24 * (Math.log(characteristic(t)) + (variance * t * t) / 2)) / t ** 4);
}
