// An odometer, not a filter: it stops nothing and keeps no cap. It says at any moment how much the adaptively chosen
// mechanisms so far may have revealed, with a bound that holds for all moments at once, and pays for that with a
// larger epsilon than a filter whose cap was fixed in advance.
import { fail } from "../../../base/errors.ts";

export interface Odometer {
  readonly kind: "odometer";
  readonly delta: number;
  /** The rho around which the bound is tightest. */
  readonly expected: number;
  readonly spent: number;
}

const ratio = 1.1;
const slack = 1e-13;

/**
 * @param delta the probability that the running bound is ever exceeded @param expected the rho where reading it matters
 * @throws PacelineError invalid_argument unless 0 < delta < 1 and expected > 0.
 */
export function odometer(delta: number, expected: number): Odometer {
  if (!(typeof delta === "number" && delta > 0 && delta < 1))
    fail("invalid_argument", "delta must lie strictly between 0 and 1");
  if (!(typeof expected === "number" && expected > 1e-12 && expected <= 1e12))
    fail("invalid_argument", "the expected rho must lie between 1e-12 and 1e12");
  return { kind: "odometer", delta, expected, spent: 0 };
}

/** Records a mechanism that is rho-zCDP whatever was answered before. @throws PacelineError invalid_argument */
export function record(before: Odometer, rho: number): Odometer {
  if (!(typeof rho === "number" && rho >= 0)) fail("invalid_argument", "rho must be a number of at least 0");
  return { ...before, spent: (before.spent + rho) * (1 + 2 ** -51) };
}

/**
 * The running epsilon: except with probability delta, the privacy loss stays below it at every moment. For each level
 * ρₖ = expected·1.1ᵏ, Ville's inequality bounds the loss at all moments up to level k by ρₖ + 2√(ρₖ ln(1/δₖ)) except with
 * probability δₖ = (2/3)·delta/((|k|+1)(|k|+2)); these add up to delta over all integers k, so every level above what is
 * spent is valid at once (after Whitehouse, Ramdas, Rogers, Wu 2023).
 */
export function runningEpsilon({ delta, expected, spent }: Odometer): number {
  if (spent === 0) return 0;
  if (!(spent < 1e280)) return Number.POSITIVE_INFINITY;
  const level = (k: number) => expected * ratio ** k;
  let first = Math.floor(Math.log(spent / expected) / Math.log(ratio)) - 1;
  while (level(first) * (1 - slack) < spent) first++;
  let best = Number.POSITIVE_INFINITY;
  for (let k = first; k <= Math.max(first, 0); k++) {
    const distance = Math.abs(k);
    const logInverse = Math.log(1.5 * (distance + 1) * (distance + 2)) - Math.log(delta);
    best = Math.min(best, level(k) + 2 * Math.sqrt(level(k) * logInverse));
  }
  return best * (1 + slack);
}
