// The trade-off curve against closed forms, and against what every such curve is: convex, falling, symmetric, below 1 − α.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PrivacyEvent, tradeOffOf } from "../../src/privacy/index.ts";
import { normalCdf, normalQuantile } from "../../src/privacy/numeric/normal.ts";

const curveOf = (event: PrivacyEvent, alphas?: readonly number[]) =>
  tradeOffOf({ event, neighbouring: "add-or-remove-one" }, alphas === undefined ? {} : { alphas });

const gaussian = (mu: number, alpha: number) =>
  alpha <= 0 ? 1 : alpha >= 1 ? 0 : normalCdf(normalQuantile(1 - alpha) - mu);
/** Of Laplace noise of scale b on a sum that moves by 1 (Dong, Roth and Su 2022, section 2). */
const laplace = (epsilon: number, alpha: number) => {
  const edge = Math.exp(-epsilon) / 2;
  if (alpha < edge) return 1 - Math.exp(epsilon) * alpha;
  return alpha <= 0.5 ? Math.exp(-epsilon) / (4 * alpha) : Math.exp(-epsilon) * (1 - alpha);
};

describe("holds the exact curve, and closely", () => {
  const alphas = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
  test.each([0.25, 1, 3])("of a Gaussian with mu %d", (mu) => {
    for (const { alpha, lower, upper } of curveOf({ mechanism: "gaussian", noiseMultiplier: 1 / mu }, alphas).points) {
      const exact = gaussian(mu, alpha);
      expect(lower).toBeLessThanOrEqual(exact + 1e-12);
      expect(upper).toBeGreaterThanOrEqual(exact - 1e-12);
      expect(upper - lower).toBeLessThan(0.02);
    }
  });

  test.each([0.1, 1, 2])("of Laplace noise with epsilon %d", (epsilon) => {
    for (const { alpha, lower, upper } of curveOf({ mechanism: "laplace", noiseMultiplier: 1 / epsilon }, alphas)
      .points) {
      const exact = laplace(epsilon, alpha);
      expect(lower).toBeLessThanOrEqual(exact + 1e-9);
      expect(upper).toBeGreaterThanOrEqual(exact - 1e-9);
      expect(upper - lower).toBeLessThan(0.005);
    }
  });

  test("of sampled noise, composed: what is proved is what the accountant proves at every epsilon", () => {
    const event: PrivacyEvent = {
      mechanism: "poisson-sampled",
      probability: 0.05,
      event: { mechanism: "gaussian", noiseMultiplier: 1 },
    };
    const { points, profile, tight } = curveOf(event, alphas);
    expect(tight).toBe(true);
    for (const { alpha, lower, upper } of points) {
      expect(upper - lower).toBeLessThan(0.002);
      for (const { epsilon, upper: delta } of profile)
        expect(lower).toBeGreaterThanOrEqual(1 - delta - Math.exp(epsilon) * alpha - 1e-9);
    }
  });
});

test("curves fall, are convex, are their own inverse and never above a coin's", () => {
  const event = fc.oneof(
    fc
      .double({ min: 0.3, max: 50, noNaN: true })
      .map((noiseMultiplier): PrivacyEvent => ({ mechanism: "gaussian", noiseMultiplier })),
    fc
      .double({ min: 0.2, max: 50, noNaN: true })
      .map((noiseMultiplier): PrivacyEvent => ({ mechanism: "laplace", noiseMultiplier })),
    fc
      .double({ min: 0.001, max: 5, noNaN: true })
      .map((epsilon): PrivacyEvent => ({ mechanism: "epsilon-delta", epsilon, delta: 1e-5 })),
  );
  const steps = Array.from({ length: 21 }, (_, i) => i / 20);
  fc.assert(
    fc.property(event, (one) => {
      const { points } = curveOf(one, steps);
      const lower = points.map((point) => point.lower);
      for (const [i, value] of lower.entries()) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual((points[i]?.upper ?? 0) + 1e-15);
        expect(points[i]?.upper).toBeLessThanOrEqual(1 - i / 20 + 1e-15);
        if (i > 0) expect(value).toBeLessThanOrEqual((lower[i - 1] ?? 0) + 1e-12);
        if (i > 0 && i < 20) expect(value).toBeLessThanOrEqual(((lower[i - 1] ?? 0) + (lower[i + 1] ?? 0)) / 2 + 1e-9);
      }
      const there = curveOf(one, [0.03]).points[0]?.lower ?? Number.NaN;
      if (there > 1e-6) expect(curveOf(one, [there]).points[0]?.lower).toBeCloseTo(0.03, 6);
    }),
    { numRuns: 40 },
  );
});

test("edges: nothing answered, everything told, guarantees alone", () => {
  expect(
    curveOf({ mechanism: "no-op" }).points.every(({ alpha, lower }) => Math.abs(lower - (1 - alpha)) < 1e-12),
  ).toBe(true);
  expect(curveOf({ mechanism: "non-private" }).points.every(({ lower }) => lower === 0)).toBe(true);
  // Of zCDP alone no lower bound of delta is known, so nothing says that the curve is no better than a coin's.
  const guarantee = curveOf({ mechanism: "zcdp", rho: 0.1 });
  expect(
    guarantee.points.every(({ alpha, lower, upper }) => lower <= upper && Math.abs(upper - (1 - alpha)) < 1e-9),
  ).toBe(true);
  expect(guarantee.points.some(({ lower }) => lower > 0.4)).toBe(true);
});

test("its work is bounded: 42 questions to the accountant, whatever the plan", () => {
  const seen: [number, number][] = [];
  tradeOffOf(
    { event: { mechanism: "gaussian", noiseMultiplier: 1e-3 }, neighbouring: "replace-one" },
    { progress: (done, total) => void seen.push([done, total]) },
  );
  expect(seen).toEqual(Array.from({ length: 41 }, (_, i) => [i + 1, 41]));
});
