// The largest rho that an (epsilon, delta) target allows: what may be spent in all under zCDP.
import { fail } from "../../base/errors.ts";
import { checkTarget, type Target } from "./target.ts";

/** Covers the rounding of the formula below, relative to its largest term. */
const slack = 1e-15;

/**
 * The largest rho for which rho-zCDP implies the target by Canonne, Kamath, Steinke 2020, Proposition 12. Each order
 * a = 1 + t proves rho(t) = (ε + ln(1 + 1/t) + ln((1 + t)δ)/t)/(1 + t); the best order is found by bisecting the sign of
 * the derivative, and any is valid. Where delta is large, a total variation distance of at most delta allows more still, by
 * Pinsker's or Bretagnolle and Huber's inequality. Rounded down, by less than 1e-12 relative.
 * @throws PacelineError invalid_argument, also where no rho above 0 is proved.
 */
export function zcdpRho(target: Target): number {
  const { epsilon, delta } = checkTarget(target);
  const logDelta = Math.log(delta);
  const excess = (t: number) => epsilon + Math.log1p(1 / t) + (Math.log1p(t) + logDelta) / t;
  // rho rises while -(1 + t)·ln((1 + t)δ)/t² is above the bracket.
  const rises = (t: number) => (-(1 + t) * (Math.log1p(t) + logDelta)) / (t * t) > excess(t);
  let [low, high] = [-50, 700];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rises(Math.exp(middle))) low = middle;
    else high = middle;
  }
  const t = Math.exp((low + high) / 2);
  const terms = [epsilon, Math.log1p(1 / t), Math.log1p(t) / t, logDelta / t];
  const sum = terms.reduce((total, term) => total + term - 4 * slack * Math.abs(term), 0);
  const close = Math.max(2 * delta * delta, -Math.log1p(-delta * delta));
  const rho = Math.max(sum / (1 + t), close * (1 - 4 * slack)) * (1 - slack);
  if (rho > 0) return rho;
  return fail("invalid_argument", `no zCDP budget above 0 is known to imply (${epsilon}, ${delta})`, {
    hint: "Ask for a larger epsilon or delta.",
  });
}
