// The regularised upper incomplete gamma function, for tests and intervals: some eight digits.
import { logGamma } from "./gamma.ts";
import { normalCdf } from "./normal.ts";

/** From this shape on, Wilson and Hilferty's cube root is normal within 1e-4 of probability (1931). */
const wide = 200;
/** Below `wide`, both expansions are at 1e-9 long before. */
const termsMax = 300;

/** P(X ≥ x) for X of the gamma law with shape k and scale 1. @param k above 0 @param x any */
export function gammaTail(k: number, x: number): number {
  if (!(x > 0)) return 1;
  if (k >= wide) {
    const ninth = 1 / (9 * k);
    return normalCdf((1 - ninth - Math.cbrt(x / k)) / Math.sqrt(ninth));
  }
  const front = Math.exp(k * Math.log(x) - x - logGamma(k));
  return x < k + 1 ? Math.max(0, 1 - front * series(k, x)) : front * fraction(k, x);
}

/** Σ xⁿ/(k(k + 1)…(k + n)): P(X < x) without its front. */
function series(k: number, x: number): number {
  let term = 1 / k;
  let sum = term;
  for (let n = 1; n < termsMax && term > 1e-10 * sum; n++) {
    term *= x / (k + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction of P(X ≥ x) without its front, from the front onwards (modified Lentz). */
function fraction(k: number, x: number): number {
  let b = x + 1 - k;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < termsMax; n++) {
    const a = n * (k - n);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-10) break;
  }
  return value;
}
