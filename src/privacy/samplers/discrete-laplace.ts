// Discrete Laplace noise: P(x) = tanh(1/2b) e^(-|x|/b) on the integers, b a fraction.
// Canonne, Kamath, Steinke 2020, Algorithm 2: a sign and a geometric magnitude; "minus zero" is drawn again.
import { fail } from "../../base/errors.ts";
import type { Rational } from "../rational.ts";
import type { BitSource } from "./bit-source.ts";
import { geometricExp, geometricExpBig, smallScaleMax } from "./geometric.ts";

/** @throws PacelineError invalid_argument when the scale is not positive. */
export function discreteLaplaceSampler(scale: Rational): (bits: BitSource) => bigint {
  if (scale.num <= 0n) fail("invalid_argument", "a discrete Laplace scale must be a fraction above 0");
  if (isSmall(scale)) {
    const [t, s] = [Number(scale.num), Number(scale.den)];
    return (bits) => BigInt(drawSmall(bits, s, t));
  }
  return (bits) => drawBig(bits, scale.den, scale.num);
}

function isSmall(scale: Rational): boolean {
  return scale.num <= BigInt(smallScaleMax) && scale.den <= BigInt(smallScaleMax);
}

/** One draw of scale t/s, both at most 2^43. */
export function drawSmall(bits: BitSource, s: number, t: number): number {
  for (;;) {
    const negative = bits.bit() === 1;
    const magnitude = geometricExp(bits, s, t);
    if (!negative) return magnitude;
    if (magnitude !== 0) return -magnitude;
  }
}

/** One draw of scale t/s. */
export function drawBig(bits: BitSource, s: bigint, t: bigint): bigint {
  for (;;) {
    const negative = bits.bit() === 1;
    const magnitude = geometricExpBig(bits, s, t);
    if (!negative) return magnitude;
    if (magnitude !== 0n) return -magnitude;
  }
}
