// Binomial probabilities with full relative precision for any number of trials, after Loader (2000): the distance from
// the mean as a deviance, and Stirling's remainders, instead of differences of huge logarithms.
import { stirlingRemainder } from "./gamma.ts";

/** P(X = k) for X ~ Binomial(n, p), relative error below 1e-12 where it is above 1e-200. @param q 1 - p, given exactly */
export function binomialProbability(n: number, k: number, p: number, q: number): number {
  if (k === 0) return q < 0.5 ? Math.exp(n * Math.log(q)) : Math.exp(n * Math.log1p(-p));
  if (k === n) return p < 0.5 ? Math.exp(n * Math.log(p)) : Math.exp(n * Math.log1p(-q));
  const exponent =
    stirlingRemainder(n) -
    stirlingRemainder(k) -
    stirlingRemainder(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}

/** x ln(x/m) + m - x ≥ 0. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  const v = difference / (x + mean);
  if (Math.abs(v) > 0.1) return x * Math.log(x / mean) - difference;
  // x·(2 artanh v) - difference, the leading terms joined.
  let [power, sum] = [2 * x * v, difference * v];
  // Each term is below a hundredth of the one before.
  for (let j = 3; j < 40; j += 2) {
    power *= v * v;
    sum += power / j;
  }
  return sum;
}
