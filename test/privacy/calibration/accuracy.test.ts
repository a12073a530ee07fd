// The inverse: the noise meets the wanted error, a little more noise does not, and the price is the noise's own.
import { expect, test } from "vitest";
import {
  discreteGaussianForError,
  discreteLaplaceForError,
  gaussianForError,
} from "../../../src/privacy/calibration/accuracy.ts";
import { distributionOf } from "../../../src/privacy/distributions/noise-law.ts";
import { discreteGaussian } from "../../../src/privacy/mechanisms/discrete-gaussian/mechanism.ts";
import { discreteLaplace } from "../../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { parseRational, type Rational, rational } from "../../../src/privacy/rational.ts";
import { l1Sensitivity, l2SquaredSensitivity } from "../../../src/privacy/units.ts";

const more = ({ num, den }: Rational) => rational(num * 1001n, den * 1000n);

test.each([
  [{ standardDeviation: 10 }, 1],
  [{ standardDeviation: 0.02 }, 1],
  [{ halfWidth: 12 }, 1],
  [{ halfWidth: 12.7, level: 0.99 }, 2],
  [{ halfWidth: 0.4 }, 1],
] as const)("a count within %j, %i draws, by discrete Laplace noise", (error, draws) => {
  const { event, epsilon, rho } = discreteLaplaceForError({ statistic: "count" }, error, draws);
  const scale = parseRational(event.scale, "scale");
  const misses = (at: Rational) => {
    const noise = distributionOf({ mechanism: "discrete-laplace", scale: at, draws });
    if ("standardDeviation" in error) return Math.sqrt(noise.variance) > error.standardDeviation;
    return noise.within(Math.floor(error.halfWidth)) < ("level" in error ? error.level : 0.95);
  };
  expect([misses(scale), misses(more(scale))]).toEqual([false, true]);
  const mechanism = discreteLaplace({ epsilon, sensitivity: l1Sensitivity(1n) });
  expect(mechanism.event).toEqual(event);
  expect(mechanism.rho).toBe(rho);
});

test("a mean of 1,000 members within ±1 by discrete Gaussian noise", () => {
  const { event, rho } = discreteGaussianForError({ statistic: "mean", bound: 100n, members: 1000 }, { halfWidth: 1 });
  const sigmaSquared = parseRational(event.sigmaSquared, "sigma squared");
  const within = (at: Rational) =>
    distributionOf({ mechanism: "discrete-gaussian", sigmaSquared: at, draws: 2 }).within(1000);
  expect(within(sigmaSquared)).toBeGreaterThanOrEqual(0.95);
  expect(within(more(sigmaSquared))).toBeLessThan(0.95);
  expect(discreteGaussian({ sensitivity: l2SquaredSensitivity(10_000n), sigmaSquared }).rho).toBe(rho);
  const planned = gaussianForError({ statistic: "mean", bound: 100n, members: 1000 }, { halfWidth: 1 });
  expect(planned.rho / (Number(rho) * 1e-9)).toBeCloseTo(1, 2);
});

test("the default is what answers carry, two noises; one party's own noise costs less", () => {
  const within10 = (draws?: 1 | 2) => discreteLaplaceForError({ statistic: "count" }, { halfWidth: 10 }, draws);
  expect(within10()).toEqual(within10(2));
  expect(Number(within10().rho) * 1e-9).toBeCloseTo(0.0748, 4);
  expect(Number(within10(1).rho) * 1e-9).toBeCloseTo(0.0402, 4);
});

test("a larger error is cheaper", () => {
  const rhoAt = (standardDeviation: number) =>
    discreteGaussianForError({ statistic: "sum", bound: 7n }, { standardDeviation }).rho;
  expect(rhoAt(101)).toBeLessThan(rhoAt(100));
});

test.each([
  [{ standardDeviation: 0 }],
  [{ standardDeviation: Number.NaN }],
  [{ halfWidth: -1 }],
  [{ halfWidth: 1, level: 1 }],
])("an error of %j is refused", (error) => {
  expect(() => discreteLaplaceForError({ statistic: "count" }, error)).toThrow(/must lie above 0/);
});

test.each([0n, -5n, 3 as unknown as bigint, undefined as unknown as bigint])(
  "a sum bound of %s is refused",
  (bound) => {
    for (const noise of [discreteLaplaceForError, discreteGaussianForError, gaussianForError])
      expect(() => noise({ statistic: "sum", bound }, { halfWidth: 10 })).toThrow(
        "changes a sum must be a whole number",
      );
  },
);
