// Intervals for a linear statistic of noised cells: T = Σ wᵢZᵢ + N(0, s²), the Zᵢ independent with one noise law.
// T is symmetric, so h with P(|T| ≤ h) ≥ level gives the interval ±h. Equal weights on a lattice are inverted exactly,
// everything else by Gil-Pelaez with Davies' spacing (Davies 1980, AS 155).
import { fail } from "../../base/errors.ts";
import { continuousLaw } from "./inversion.ts";
import { latticeLaw } from "./lattice.ts";
import { distributionOf, type NoiseDistribution, type NoiseLaw, twoSidedQuantile } from "./noise-law.ts";
import { groupWeights, latticeStep } from "./weights.ts";

/** What T is made of. */
export interface LinearNoise {
  /** One real weight per cell, at most 4096 of them. */
  readonly weights: readonly number[];
  readonly noise: NoiseLaw;
  /** Variance of an independent normal error, such as the sampling error; 0 when left out. */
  readonly samplingVariance?: number;
}

/** Lattices with longer steps than this many units are inverted as if continuous. */
const latticeMultipleMax = 512;

/**
 * The half-width h of the two-sided interval: P(|T| ≤ h) ≥ level.
 * - a lattice (weights that are integer multiples of one step, no sampling variance): the smallest such multiple, exact;
 *   for one weight w it is |w| times the smallest integer q with P(|Z| ≤ q) ≥ level;
 * - otherwise P(|T| ≤ h) = level within 1e-6 where T has a density, or atoms too fine to matter. Where it has few,
 *   coarse atoms, h errs to the wide side by up to 0.5 % of T's standard deviation.
 * @throws PacelineError invalid_argument on a level outside (0, 0.999999], non-finite weights or a negative variance.
 */
export function noiseQuantile(parameters: LinearNoise & { readonly level: number }): number {
  const { level } = parameters;
  if (!(level > 0 && level <= 0.999999)) fail("invalid_argument", "level must lie above 0 and at most at 0.999999");
  const law = lawOf(parameters);
  return law.quantile(level);
}

/** P(|T| ≤ h), within 1e-6 where T has a density and exact on a lattice. @throws PacelineError invalid_argument */
export function noiseProbability(parameters: LinearNoise & { readonly h: number }): number {
  const { h } = parameters;
  if (!(h >= 0)) fail("invalid_argument", "h must not be negative");
  return lawOf(parameters).within(h);
}

/** A symmetric law by its two-sided distribution function and quantile. */
interface SymmetricLaw {
  within(h: number): number;
  quantile(level: number): number;
}

function lawOf({ weights, noise, samplingVariance = 0 }: LinearNoise): SymmetricLaw {
  if (!(Number.isFinite(samplingVariance) && samplingVariance >= 0))
    fail("invalid_argument", "samplingVariance must be a finite number, 0 or more");
  if (weights.length > 4096 || !weights.every(Number.isFinite))
    fail("invalid_argument", "weights must be at most 4096 finite numbers");
  const groups = groupWeights(weights);
  const cell = distributionOf(noise);
  if (samplingVariance > 0) return continuousLaw(groups, cell, samplingVariance);
  const [first] = groups;
  if (first === undefined) return { within: () => 1, quantile: () => 0 };
  if (groups.length === 1 && first.count === 1) return scaledCell(cell, first.weight);
  const step = latticeStep(groups, latticeMultipleMax);
  return step === undefined ? continuousLaw(groups, cell, 0) : latticeLaw(groups, cell, step);
}

function scaledCell(cell: NoiseDistribution, weight: number): SymmetricLaw {
  return {
    within: (h) => cell.within(Math.floor(h / weight + 1e-9)),
    quantile: (level) => weight * twoSidedQuantile(cell, level),
  };
}
