// What an answer costs is bounded by count, whatever is asked of whatever plan; a limit reached leaves valid brackets.
import { expect, test } from "vitest";
import { account } from "../../../../src/privacy/accounting/account.ts";
import { compose } from "../../../../src/privacy/accounting/algebra/compose.ts";
import type { PrivacyEvent } from "../../../../src/privacy/accounting/algebra/types.ts";
import { privacyLossOf } from "../../../../src/privacy/accounting/pld/privacy-loss.ts";
import { answerMax, compositionMax, Work } from "../../../../src/privacy/accounting/pld/work.ts";
import { rdpOf } from "../../../../src/privacy/accounting/rdp/of-event.ts";

const here = "zero-out";
const gaussian = (noiseMultiplier: number) => ({ mechanism: "gaussian", noiseMultiplier }) as const;
const laplace = (noiseMultiplier: number) => ({ mechanism: "laplace", noiseMultiplier }) as const;
const sampled = <E>(probability: number, event: E) => ({ mechanism: "poisson-sampled", probability, event }) as const;
const plan = (...parts: readonly (readonly [PrivacyEvent<"zero-out">, number?])[]) =>
  compose(
    here,
    parts.map(([event, count = 1]) => ({ event, count })),
  );
const many = (length: number, event: (i: number) => PrivacyEvent<"zero-out">) =>
  plan(...Array.from({ length }, (_, i) => [event(i)] as const));

const plans: readonly (readonly [string, PrivacyEvent<"zero-out">])[] = [
  ["a sampled Gaussian, 1,000 times", plan([sampled(0.01, gaussian(1.1)), 1000])],
  ["sampled noise of 1e-6, 10^7 times", plan([sampled(0.1, gaussian(1e-6)), 1e7])],
  ["sampled noise of 1e6, 10^7 times", plan([sampled(0.5, gaussian(1e6)), 1e7])],
  ["1,000 different Laplace noises", many(1000, (i) => laplace(10 + i / 7))],
  [
    "157 responses and 210 samples of Laplace(0.07)",
    plan([{ mechanism: "randomized-response", probability: 0.5, buckets: 2 }, 157], [sampled(0.1, laplace(0.07)), 210]),
  ],
  ["1,000 different sampled Gaussians", many(1000, (i) => sampled(0.01, gaussian(1.1 + i / 700)))],
];

test.each(plans)(
  "%s",
  (_, event) => {
    for (const question of [{ delta: 1e-10 }, { epsilon: 1e6 }]) {
      const work = new Work();
      const loss = privacyLossOf(event, here, { work });
      const found = "delta" in question ? loss.epsilon(question.delta as number) : loss.delta(question.epsilon);
      expect(found.lower).toBeLessThanOrEqual(found.upper);
      // Both directions from above and one from below, each perhaps at epsilon 0 first, come before the limit.
      expect(work.spent).toBeLessThanOrEqual(answerMax + 8 * compositionMax);
      const curve = rdpOf(event, here);
      const rdp =
        "delta" in question ? curve.epsilon(question.delta as number).epsilon : curve.delta(question.epsilon).delta;
      expect(rdp).toBeGreaterThanOrEqual(found.lower);
    }
  },
  60_000,
);

test("a thousand sampled Gaussians are known to a hundredth", () => {
  const event = many(1000, (i) => sampled(0.01, gaussian(1.1 + i / 700)));
  const { lower, upper } = privacyLossOf(event, here).epsilon(1e-6);
  expect(upper).toBeLessThan(0.99);
  expect(upper - lower).toBeLessThan(0.01);
});

test("discrete Gaussians of more than 2^21 outcomes together are left to other accountants, before any is listed", () => {
  const wide = (i: number) =>
    ({
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: here,
      sensitivity: { norm: "l2-squared", bound: "1" },
      sigmaSquared: `${300_000_000 + i}`,
    }) as const;
  expect(privacyLossOf(wide(0), here).epsilon(1e-6).upper).toBeLessThan(2e-4);
  for (const event of [many(1000, wide), many(1000, (i) => sampled(0.1, wide(i)))]) {
    expect(() => privacyLossOf(event, here)).toThrow(/so many outcomes/);
    const { accountant, upper, others } = account({ event, neighbouring: here }, { delta: 1e-6 });
    expect(accountant).toMatch(/zcdp|rdp/);
    expect(upper).toBeLessThan(0.01);
    for (const { refusal } of others) expect(refusal ?? "").not.toContain("failed");
  }
});
