// Tails of the hypergeometric law in log space: how many of `draws` neighbours, drawn from `population` members without
// replacement, are among `marked` of them.

import { logBinomial } from "../../privacy/numeric/gamma.ts";
import { logAdd } from "../../privacy/numeric/log-add.ts";

export interface Draw {
  readonly population: number;
  readonly marked: number;
  readonly draws: number;
}

const ZERO = Number.NEGATIVE_INFINITY;

/** ln P(X = hits), -∞ where that cannot be. */
export function logProbability({ population, marked, draws }: Draw, hits: number): number {
  const others = population - marked;
  if (hits < 0 || hits > marked || hits > draws || draws - hits > others) return ZERO;
  return logBinomial(marked, hits) + logBinomial(others, draws - hits) - logBinomial(population, draws);
}

/** The fewest hits h with ln P(X > h) ≤ bound, from the top down. At most draws + 1 steps. */
export function upperQuantile(draw: Draw, logBound: number): number {
  const { population, marked, draws } = draw;
  let hits = Math.min(marked, draws);
  const least = Math.max(0, draws - (population - marked));
  let log = logProbability(draw, hits);
  let tail = ZERO;
  for (; hits > least; hits--) {
    tail = logAdd(tail, log);
    if (tail > logBound) return hits;
    log += Math.log(hits * (population - marked - draws + hits)) - Math.log((marked - hits + 1) * (draws - hits + 1));
  }
  return least;
}

/** The most hits h with ln P(X < h) ≤ bound, from the bottom up. At most draws + 1 steps. */
export function lowerQuantile(draw: Draw, logBound: number): number {
  const { population, marked, draws } = draw;
  const most = Math.min(marked, draws);
  let hits = Math.max(0, draws - (population - marked));
  let log = logProbability(draw, hits);
  let tail = ZERO;
  for (; hits < most; hits++) {
    tail = logAdd(tail, log);
    if (tail > logBound) return hits;
    log += Math.log((marked - hits) * (draws - hits)) - Math.log((hits + 1) * (population - marked - draws + hits + 1));
  }
  return most;
}
