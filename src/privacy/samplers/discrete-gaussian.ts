// Discrete Gaussian noise: P(x) proportional to e^(-x²/2σ²) on the integers, σ² a fraction.
// Canonne, Kamath, Steinke 2020, Algorithm 3: discrete Laplace of scale t = ⌊σ⌋ + 1, accepted with probability
// exp(-(|y| - σ²/t)² / 2σ²). With σ² = n/d that exponent is (|y|dt - n)² / 2ndt², an integer fraction.
import { fail } from "../../base/errors.ts";
import { expMinusBounds } from "../accounting/exp-bounds.ts";
import { type Rational, toNumber } from "../rational.ts";
import { belowProbability } from "./below.ts";
import { bernoulliExp, bernoulliExpBig, smallMax } from "./bernoulli.ts";
import type { BitSource } from "./bit-source.ts";
import { drawBig, drawSmall } from "./discrete-laplace.ts";
import { expMinus } from "./exp-bracket.ts";
import { smallScaleMax } from "./geometric.ts";
import { floorSquareRoot } from "./square-root.ts";

/** @throws PacelineError invalid_argument when σ² is not positive. */
export function discreteGaussianSampler(sigmaSquared: Rational): (bits: BitSource) => bigint {
  const { num, den } = sigmaSquared;
  if (num <= 0n) fail("invalid_argument", "a discrete Gaussian variance parameter must be a fraction above 0");
  const t = floorSquareRoot(num / den) + 1n;
  const denominator = 2n * num * den * t * t;
  if (t > BigInt(smallScaleMax) || denominator > BigInt(smallMax)) return wideSampler(sigmaSquared, t, denominator);
  const [n, dt, step, below] = [Number(num), Number(den * t), Number(t), Number(denominator)];
  return (bits) => {
    for (;;) {
      const y = drawSmall(bits, 1, step);
      const distance = Math.abs(y) * dt - n;
      const exponent = distance * distance;
      const accepted =
        exponent <= smallMax
          ? bernoulliExp(bits, exponent, below)
          : bernoulliExpBig(bits, (BigInt(Math.abs(y)) * BigInt(dt) - num) ** 2n, denominator);
      if (accepted) return BigInt(y);
    }
  };
}

/**
 * Where the exponent's parts do not fit a double. Its approximation is (|y| - c)²/2σ² with c = σ²/t. With r = (|y| - c)/σ
 * and c ≤ σ, it is wrong by at most 2^-50·(|r| + 2)², so e^(-r²/2) by at most 2^-50·6 + 2^-42 < 2^-40.
 */
function wideSampler(sigmaSquared: Rational, t: bigint, denominator: bigint): (bits: BitSource) => bigint {
  const { num, den } = sigmaSquared;
  const [dt, variance, step] = [den * t, toNumber(sigmaSquared), Number(t)];
  const small = t <= BigInt(smallScaleMax);
  return (bits) => {
    for (;;) {
      const y = small ? drawSmall(bits, 1, step) : drawBig(bits, 1n, t);
      const gap = Math.abs(Number(y)) - variance / step;
      const bounds = (precision: bigint) => {
        const distance = (y < 0 ? -BigInt(y) : BigInt(y)) * dt - num;
        return expMinusBounds(distance * distance, denominator, precision);
      };
      if (belowProbability(bits, expMinus((gap * gap) / (2 * variance)), bounds)) return BigInt(y);
    }
  };
}
