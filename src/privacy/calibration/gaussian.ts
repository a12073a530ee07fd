// How much Gaussian noise an (epsilon, delta) target needs: the analytic Gaussian mechanism (Balle and Wang 2018).
import { fail } from "../../base/errors.ts";
import { gaussianDelta } from "../distributions/gaussian-profile.ts";
import { normalDensity } from "../numeric/mills.ts";
import { checkTarget, type Target } from "./target.ts";

/**
 * The smallest sigma of normal noise whose (epsilon, delta) guarantee is proved for a query of this L2 sensitivity. Never
 * below the exact one, above it by less than 1e-11 relative; the certified profile of the returned sigma meets the target.
 * @param target epsilon ≥ 0 and 0 < delta < 1 @param l2Sensitivity in the units of sigma, above 0
 * @throws PacelineError invalid_argument
 */
export function gaussianSigma(target: Target, l2Sensitivity = 1): number {
  if (!(l2Sensitivity > 0 && l2Sensitivity < 1e150))
    fail("invalid_argument", `an L2 sensitivity must lie above 0 and below 1e150, not ${l2Sensitivity}`);
  let sigma = l2Sensitivity / gaussianMu(target);
  // Rounding the quotient may have undone what was proved of mu.
  for (
    let step = 2 ** -52;
    gaussianDelta((l2Sensitivity / sigma) * (1 + 2 ** -52), target.epsilon).upper > target.delta;
    step *= 2
  )
    sigma *= 1 + step;
  return sigma;
}

/**
 * The largest mu whose mu-GDP implies the target: 1/sigma in units of the sensitivity. Certified like gaussianSigma.
 * ln delta is concave and rising in ln μ, with slope μ/(M(x) - M(x + μ)): Newton's method rises to the root from below.
 * @throws PacelineError invalid_argument
 */
export function gaussianMu(target: Target): number {
  const { epsilon, delta } = checkTarget(target);
  const wanted = Math.log(delta);
  let mu = muBelow(epsilon, delta);
  for (let i = 0; i < 60; i++) {
    const { upper } = gaussianDelta(mu, epsilon);
    const slope = (mu * normalDensity(epsilon / mu - mu / 2)) / upper;
    const step = (wanted - Math.log(upper)) / slope;
    mu *= Math.exp(step);
    if (Math.abs(step) < 1e-13) break;
  }
  for (let step = 2 ** -52; gaussianDelta(mu, epsilon).upper > delta; step *= 2) mu *= 1 - step;
  return mu;
}

/** A mu below the largest: delta ≤ Φ(-x) ≤ exp(-x²/2)/2 for x ≥ 0, delta(x = 0) < 1/2, and delta ≤ μ·φ(0). */
function muBelow(epsilon: number, delta: number): number {
  const x = delta < 0.5 ? Math.sqrt(-2 * Math.log(2 * delta)) : 0;
  const reach = x + Math.sqrt(x * x + 2 * epsilon);
  return Math.max(reach > 0 ? (2 * epsilon) / reach : 0, delta / normalDensity(0));
}
