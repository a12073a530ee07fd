// The standard normal distribution function and its inverse, to full relative precision in both tails.
import { millsRatio } from "./mills.ts";

const logRootTwoPi = 0.9189385332046727;

/** e^(-x²), the argument split so that the rounding of x² does not show; 0 where it is below every double. */
function expMinusSquare(x: number): number {
  if (x > 40) return 0;
  const coarse = Math.round(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** 1 - erf(x), relative error below 4e-15 up to x = 26. */
export function erfc(x: number): number {
  return x < 0 ? 2 - erfc(-x) : Math.sqrt(2 / Math.PI) * expMinusSquare(x) * millsRatio(Math.SQRT2 * x);
}

/** Φ(x) = P(N(0, 1) ≤ x), relative error below 4e-15 down to x = -37. */
export function normalCdf(x: number): number {
  return erfc(-x * Math.SQRT1_2) / 2;
}

/** ln Φ(x), also far below the smallest double; error below 1e-15 · max(1, |ln Φ(x)|). */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-normalCdf(-x));
  return Math.log(millsRatio(-x)) - logRootTwoPi - (x * x) / 2;
}

/**
 * The x with Φ(x) = p, to a few units in the last place of max(|x|, 1). @param p between 0 and 1; the ends give ∓∞
 */
export function normalQuantile(p: number): number {
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return p > 0.5 ? -quantileOfLog(Math.log1p(-p)) : quantileOfLog(Math.log(p));
}

/**
 * The x ≤ 0 with ln Φ(x) = logP, also for tails below the smallest double: Newton steps on ln Φ, which is concave, so
 * that every step but the first stays below the root. @param logP at most ln ½
 */
export function quantileOfLog(logP: number): number {
  let x = -Math.sqrt(Math.max(0, -2 * logP - 2 * Math.LN2));
  for (let i = 0; i < 40; i++) {
    const step = (logNormalCdf(x) - logP) * millsRatio(Math.max(0, -x));
    x = Math.min(0, x - step);
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}
