// Between rho-zCDP and (epsilon, delta). For display, plans and choosing caps: the ledger itself only adds nano-rho.
import { fail } from "../../base/errors.ts";
import { type NanoRho, nanoRho } from "./nano-rho.ts";

/** Covers the rounding of the few floating-point operations below, relative to the largest term. */
const roundingSlack = 1e-14;
/** Below, doubles lose digits and then vanish; the delta is above 0 still. */
const deltaMin = 1e-306;

/**
 * The smallest epsilon that Canonne, Kamath, Steinke 2020, Proposition 12 proves for rho-zCDP at this delta, over all
 * orders a > 1: a·rho + ln(1 - 1/a) - ln(a·delta)/(a - 1). Its derivative is rho + ln(a·delta)/(a - 1)², which changes
 * sign once, so the best order is found by bisection. Any order is valid, so an inexact one is only slightly worse.
 * @returns epsilon ≥ 0, rounded up. @throws PacelineError invalid_argument unless 0 < delta < 1.
 */
export function epsilonOf(rho: NanoRho, delta: number): number {
  return epsilonOfRho(Number(rho) * 1e-9, delta);
}

/** The same for rho as a number. @throws PacelineError invalid_argument unless rho ≥ 0 is finite and 0 < delta < 1. */
export function epsilonOfRho(rho: number, delta: number): number {
  checkDelta(delta);
  checkRho(rho);
  // The total variation distance is at most √(rho/2) (Pinsker): nothing is left to protect against.
  if (rho <= 2 * delta * delta * (1 - roundingSlack)) return 0;
  const value = rho;
  let [low, high] = [0, 1 / delta - 1];
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = low > 0 ? Math.sqrt(low * high) : high / 1e9;
    if (value * middle * middle + Math.log1p(middle) + Math.log(delta) < 0) low = middle;
    else high = middle;
  }
  const terms = [value * (1 + high), -Math.log1p(1 / high), -(Math.log1p(high) + Math.log(delta)) / high];
  const epsilon = terms.reduce((sum, term) => sum + term + roundingSlack * Math.abs(term), 0);
  return Math.max(0, epsilon);
}

/**
 * The largest amount whose epsilon at this delta is at most `epsilon`: the cap to configure for a wanted guarantee.
 * @throws PacelineError invalid_argument unless 0 < epsilon ≤ 1000 and 0 < delta < 1.
 */
export function rhoFor(epsilon: number, delta: number): NanoRho {
  checkDelta(delta);
  if (!(epsilon > 0 && epsilon <= 1000)) fail("invalid_argument", "epsilon must lie above 0 and at most at 1000");
  let low = 0n;
  // Generous; were it too small, the answer would only be smaller than it could be.
  let high = BigInt(Math.ceil((epsilon + 10) * 1e9)) * 4n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (epsilonOf(nanoRho(middle), delta) <= epsilon) low = middle;
    else high = middle;
  }
  return nanoRho(low);
}

/**
 * The smallest delta that the same proposition proves at epsilon, over all orders a: exp((a-1)(a·rho - epsilon)) ·
 * (1 - 1/a)^(a-1)/a. The logarithm's derivative, (2a-1)·rho - epsilon + ln(1 - 1/a), grows with a.
 * @returns delta ≤ 1, rounded up. @throws PacelineError invalid_argument unless rho, epsilon ≥ 0 are finite.
 */
export function deltaOfRho(rho: number, epsilon: number): number {
  checkRho(rho);
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
    fail("invalid_argument", "epsilon must be a number of at least 0");
  if (rho === 0) return 0;
  let [low, high] = [0, 1];
  const rising = (x: number): boolean => (2 * x + 1) * rho - epsilon - Math.log1p(1 / x) > 0;
  while (!rising(high)) [low, high] = [high, 2 * high];
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = low > 0 ? (low + high) / 2 : high / 1e3;
    if (rising(middle)) high = middle;
    else low = middle;
  }
  const terms = [high * (1 + high) * rho, -high * epsilon, -high * Math.log1p(1 / high), -Math.log1p(high)];
  const log = terms.reduce((sum, term) => sum + term + roundingSlack * Math.abs(term), 0);
  const variation = Math.sqrt(Math.min(rho / 2, -Math.expm1(-rho)));
  const proven = Math.max(Math.exp(log), deltaMin);
  return Math.min(1, proven * (1 + roundingSlack), variation * (1 + roundingSlack));
}

function checkRho(rho: number): void {
  if (!(rho >= 0 && rho < Number.POSITIVE_INFINITY)) fail("invalid_argument", "rho must be a number of at least 0");
}

function checkDelta(delta: number): void {
  if (!(delta > 0 && delta < 1)) fail("invalid_argument", "delta must lie strictly between 0 and 1");
}
