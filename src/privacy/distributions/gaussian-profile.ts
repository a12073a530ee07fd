// The privacy profile of mu-GDP, delta(epsilon) = Φ(-x) - e^ε·Φ(-x - μ) with x = ε/μ - μ/2, bounded on both sides at full
// relative accuracy: e^ε·φ(x + μ) = φ(x), so that delta = φ(x)·(M(x) - M(x + μ)) with the Mills ratio M.
import type { Bounds } from "../numeric/bounds.ts";
import { millsRatio, millsSlope, normalDensity } from "../numeric/mills.ts";

/** Half the distance from 1 to the next double. */
const unit = 2 ** -53;

/** Gauss-Legendre on [0, 1], six points: below this width the slope of M is integrated, as a difference would cancel. */
const narrow = 0.25;
const nodes = [0.03376524289842399, 0.16939530676686776, 0.3806904069584015];
const weights = [0.08566224618958516, 0.1803807865240693, 0.2339569672863455];

/**
 * Bounds of delta for Gaussian noise with sensitivity/sigma = mu (Balle and Wang 2018, Theorem 8; Dong, Roth, Su 2022).
 * The slack covers every rounding of the evaluation; it is some 1e-14 relative, more where delta is far below 1e-15.
 * @param mu above 0 @param epsilon finite, of any sign
 */
export function gaussianDelta(mu: number, epsilon: number): Bounds {
  if (epsilon < 0) {
    // The two directions mirror each other: delta(ε) = 1 - e^ε + e^ε·delta(-ε).
    const [mirrored, shift, slack] = [gaussianDelta(mu, -epsilon), Math.exp(epsilon), 4 * unit];
    const at = (delta: number, sign: number) => (shift * delta - Math.expm1(epsilon)) * (1 + sign * slack);
    return { lower: at(mirrored.lower, -1), upper: Math.min(1, at(mirrored.upper, 1)) };
  }
  const [ratio, half] = [epsilon / mu, mu / 2];
  const x = ratio - half;
  // φ is no double there, and delta is below it.
  if (x > 1e3) return { lower: 0, upper: 1e-306 };
  if (x < 0 && mu > narrow) {
    // -x and x + mu are above 0. Nothing is lost: the result is not small.
    const missing = normalDensity(x) * (millsRatio(-x) + millsRatio(x + mu));
    const slack = 32 * unit * (1 + ratio + half);
    return { lower: Math.max(0, 1 - missing - slack), upper: Math.min(1, 1 - missing + slack) };
  }
  const start = millsRatio(x);
  const fall = mu < narrow ? slopeIntegral(x, mu) : start - millsRatio(x + mu);
  const value = normalDensity(x) * fall;
  const lost = mu < narrow ? 0 : start / fall;
  const slack = unit * (64 + 16 * lost + 4 * (1 + Math.abs(x)) * (ratio + half));
  // Below 1e-300 doubles lose digits.
  return { lower: Math.max(0, value * (1 - slack) - 1e-306), upper: Math.min(1, value * (1 + slack) + 1e-306) };
}

/** M(x) - M(x + width) for a small width. */
function slopeIntegral(x: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    const at = (nodes[i] as number) * width;
    sum += (weights[i] as number) * (millsSlope(x + at) + millsSlope(x + width - at));
  }
  return sum * width;
}
