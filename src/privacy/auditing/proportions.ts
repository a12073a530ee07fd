// Clopper and Pearson's limits of a proportion (1934): exact, one-sided, from binomial tails and nothing else.
import { fail } from "../../base/errors.ts";
import { binomialProbability } from "../numeric/binomial.ts";

/** A tail's terms below this share of it are left out; the limits are rounded outwards by far more. */
const negligible = 1e-17;
const outwards = 1e-12;

/**
 * The lower limit: the largest p at which `hits` or more of `trials` have a probability of at most `alpha`. The true
 * proportion is below it with a probability of at most `alpha`. @returns 0 where nothing was hit
 * @throws PacelineError invalid_argument unless 0 ≤ hits ≤ trials, both whole, trials ≥ 1 and 0 < alpha < 1
 */
export function proportionAtLeast(hits: number, trials: number, alpha: number): number {
  check(hits, trials, alpha);
  if (hits === 0) return 0;
  let [low, high] = [0, hits / trials];
  // From the mean on the tail is more than a third, which alpha may be above: then the mean itself is the limit to state.
  if (hits < trials && upperTail(hits, trials, high) <= alpha) return high;
  for (let i = 0; i < 100 && high - low > outwards * high; i++) {
    const middle = (low + high) / 2;
    if (upperTail(hits, trials, middle) <= alpha) low = middle;
    else high = middle;
  }
  return low * (1 - outwards);
}

/** The upper limit, likewise. @returns 1 where everything was hit */
export function proportionAtMost(hits: number, trials: number, alpha: number): number {
  check(hits, trials, alpha);
  return Math.min(1, (1 - proportionAtLeast(trials - hits, trials, alpha)) * (1 + outwards));
}

/** P(X ≥ k) of a binomial law with np ≤ k, whose terms fall from k on. @param k at least 1 */
function upperTail(k: number, n: number, p: number): number {
  if (p === 0) return 0;
  const odds = p / (1 - p);
  let term = binomialProbability(n, k, p, 1 - p);
  let sum = term;
  for (let i = k; i < n && term > negligible * sum; i++) {
    term *= ((n - i) / (i + 1)) * odds;
    sum += term;
  }
  return sum;
}

function check(hits: number, trials: number, alpha: number): void {
  const counts =
    Number.isSafeInteger(hits) && Number.isSafeInteger(trials) && trials >= 1 && hits >= 0 && hits <= trials;
  if (!counts) fail("invalid_argument", `${hits} of ${trials} is no count of hits among trials`);
  if (!(alpha > 0 && alpha < 1)) fail("invalid_argument", `alpha must lie strictly between 0 and 1, not ${alpha}`);
}
