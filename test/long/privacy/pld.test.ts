// The whole range that the accountant promises: brackets no wider than 1e-3 for epsilon up to 10, runs up to 1e5, delta
// down to 1e-15; and the closed form of normal noise inside, on the same grids.
import { expect, test } from "vitest";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import { directionOf } from "../../../src/privacy/accounting/pld/direction.ts";
import { gaussianPair } from "../../../src/privacy/accounting/pld/pairs/gaussian.ts";
import { privacyLossOf } from "../../../src/privacy/accounting/pld/privacy-loss.ts";
import { invertProfile } from "../../../src/privacy/accounting/pld/single.ts";
import { gaussianDelta } from "../../../src/privacy/distributions/gaussian-profile.ts";

const deltas = [1e-2, 1e-4, 1e-6, 1e-9, 1e-12, 1e-15];
const runs = [
  [0.01, 1.1, 10_000],
  [0.001, 0.8, 100_000],
  [1e-4, 0.6, 50_000],
  [0.5, 20, 1000],
  [0.1, 1.5, 10],
  [0.9, 6, 30],
  [0.002, 0.7, 30_000],
  [0.05, 2, 3000],
] as const;

test.each(runs)("sampled q = %d, sigma = %d, %i times", (probability, noiseMultiplier, count) => {
  const step = {
    mechanism: "poisson-sampled",
    probability,
    event: { mechanism: "gaussian", noiseMultiplier },
  } as const;
  const event: PrivacyEvent<"add-or-remove-one"> = {
    mechanism: "composed",
    parts: [{ count: `${count}`, event: step }],
  };
  const loss = privacyLossOf(event, "add-or-remove-one");
  for (const delta of deltas) {
    const { lower, upper } = loss.epsilon(delta);
    if (lower <= 10) expect(upper - lower, `delta ${delta}`).toBeLessThanOrEqual(1e-3);
    // A coarser grid says the same.
    const coarse = privacyLossOf(event, "add-or-remove-one", { width: 5e-3 }).epsilon(delta);
    expect(coarse.lower).toBeLessThanOrEqual(upper);
    expect(coarse.upper).toBeGreaterThanOrEqual(lower);
  }
});

test.each([
  [0.3, 10],
  [0.03, 1000],
  [0.003, 100_000],
  [0.001, 1_000_000],
])("normal noise, mu = %d, %i times", (mu, count) => {
  const direction = directionOf([{ pair: gaussianPair(mu), count }]);
  for (const delta of deltas) {
    const exact = invertProfile((at) => gaussianDelta(mu * Math.sqrt(count), at), delta, Number.POSITIVE_INFINITY);
    const plan = direction.plan({ delta }, 2e-4);
    const [lower, upper] = [direction.bound({ delta }, plan, "lower"), direction.bound({ delta }, plan, "upper")];
    expect(lower).toBeLessThanOrEqual(exact.upper);
    expect(upper).toBeGreaterThanOrEqual(exact.lower);
    expect(upper - lower).toBeLessThanOrEqual(1e-3);
  }
});
