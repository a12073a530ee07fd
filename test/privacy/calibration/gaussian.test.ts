// The analytic Gaussian: against values computed with 50 digits, and against its own certified profile on both sides.
import fc from "fast-check";
import { expect, test } from "vitest";
import { gaussianMu, gaussianSigma } from "../../../src/privacy/calibration/gaussian.ts";
import { gaussianDelta } from "../../../src/privacy/distributions/gaussian-profile.ts";

test.each([
  [1, 1, 0.12693673750664394],
  [0.25, 1, 2.924272104856407e-6],
  [1 / 0.7, 8, 1.1073872382583201e-7],
  [2, 3, 0.18381307654447215],
  [5, 20, 0.04732296418851966],
])("the profile of mu = %f at epsilon = %f", (mu, epsilon, exact) => {
  const { lower, upper } = gaussianDelta(mu, epsilon);
  expect(lower).toBeLessThanOrEqual(exact * (1 + 2e-15));
  expect(upper).toBeGreaterThanOrEqual(exact * (1 - 2e-15));
  expect(upper / lower - 1).toBeLessThan(1e-12);
});

test.each([
  [0.01, 1e-5, 243.78543767567803],
  [0.1, 1e-6, 36.30469042619578],
  [1, 1e-6, 4.224678889326835],
  [2, 1e-9, 2.844547073495745],
  [10, 1e-5, 0.4998886197090085],
])("sigma for epsilon %f and delta %f is never below the exact one", (epsilon, delta, exact) => {
  const sigma = gaussianSigma({ epsilon, delta });
  expect(sigma).toBeGreaterThanOrEqual(exact);
  expect(sigma / exact - 1).toBeLessThan(1e-12);
  expect(gaussianSigma({ epsilon, delta }, 3) / (3 * exact) - 1).toBeLessThan(1e-12);
});

test("any target: what is returned is proved, a billionth less is refuted", () => {
  const epsilon = fc.oneof(fc.constant(0), fc.double({ min: -14, max: 6, noNaN: true }).map(Math.exp));
  const delta = fc.oneof(
    fc.double({ min: 1e-6, max: 0.99, noNaN: true }),
    fc.double({ min: -60, max: -1, noNaN: true }).map(Math.exp),
  );
  fc.assert(
    fc.property(epsilon, delta, (epsilon, delta) => {
      const sigma = gaussianSigma({ epsilon, delta });
      // 1/sigma, rounded up: delta rises with mu.
      expect(gaussianDelta((1 / sigma) * (1 + 2 ** -52), epsilon).upper).toBeLessThanOrEqual(delta);
      expect(gaussianDelta(1 / (sigma * (1 - 1e-9)), epsilon).lower).toBeGreaterThan(delta);
      expect(gaussianMu({ epsilon, delta }) * sigma).toBeCloseTo(1, 12);
    }),
    { numRuns: 300 },
  );
});

test("the profile at a negative epsilon mirrors the one at a positive", () => {
  const { lower, upper } = gaussianDelta(1.5, -2);
  // delta(-2) = 1 - e^-2 + e^-2·delta(2) for mu = 1.5, with 30 digits
  const exact = -Math.expm1(-2) + Math.exp(-2) * gaussianDelta(1.5, 2).upper;
  expect(Math.abs(lower / exact - 1)).toBeLessThan(1e-12);
  expect(upper).toBeGreaterThanOrEqual(lower);
});

test.each([
  [{ epsilon: Number.NaN, delta: 1e-6 }, "epsilon"],
  [{ epsilon: -1, delta: 1e-6 }, "epsilon"],
  [{ epsilon: Number.POSITIVE_INFINITY, delta: 1e-6 }, "epsilon"],
  [{ epsilon: 1, delta: 0 }, "delta"],
  [{ epsilon: 1, delta: 1 }, "delta"],
  [{ epsilon: 1, delta: Number.NaN }, "delta"],
  [{ epsilon: "1" as unknown as number, delta: 1e-6 }, "epsilon"],
  [{ epsilon: null as unknown as number, delta: 1e-6 }, "epsilon"],
])("%j is refused, with the range", (target, name) => {
  expect(() => gaussianSigma(target)).toThrow(new RegExp(`${name} must lie between`));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a sensitivity of %f is refused", (sensitivity) => {
  expect(() => gaussianSigma({ epsilon: 1, delta: 1e-6 }, sensitivity)).toThrow(/L2 sensitivity must lie above 0/);
});
