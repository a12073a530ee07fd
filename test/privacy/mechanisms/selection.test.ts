import { describe, expect, test } from "vitest";
import { account } from "../../../src/privacy/accounting/account.ts";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import {
  exponential,
  permuteAndFlip,
  type Rational,
  rational,
  reportNoisyMax,
  toNumber,
  utilitySensitivity,
} from "../../../src/privacy/index.ts";
import {
  type Choice,
  exponentialChoice,
  noisyMaxChoice,
  permuteAndFlipChoice,
} from "../../../src/privacy/samplers/choice.ts";
import { contradiction, enumerateTree } from "../bit-tree.ts";
import { seededEntropy } from "../entropy.ts";
import { choicesFit } from "./choices.ts";
import {
  exponentialLaw,
  hockeyStick,
  klDivergence,
  type Law,
  maxDivergence,
  noisyMaxLaw,
  permuteAndFlipLaw,
  vectors,
} from "./exact.ts";

/** One step of utility is worth ε/2Δ = rate. */
const laws: readonly (readonly [
  string,
  (rate: Rational) => Choice,
  (utilities: readonly number[], rate: number) => Law,
])[] = [
  ["exponential", exponentialChoice, exponentialLaw],
  ["permute-and-flip", permuteAndFlipChoice, permuteAndFlipLaw],
  [
    "report-noisy-max",
    (rate) => noisyMaxChoice(rational(rate.den, rate.num), 1n),
    (u, rate) => noisyMaxLaw(u, 1 / rate),
  ],
];

const base = { trust: "central", unit: "member", neighbouring: "replace-one", epsilon: rational(3n, 2n) } as const;
const about = { neighbouring: "replace-one" } as const;
const makers = { exponential, "permute-and-flip": permuteAndFlip, "report-noisy-max": reportNoisyMax };

describe.each(laws)("%s", (name, choiceOf, lawOf) => {
  test("every path of the bit tree", () => {
    for (const utilities of name === "report-noisy-max"
      ? [
          [0, 0],
          [0, 3],
        ]
      : [
          [0, 0],
          [2, 1, 0],
          [0, 3],
        ]) {
      const choice = choiceOf(rational(1n, 2n));
      const exact = lawOf(utilities, 0.5);
      const tree = enumerateTree((bits) => choice(bits, utilities.map(BigInt)), 2);
      expect(contradiction(tree, (i) => exact[i] as number)).toBeLessThan(1e-13);
      expect(tree.open).toBeLessThan(0.75);
    }
    const tree = enumerateTree((bits) => choiceOf(rational(2n))(bits, [0n, 3n]), 2);
    expect(contradiction(tree, () => 0.5)).toBeGreaterThan(0.05);
  });

  test("on a tiny domain no pair of neighbours is further apart than the claim, nor than the event", () => {
    const mechanism = makers[name as keyof typeof makers]({
      ...base,
      sensitivity: utilitySensitivity(rational(1n), about),
    });
    const epsilon = toNumber(mechanism.epsilon);
    const event: PrivacyEvent<"replace-one"> = mechanism.event;
    const half = account({ event, neighbouring: "replace-one" }, { epsilon: epsilon / 2 }, {});
    const whole = account({ event, neighbouring: "replace-one" }, { delta: 0 }, {});
    let [worst, delta] = [0, 0];
    for (const one of vectors([0, 1, 3], 3))
      for (const move of vectors([-1, 0, 1], 3)) {
        const [p, q] = [one, one.map((u, i) => u + (move[i] as number))].map((u) => lawOf(u, epsilon / 2)) as [
          Law,
          Law,
        ];
        worst = Math.max(worst, maxDivergence(p, q), maxDivergence(q, p));
        delta = Math.max(delta, hockeyStick(p, q, epsilon / 2), hockeyStick(q, p, epsilon / 2));
      }
    expect(worst).toBeLessThanOrEqual(epsilon + 1e-9);
    expect(worst).toBeGreaterThan(0.6 * epsilon);
    expect(whole.upper).toBeGreaterThanOrEqual(worst - 1e-9);
    expect(whole.upper).toBeLessThanOrEqual(epsilon * (1 + 1e-9));
    expect(half.upper).toBeGreaterThanOrEqual(delta - 1e-12);
  });

  test("bad parameters are refused and say what is allowed", () => {
    const make = makers[name as keyof typeof makers];
    const sensitivity = utilitySensitivity(rational(1n), about);
    for (const bad of [rational(0n), rational(-1n)])
      expect(() => make({ ...base, epsilon: bad, sensitivity })).toThrow(/epsilon must be a fraction above 0/);
    expect(() => utilitySensitivity(rational(0n))).toThrow(/above 0 and below 2\^96/);
    expect(() => make({ ...base, sensitivity, denominator: 0n })).toThrow(/at least 1/);
    expect(() => make({ ...base, sensitivity }).select(seededEntropy("e"), [])).toThrow(/1 to 1048576 candidates/);
    // @ts-expect-error a mechanism that sees true utilities is never distributed
    expect(() => make({ ...base, trust: "distributed", sensitivity })).toThrow(/"central" or "device-only"/);
  });
});

test("only the exponential mechanism has a range bounded by epsilon; permute-and-flip costs more than ε²/8", () => {
  const [epsilon, one, other] = [1, [0, 0], [1, -1]];
  const range = (law: typeof exponentialLaw): number => {
    const [p, q] = [law(one, epsilon / 2), law(other, epsilon / 2)];
    return maxDivergence(p, q) + maxDivergence(q, p);
  };
  expect(range(exponentialLaw)).toBeLessThanOrEqual(epsilon + 1e-12);
  expect(range(permuteAndFlipLaw)).toBeGreaterThan(1.2 * epsilon);
  const divergence = klDivergence(permuteAndFlipLaw(one, 0.5), permuteAndFlipLaw(other, 0.5));
  expect(divergence).toBeGreaterThan(1.9 * (epsilon ** 2 / 8));
});

test("an index comes back, utilities may be huge, and the event states ε rounded up", () => {
  const sensitivity = utilitySensitivity(rational(1n, 10n), about);
  const mechanism = permuteAndFlip({ ...base, epsilon: rational(1n, 3n), sensitivity, denominator: 1000n });
  expect(mechanism.select(seededEntropy("s"), [-(10n ** 40n), 10n ** 40n, 0n])).toBe(1);
  expect(mechanism.event.epsilon * 3).toBeGreaterThanOrEqual(1);
  expect(mechanism.event.epsilon).toBeLessThan(1 / 3 + 1e-15);
  expect(mechanism).toMatchObject({ trust: "central", unit: "member", neighbouring: "replace-one" });
});

choicesFit(100_000);
