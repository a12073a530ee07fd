// What must not compile. tsc runs over this file in `npm run check`: an unused @ts-expect-error is an error.
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Entropy, SeededEntropy } from "../../../src/ports/entropy.ts";
import {
  discreteLaplace,
  exponential,
  type L1Sensitivity,
  l1Sensitivity,
  l2SquaredSensitivity,
  mechanismFrom,
  type NoiseMechanism,
  rational,
  type SelectionMechanism,
  skellam,
  utilitySensitivity,
} from "../../../src/privacy/index.ts";

const epsilon = rational(1n);

describe("bounds that do not fit together", () => {
  test("relations do not mix", () => {
    const replaced = l1Sensitivity(2n, { neighbouring: "replace-one" });
    expectTypeOf(replaced).toEqualTypeOf<L1Sensitivity<"replace-one">>();
    expectTypeOf(l1Sensitivity(2n)).toEqualTypeOf<L1Sensitivity<"zero-out", "member">>();
    // @ts-expect-error the ledger's mechanisms are about zero-out
    discreteLaplace({ epsilon, sensitivity: replaced });
    const l2Squared = l2SquaredSensitivity(4n, { neighbouring: "replace-one" });
    const fits = skellam({ mu: epsilon, neighbouring: "replace-one", sensitivities: { l1: replaced, l2Squared } });
    expectTypeOf(fits.event.neighbouring).toEqualTypeOf<"replace-one">();
    // @ts-expect-error one bound under zero-out, one under replace-one
    skellam({ mu: epsilon, neighbouring: "replace-one", sensitivities: { l1: l1Sensitivity(2n), l2Squared } });
    // @ts-expect-error both under another relation than the mechanism
    skellam({ mu: epsilon, neighbouring: "add-or-remove-one", sensitivities: { l1: replaced, l2Squared } });
    expect(fits.event.neighbouring).toBe("replace-one");
  });

  test("units do not mix", () => {
    const perRecord = l1Sensitivity(1n, { unit: "record" });
    // @ts-expect-error a bound per record is no bound per member
    discreteLaplace({ epsilon, sensitivity: perRecord });
    const utility = utilitySensitivity(rational(1n), { neighbouring: "replace-one", unit: "record" });
    const fits = exponential({
      trust: "central",
      unit: "record",
      neighbouring: "replace-one",
      epsilon,
      sensitivity: utility,
    });
    expectTypeOf(fits.unit).toEqualTypeOf<"record">();
    // @ts-expect-error a bound per record is no bound per member
    exponential({ trust: "central", unit: "member", neighbouring: "replace-one", epsilon, sensitivity: utility });
    expect(perRecord).toBe(1n);
  });

  test("norms do not mix", () => {
    const [l1, l2Squared] = [l1Sensitivity(1n), l2SquaredSensitivity(1n)];
    // @ts-expect-error the squared L2 bound is no L1 bound
    discreteLaplace({ epsilon, sensitivity: l2Squared });
    // @ts-expect-error swapped
    skellam({ mu: epsilon, neighbouring: "zero-out", sensitivities: { l1: l2Squared, l2Squared: l1 } });
    // @ts-expect-error a utility's bound is no bound of a vector's change
    expect(() => discreteLaplace({ epsilon, sensitivity: utilitySensitivity(rational(1n)) })).toThrow();
    // @ts-expect-error a plain integer is no bound
    discreteLaplace({ epsilon, sensitivity: 1n });
    expect(l1).toBe(l2Squared);
  });
});

test("a mechanism that sees true utilities is not taken where shares are noised", () => {
  const sensitivity = utilitySensitivity(rational(1n));
  const choice = exponential({ trust: "device-only", unit: "member", neighbouring: "zero-out", epsilon, sensitivity });
  expectTypeOf(choice.trust).toEqualTypeOf<"device-only">();
  expectTypeOf<SelectionMechanism<unknown, "central", "zero-out", "member">>().not.toExtend<NoiseMechanism<unknown>>();
  // @ts-expect-error aggregators see shares, not utilities
  const noise: Pick<NoiseMechanism<unknown>, "trust"> = choice;
  // @ts-expect-error nor does a manifest's noise name such a mechanism
  expect(() => mechanismFrom(choice.event)).toThrow(/no mechanism that draws noise/);
  expect(noise.trust).not.toBe("distributed");
});

test("seeded entropy is a type of its own", () => {
  const seeded: SeededEntropy = { kind: "seeded", bytes: (length) => new Uint8Array(length) };
  // @ts-expect-error what asks for a CSPRNG does not get a seed
  const production: Entropy = seeded;
  expectTypeOf<Entropy>().not.toExtend<SeededEntropy>();
  expect(production.kind).toBe("seeded");
});
