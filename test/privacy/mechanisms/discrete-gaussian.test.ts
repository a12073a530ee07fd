import { describe, expect, test } from "vitest";
import { discreteGaussian, discreteGaussianFrom } from "../../../src/privacy/mechanisms/discrete-gaussian/mechanism.ts";
import { rational } from "../../../src/privacy/rational.ts";
import { l1Sensitivity, l2SquaredSensitivity } from "../../../src/privacy/units.ts";
import { seededEntropy } from "../entropy.ts";
import { orders, renyiDivergence } from "./divergence.ts";

const grid: [bigint, bigint, bigint][] = [];
for (const [num, den] of [
  [1n, 4n],
  [1n, 1n],
  [9n, 1n],
  [123n, 10n],
  [400n, 1n],
] as const)
  for (const shift of [1n, 2n, 5n]) grid.push([num, den, shift]);

test.each(grid)("rho bounds every order: σ² = %i/%i, shift %i", (num, den, shift) => {
  const v = Number(num) / Number(den);
  const { rho } = discreteGaussian({
    sigmaSquared: rational(num, den),
    sensitivity: l2SquaredSensitivity(shift ** 2n),
  });
  for (const alpha of orders) {
    const reach = Math.ceil(40 * Math.sqrt(v)) + 205 * Number(shift);
    const divergence = renyiDivergence((x) => (-x * x) / (2 * v), Number(shift), alpha, reach);
    expect(divergence / alpha).toBeLessThanOrEqual(Number(rho) * 1e-9 * (1 + 1e-12) + 1e-12 / (alpha - 1));
  }
});

describe("the mechanism", () => {
  test("a wanted rho gives the variance and is not exceeded", () => {
    const sensitivity = l2SquaredSensitivity(3n);
    const mechanism = discreteGaussian({ rho: rational(1n, 7n), sensitivity });
    expect(mechanism.event.sigmaSquared).toBe("21/2");
    expect(mechanism.rho).toBe(142857143n);
    const again = discreteGaussianFrom(mechanism.event);
    expect(again.event).toEqual(mechanism.event);
    expect(again.drawNoise(seededEntropy("g"), 20)).toEqual(mechanism.drawNoise(seededEntropy("g"), 20));
    expect(again.law(2)).toEqual({ mechanism: "discrete-gaussian", sigmaSquared: { num: 21n, den: 2n }, draws: 2 });
  });

  test("an L1 bound does not compile, and bad parameters are refused", () => {
    // @ts-expect-error an L1 sensitivity is no squared L2 sensitivity
    discreteGaussian({ rho: rational(1n), sensitivity: l1Sensitivity(1n) });
    // @ts-expect-error nor is a plain integer
    discreteGaussian({ rho: rational(1n), sensitivity: 1n });
    const sensitivity = l2SquaredSensitivity(1n);
    expect(() => discreteGaussian({ rho: rational(0n), sensitivity })).toThrow(/rho must be a fraction above 0/);
    expect(() => discreteGaussian({ sigmaSquared: rational(-1n), sensitivity })).toThrow(/above 0/);
    expect(() => l2SquaredSensitivity(-1n)).toThrow(/between 1 and 2\^96/);
  });
});
