// Poisson draws of a whole mean m ≥ 64, as distances from m: discrete Laplace noise of scale t = ⌈√m⌉, accepted with
// probability exp(-(L(j) + ½ + 1/t - |j|/t)), where P(m + j) = P(m)·exp(-L(j)).
//
// The exponent is never positive. L(j) ≥ ∫ ln(1 + x/m) over 0 … j for j > 0, and the convex conjugate of that integral at
// 1/t is m(e^(1/t) - 1 - 1/t) ≤ ½ + 1/5t as m ≤ t²; for j = -n, L ≥ ∫ -ln(1 - x/m) over 0 … n-1 ≥ (n-1)²/2m, and
// n/t - (n-1)²/2m ≤ 1/t + m/2t² ≤ ½ + 1/t. Rejection from such a dominating curve: Devroye, Non-Uniform Random Variate
// Generation (1986), chapter X.3; about three of four proposals are accepted.
import { belowProbability } from "./below.ts";
import type { BitSource } from "./bit-source.ts";
import { drawBig, drawSmall } from "./discrete-laplace.ts";
import { expMinus } from "./exp-bracket.ts";
import { smallScaleMax } from "./geometric.ts";
import { logRarity, rarityBounds } from "./poisson-ratio.ts";
import { ceilSquareRoot } from "./square-root.ts";

/**
 * Draws X - m.
 * @param mean a whole number ≥ 64
 * @param wordBytes width of the fast comparison, 1 … 4; narrow words leave more to the exact one
 */
export function widePoissonSampler(mean: bigint, wordBytes = 4): (bits: BitSource) => bigint {
  const t = ceilSquareRoot(mean);
  const accepted = acceptance(mean, wordBytes);
  const step = Number(t);
  const small = t <= BigInt(smallScaleMax);
  return (bits) => {
    for (;;) {
      const j = small ? drawSmall(bits, 1, step) : drawBig(bits, 1n, t);
      if (accepted(bits, j)) return BigInt(j);
    }
  };
}

/** Whether to keep the proposal m + j. */
export function acceptance(mean: bigint, wordBytes = 4): (bits: BitSource, j: number | bigint) => boolean {
  const t = ceilSquareRoot(mean);
  const [m, step] = [Number(mean), Number(t)];
  return (bits, j) => {
    if (Number(j) <= -m && BigInt(j) < -mean) return false;
    const bounds = (precision: bigint) => {
      const exact = BigInt(j);
      return rarityBounds(mean, exact, t + 2n - 2n * (exact < 0n ? -exact : exact), 2n * t, precision);
    };
    return belowProbability(bits, approximate(m, step, Number(j)), bounds, wordBytes);
  };
}

/**
 * e^-y for |j| ≤ m/2. With d = |j|/t, y is at least (d - 1)²/3 - 1, and wrong by at most
 * 2^-46·(1 + j²/m) + 2^-50·(1 + d) ≤ 2^-45·(2 + d²), as t² ≤ 1.27·m. So e^-y is wrong by at most
 * e^-y·2^-45·(2 + d²) + 2^-42 < 2^-45·12 + 2^-42 < 2^-40.
 */
function approximate(m: number, t: number, j: number): number | undefined {
  const distance = Math.abs(j);
  if (2 * distance > m) return undefined;
  return expMinus(Math.max(0, logRarity(m, j) + (t + 2 - 2 * distance) / (2 * t)));
}
