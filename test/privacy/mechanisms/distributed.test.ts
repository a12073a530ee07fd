import { describe, expect, test } from "vitest";
import {
  distributedDiscreteGaussian,
  distributedSkellam,
  l1Sensitivity,
  l2SquaredSensitivity,
  parsePrivacyEvent,
  rational,
  skellam,
} from "../../../src/privacy/index.ts";
import { seededEntropy } from "../entropy.ts";

const sensitivities = { l1: l1Sensitivity(100n), l2Squared: l2SquaredSensitivity(2n) };
const base = { clients: 10, dropouts: 3, dimension: 500, neighbouring: "zero-out", sensitivities } as const;

describe.each([
  ["distributed-discrete-gaussian", distributedDiscreteGaussian],
  ["distributed-skellam", distributedSkellam],
] as const)("%s", (name, make) => {
  const mechanism = make({ ...base, localVariance: rational(9n, 2n) });

  test("the event is one that accountants know, with bounds not below the exact ones", () => {
    expect(parsePrivacyEvent(mechanism.event, "zero-out")).toEqual(mechanism.event);
    expect(mechanism.event).toMatchObject({ mechanism: name, localVariance: "9/2", clients: 10, dropouts: 3 });
    expect(mechanism.event.sensitivities.l1).toBe(100);
    expect(mechanism.event.sensitivities.l2).toBeGreaterThanOrEqual(Math.SQRT2);
    expect(mechanism.event.sensitivities.l2).toBeLessThan(Math.SQRT2 + 1e-8);
    expect(mechanism.centralVariance).toEqual(rational(63n, 2n));
    expect(mechanism.trust).toBe("distributed");
  });

  test("the shares of those that stay sum to the promised variance", () => {
    const entropy = seededEntropy(name);
    let squares = 0;
    for (let round = 0; round < 20; round++) {
      const shares = Array.from({ length: 7 }, () => mechanism.drawShare(entropy));
      for (let cell = 0; cell < 500; cell++)
        squares += shares.reduce((sum, share) => sum + Number(share[cell]), 0) ** 2;
    }
    // 10,000 squares of near-normal sums: the standard error is 1.4 %
    expect(Math.abs(squares / 10_000 / 31.5 - 1)).toBeLessThan(0.07);
  });

  test("what does not fit is refused", () => {
    const localVariance = rational(1n);
    for (const clients of [0, 1.5, Number.NaN, 2 ** 53])
      expect(() => make({ ...base, localVariance, clients })).toThrow(/clients must be a whole number between 1 and/);
    for (const dropouts of [-1, 10, Number.NaN])
      expect(() => make({ ...base, localVariance, dropouts })).toThrow(
        /dropouts must be a whole number between 0 and 9/,
      );
    expect(() => make({ ...base, localVariance, dimension: 0 })).toThrow(/dimension must be a whole number between 1/);
    expect(() => make({ ...base, localVariance: rational(0n) })).toThrow(/localVariance must be a fraction above 0/);
    const replaced = {
      l1: l1Sensitivity(1n, { neighbouring: "replace-one" }),
      l2Squared: l2SquaredSensitivity(1n, { neighbouring: "replace-one" }),
    } as const;
    expect(() =>
      // @ts-expect-error replacing a client changes two contributions
      make({ ...base, localVariance, neighbouring: "replace-one", sensitivities: replaced }),
    ).toThrow(/add-or-remove-one and zero-out only/);
  });
});

test("below a local variance of 1/4 only Skellam shares are proven", () => {
  const localVariance = rational(24n, 100n);
  expect(() => distributedDiscreteGaussian({ ...base, localVariance })).toThrow(/at least 1\/4/);
  expect(distributedSkellam({ ...base, localVariance }).centralVariance).toEqual(rational(42n, 25n));
});

test("a central Skellam event states both bounds and its relation", () => {
  const mechanism = skellam({ mu: rational(7n, 5n), neighbouring: "zero-out", sensitivities });
  expect(parsePrivacyEvent(mechanism.event, "zero-out")).toEqual(mechanism.event);
  expect(mechanism.law(2)).toEqual({ mechanism: "skellam", mu: rational(7n, 5n), draws: 2 });
  expect(mechanism.drawNoise(seededEntropy("a"), 10)).toHaveLength(10);
  expect(() => skellam({ mu: rational(-1n), neighbouring: "zero-out", sensitivities })).toThrow(/above 0/);
  expect(() => parsePrivacyEvent(mechanism.event, "replace-one")).toThrow(/another relation/);
});
