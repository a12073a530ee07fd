// Discrete Gaussian noise: P(x) proportional to e^(-x²/2σ²) on the integers, σ² a fraction.
// Canonne, Kamath, Steinke 2020, Algorithm 3: discrete Laplace of scale t = ⌊σ⌋ + 1, accepted with probability
// exp(-(|y| - σ²/t)² / 2σ²). With σ² = n/d that exponent is (|y|dt - n)² / 2ndt², an integer fraction.
import { fail } from "../../base/errors.ts";
import type { Rational } from "../rational.ts";
import { bernoulliExp, bernoulliExpBig, smallMax } from "./bernoulli.ts";
import type { BitSource } from "./bit-source.ts";
import { drawBig, drawSmall } from "./discrete-laplace.ts";
import { smallScaleMax } from "./geometric.ts";

/** @throws PacelineError invalid_argument when σ² is not positive. */
export function discreteGaussianSampler(sigmaSquared: Rational): (bits: BitSource) => bigint {
  const { num, den } = sigmaSquared;
  if (num <= 0n) fail("invalid_argument", "a discrete Gaussian variance parameter must be a fraction above 0");
  const t = floorSquareRoot(num / den) + 1n;
  const denominator = 2n * num * den * t * t;
  if (t > BigInt(smallScaleMax) || denominator > BigInt(smallMax))
    return (bits) => drawWide(bits, num, den * t, t, denominator);
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

function drawWide(bits: BitSource, n: bigint, dt: bigint, t: bigint, denominator: bigint): bigint {
  for (;;) {
    const y = drawBig(bits, 1n, t);
    const distance = (y < 0n ? -y : y) * dt - n;
    if (bernoulliExpBig(bits, distance * distance, denominator)) return y;
  }
}

/** ⌊√value⌋ by Newton's method from above. */
function floorSquareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
