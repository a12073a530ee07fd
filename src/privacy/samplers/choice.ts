// Random choices among candidates with integer utilities, exact: no exponential is ever computed, coins of exp(-n/d) decide.
import type { Rational } from "../rational.ts";
import { bernoulliExpBig } from "./bernoulli.ts";
import type { BitSource } from "./bit-source.ts";
import { discreteLaplaceSampler } from "./discrete-laplace.ts";

/** The index of the chosen candidate; there is at least one. */
export type Choice = (bits: BitSource, utilities: readonly bigint[]) => number;

/**
 * Candidate i with probability proportional to e^(rate·utility): a uniform candidate, kept with probability
 * e^(-rate·(greatest - utility)), else drawn again; at most as often as there are candidates, on average.
 */
export function exponentialChoice(rate: Rational): Choice {
  return (bits, utilities) => {
    const most = greatest(utilities);
    for (;;) {
      const i = bits.below(utilities.length);
      if (bernoulliExpBig(bits, (most - (utilities[i] as bigint)) * rate.num, rate.den)) return i;
    }
  };
}

/**
 * Candidates in random order, the first kept with probability e^(-rate·(greatest - utility)). The coin of the greatest
 * always shows heads, so the order does not run out (McKenna, Sheldon 2020, Algorithm 1).
 */
export function permuteAndFlipChoice(rate: Rational): Choice {
  return (bits, utilities) => {
    const most = greatest(utilities);
    const order = utilities.map((_, i) => i);
    for (let left = order.length; ; left--) {
      const at = bits.below(left);
      const i = order[at] as number;
      if (bernoulliExpBig(bits, (most - (utilities[i] as bigint)) * rate.num, rate.den)) return i;
      order[at] = order[left - 1] as number;
    }
  };
}

/**
 * The greatest of utility·steps + discrete Laplace noise of `scale`. The first of equal sums wins: which one that is
 * depends on nothing but the order of the candidates, as the proof of the mechanism wants.
 */
export function noisyMaxChoice(scale: Rational, steps: bigint): Choice {
  const sample = discreteLaplaceSampler(scale);
  return (bits, utilities) => {
    let best = 0;
    let most: bigint | undefined;
    for (const [i, utility] of utilities.entries()) {
      const noisy = utility * steps + sample(bits);
      if (most === undefined || noisy > most) [best, most] = [i, noisy];
    }
    return best;
  };
}

function greatest(utilities: readonly bigint[]): bigint {
  return utilities.reduce((most, utility) => (utility > most ? utility : most));
}
