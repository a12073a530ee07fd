// The law of the noise on one released cell: the sum of one or two independent draws, one per aggregator. Post-processing
// only: floats are fine here, nothing in this folder ever decides noise or a debit.
import { type Rational, toNumber } from "../rational.ts";
import * as gaussian from "./discrete-gaussian.ts";
import * as laplace from "./discrete-laplace.ts";
import * as skellam from "./skellam.ts";

/** `draws` is 2 when both aggregators add noise. */
export type NoiseLaw =
  | { readonly mechanism: "discrete-laplace"; readonly scale: Rational; readonly draws: 1 | 2 }
  | { readonly mechanism: "discrete-gaussian"; readonly sigmaSquared: Rational; readonly draws: 1 | 2 }
  | { readonly mechanism: "skellam"; readonly mu: Rational; readonly draws: 1 | 2 };

/** What interval computations need to know of a law that is symmetric about 0 on the integers. */
export interface NoiseDistribution {
  readonly variance: number;
  pmf(k: number): number;
  /** E cos(tZ). */
  characteristic(t: number): number;
  /** An upper bound of ln E exp(tZ), infinite where there is none. */
  logMoment(t: number): number;
  /** P(|Z| ≤ q) for an integer q ≥ 0. */
  within(q: number): number;
}

export function distributionOf(law: NoiseLaw): NoiseDistribution {
  const { draws } = law;
  if (law.mechanism === "discrete-laplace") {
    const step = 1 / toNumber(law.scale);
    return {
      variance: draws * laplace.variance(step),
      pmf: (k) => (draws === 1 ? laplace.pmf(step, k) : laplace.pmfOfTwo(step, k)),
      characteristic: laplace.characteristicOf(step, draws),
      logMoment: (t) => draws * laplace.logMoment(step, t),
      within: (q) => (draws === 1 ? laplace.within(step, q) : laplace.withinOfTwo(step, q)),
    };
  }
  if (law.mechanism === "skellam") {
    const mu = draws * toNumber(law.mu);
    return {
      variance: mu,
      ...skellam.skellamLaw(mu),
      characteristic: (t) => skellam.characteristic(mu, t),
      logMoment: (t) => skellam.logMoment(mu, t),
    };
  }
  const sigmaSquared = toNumber(law.sigmaSquared);
  const sum = gaussian.sumLaw(sigmaSquared, draws);
  return {
    variance: draws * gaussian.variance(sigmaSquared),
    pmf: sum.pmf,
    characteristic: (t) => gaussian.characteristic(sigmaSquared, t) ** draws,
    logMoment: (t) => (draws * sigmaSquared * t * t) / 2,
    within: sum.within,
  };
}

/** To 2^130 and back: a scale's numerator is below 2^128. */
const doublingsMax = 140;

/** The smallest integer q ≥ 0 with P(|Z| ≤ q) ≥ level, for one cell's noise. @param level between 0 and 1, exclusive */
export function twoSidedQuantile(distribution: NoiseDistribution, level: number): number {
  let high = 1;
  for (let doubled = 0; doubled < doublingsMax && distribution.within(high) < level; doubled++) high *= 2;
  let low = -1;
  for (let halved = 0; halved <= doublingsMax && high - low > 1; halved++) {
    const middle = Math.floor((low + high) / 2);
    if (distribution.within(middle) >= level) high = middle;
    else low = middle;
  }
  return high;
}
