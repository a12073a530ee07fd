import { describe, expect, test } from "vitest";
import { compose } from "../../../src/privacy/accounting/algebra/compose.ts";
import { deltaOfGdp, epsilonOfGdp, muOf } from "../../../src/privacy/accounting/gdp.ts";
import { guaranteesOf } from "../../../src/privacy/accounting/guarantees.ts";
import {
  advancedComposition,
  basicComposition,
  type Guarantee,
  optimalComposition,
} from "../../../src/privacy/accounting/optimal-composition.ts";
import { rdpOf } from "../../../src/privacy/accounting/rdp/of-event.ts";
import { rhoOfEvent } from "../../../src/privacy/accounting/rho-of-event.ts";
import { deltaOfRho, epsilonOfRho } from "../../../src/privacy/accounting/zcdp.ts";
import { referenceCases } from "../reference.ts";
import { examples, more, withField } from "./every-event.ts";

const answers = (ask: () => unknown): boolean => {
  try {
    ask();
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/no zCDP bound|not known to be GDP|no single epsilon and delta/);
    return false;
  }
};
const within = (value: number, exact: number, tolerance: number) => Math.abs(value / exact - 1) <= tolerance;

describe("zCDP", () => {
  const priced = examples.filter(({ event, neighbouring }) => answers(() => rhoOfEvent(event as never, neighbouring)));
  test("prices these and refuses the others", () => {
    expect([...new Set(priced.map(({ event }) => event.mechanism))].sort()).toMatchInlineSnapshot(`
      [
        "discrete-gaussian",
        "discrete-laplace",
        "distributed-discrete-gaussian",
        "epsilon-delta",
        "exponential",
        "gaussian",
        "gdp",
        "laplace",
        "no-op",
        "non-private",
        "permute-and-flip",
        "randomized-response",
        "tree-aggregation",
        "zcdp",
      ]
    `);
  });
  for (const { event, neighbouring, knobs } of priced) {
    const name = `${event.mechanism} under ${neighbouring}`;
    const rho = rhoOfEvent(event as never, neighbouring);
    if (event.mechanism === "non-private" || event.mechanism === "no-op") continue;
    test(`${name}: bounds the Rényi curve everywhere, and tightly somewhere`, () => {
      const curve = rdpOf(event as never, neighbouring);
      let closest = 0;
      for (let x = -2; x < 4; x += 0.02) {
        const order = 1 + 10 ** x;
        const part = curve.at(order) / (order * rho);
        expect(part).toBeLessThanOrEqual(1 + 1e-11);
        closest = Math.max(closest, part);
      }
      expect(closest).toBeGreaterThan(event.mechanism === "distributed-discrete-gaussian" ? 0.9 : 0.98);
    });
    test(`${name}: composing n times is n compositions`, () => {
      const thrice = rhoOfEvent(compose(neighbouring, [{ event, count: 3 }]) as never, neighbouring);
      const listed = compose(neighbouring, [{ event }, { event }, { event }]);
      expect(thrice).toBe(rhoOfEvent(listed as never, neighbouring));
      expect(thrice).toBeCloseTo(3 * rho, 10);
    });
    for (const [knob, direction] of Object.entries(knobs))
      test(`${name}: one per cent more ${knob}`, () => {
        expect(Math.sign(rhoOfEvent(withField(event, knob, more), neighbouring) - rho)).toBe(direction);
      });
  }
  test("epsilon and delta invert each other, and the small print", () => {
    for (const [rho, delta] of [
      [1e-3, 1e-9],
      [0.3, 1e-6],
      [20, 1e-15],
    ] as const)
      expect(within(deltaOfRho(rho, epsilonOfRho(rho, delta)), delta, 1e-10)).toBe(true);
    expect(deltaOfRho(0, 1)).toBe(0);
    // Pinsker
    expect(epsilonOfRho(0.0002, 0.0101)).toBe(0);
    expect(deltaOfRho(0.0002, 0)).toBeLessThanOrEqual(0.01 * (1 + 1e-12));
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => deltaOfRho(bad, 1)).toThrow(/rho must be/);
      expect(() => deltaOfRho(1, bad)).toThrow(/epsilon must be/);
      expect(() => epsilonOfRho(bad, 0.1)).toThrow(/rho must be/);
    }
  });
  for (const { inputs, expected } of referenceCases("zcdp_to_adp"))
    test(`reference rho ${inputs.rho}, delta ${inputs.delta}`, () => {
      expect(
        within(epsilonOfRho(inputs.rho as number, inputs.delta as number), Number(expected.eps_optimal), 1e-9),
      ).toBe(true);
    });
});

describe("GDP", () => {
  test("mu of plans made of Gaussian noise alone", () => {
    const gaussian = { mechanism: "gaussian", noiseMultiplier: 4 } as const;
    expect(muOf(compose("zero-out", [{ event: gaussian, count: 9 }]), "zero-out")).toBeCloseTo(0.75, 12);
    expect(muOf(compose("replace-one", [{ event: gaussian, count: 9 }]), "replace-one")).toBeCloseTo(1.5, 12);
    const tree = { mechanism: "tree-aggregation", noiseMultiplier: 2, stepCounts: [3, 4, 1] } as const;
    expect(muOf(tree, "zero-out")).toBeCloseTo(Math.sqrt(3) / 2, 12);
    const both = compose("zero-out", [{ event: tree }, { event: { mechanism: "gdp", mu: 0.5 } }]);
    expect(muOf(both, "zero-out")).toBeCloseTo(1, 12);
    const discrete = examples.find(({ event }) => event.mechanism === "discrete-gaussian")?.event;
    expect(() => muOf(discrete as never, "zero-out")).toThrow(/not known to be GDP/);
  });
  test("epsilon encloses and inverts delta down to 1e-15, and bad arguments are refused", () => {
    for (const mu of [1e-6, 0.03, 1, 12])
      for (const delta of [0.2, 1e-6, 1e-15]) {
        const { lower, upper } = epsilonOfGdp(mu, delta);
        expect(lower).toBeLessThanOrEqual(upper);
        expect(deltaOfGdp(mu, upper).upper).toBeLessThanOrEqual(delta);
        if (lower > 0) expect(deltaOfGdp(mu, lower * (1 - 1e-13)).upper).toBeGreaterThan(delta * (1 - 1e-9));
        expect(upper - lower).toBeLessThanOrEqual(1e-11 * upper);
      }
    expect(epsilonOfGdp(0, 0.1)).toEqual({ lower: 0, upper: 0 });
    expect(deltaOfGdp(0, 0)).toEqual({ lower: 0, upper: 0 });
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => deltaOfGdp(bad, 1)).toThrow(/mu must be/);
      expect(() => deltaOfGdp(1, bad)).toThrow(/epsilon must be/);
      expect(() => epsilonOfGdp(bad, 0.1)).toThrow(/mu must be/);
      expect(() => epsilonOfGdp(1, bad)).toThrow(/delta must/);
    }
  });
  const delta = (value: { lower: number; upper: number }, exact: number) => {
    expect(value.lower).toBeLessThanOrEqual(exact * (1 + 1e-15));
    expect(value.upper).toBeGreaterThanOrEqual(exact * (1 - 1e-15));
    expect(within(value.upper, exact, 1e-9) && within(value.lower, exact, 1e-9)).toBe(true);
  };
  for (const { inputs, expected } of referenceCases("gdp"))
    test(`reference mu ${inputs.mu}, epsilon ${inputs.epsilon}`, () =>
      delta(deltaOfGdp(inputs.mu as number, inputs.epsilon as number), Number(expected.delta_exact)));
  for (const group of ["gaussian", "gaussian_delta"])
    for (const { inputs, expected } of referenceCases(group))
      test(`reference ${group} ${JSON.stringify(inputs)}`, () => {
        const mu = Math.sqrt(inputs.compositions as number) / (inputs.noiseMultiplier as number);
        if (group === "gaussian") delta(epsilonOfGdp(mu, inputs.delta as number), Number(expected.eps_exact));
        else delta(deltaOfGdp(mu, inputs.epsilon as number), Number(expected.delta_exact));
      });
});

describe("optimal composition", () => {
  /** All 2^k outcomes of k randomised responses. */
  const enumerated = (parts: readonly Guarantee[], epsilon: number): number => {
    let kept = 1;
    let outcomes: [number, number][] = [[0, 1]];
    for (const part of parts)
      for (let i = 0; i < part.count; i++) {
        kept *= 1 - part.delta;
        const right = 1 / (1 + Math.exp(-part.epsilon));
        outcomes = outcomes.flatMap(([loss, mass]): [number, number][] => [
          [loss + part.epsilon, mass * right],
          [loss - part.epsilon, mass * (1 - right)],
        ]);
      }
    return (
      1 - kept + kept * outcomes.reduce((sum, [loss, mass]) => sum + mass * Math.max(0, -Math.expm1(epsilon - loss)), 0)
    );
  };
  const mixed: readonly Guarantee[] = [
    { epsilon: 0.3, delta: 1e-4, count: 5 },
    { epsilon: 0.77, delta: 0, count: 3 },
    { epsilon: 0, delta: 1e-3, count: 2 },
    { epsilon: 1.1, delta: 0, count: 2 },
  ];
  test("is the sum over all outcomes, for unequal parts too", () => {
    for (const parts of [mixed, mixed.slice(0, 1), mixed.slice(2, 3)])
      for (const epsilon of [0, 0.2, 1, 3.3, 9]) {
        const { lower, upper } = optimalComposition(parts).delta(epsilon);
        const exact = enumerated(parts, epsilon);
        expect(lower).toBeLessThanOrEqual(exact + 1e-15);
        expect(upper).toBeGreaterThanOrEqual(exact - 1e-15);
        expect(upper - lower).toBeLessThan(1e-10);
      }
  });
  test("epsilon inverts delta; below what fails openly there is none", () => {
    const whole = optimalComposition(mixed);
    for (const epsilon of [0.05, 0.9, 2.2, 5]) {
      const delta = whole.delta(epsilon).upper;
      const { lower, upper } = whole.epsilon(delta);
      expect(lower).toBeLessThanOrEqual(epsilon * (1 + 1e-8));
      expect(upper).toBeGreaterThanOrEqual(epsilon * (1 - 1e-8));
      expect(upper - lower).toBeLessThan(1e-7);
    }
    expect(whole.epsilon(1e-4).upper).toBe(Number.POSITIVE_INFINITY);
    expect(optimalComposition([{ epsilon: 0.4, delta: 0, count: 7 }]).epsilon(0).upper).toBeCloseTo(2.8, 9);
    expect(optimalComposition([{ epsilon: 0.4, delta: 0, count: 1e6 }]).epsilon(0).upper).toBeCloseTo(4e5, 4);
    expect(optimalComposition([]).epsilon(0)).toEqual({ lower: 0, upper: 0 });
    for (const delta of [1e-300, 1e-6, 0.1, 0.9999999])
      expect(optimalComposition([{ epsilon: 1, delta, count: 1 }]).epsilon(delta).upper).toBe(1);
    expect(optimalComposition([{ epsilon: 1, delta: 1e-6, count: 1 }]).epsilon(9e-7).upper).toBe(Infinity);
    expect(optimalComposition([{ epsilon: 1, delta: 1e-6, count: 2 }]).epsilon(1.9e-6).upper).toBe(Infinity);
  });
  test("a million parts, and a delta of 1e-15", () => {
    const { lower, upper } = optimalComposition([{ epsilon: 1e-3, delta: 0, count: 1e6 }]).epsilon(1e-15);
    expect(upper - lower).toBeLessThan(1e-8);
    // Close to Gaussian noise with mu = 1.
    expect(Math.abs(upper - epsilonOfGdp(1, 1e-15).upper)).toBeLessThan(0.01);
  });
  test("is never above basic or advanced composition, and grows with every input", () => {
    const part = { epsilon: 0.1, delta: 1e-8, count: 100 };
    const delta = 1e-5;
    const best = optimalComposition([part]).epsilon(delta).upper;
    expect(best).toBeLessThan(basicComposition([part]).epsilon);
    expect(best).toBeLessThan(advancedComposition(part, delta - 100 * part.delta).epsilon);
    expect(best).toBeLessThanOrEqual(optimalComposition([part]).epsilonOnGrid(delta));
    for (const change of [{ epsilon: 0.101 }, { delta: 1.01e-8 }, { count: 101 }])
      expect(optimalComposition([{ ...part, ...change }]).epsilon(delta).upper).toBeGreaterThan(best);
    expect(optimalComposition([part]).epsilon(delta * 1.01).upper).toBeLessThan(best);
  });
  test("what is out of range, or too much to list, is refused", () => {
    for (const bad of [
      { epsilon: -1 },
      { epsilon: Number.NaN },
      { delta: 1 },
      { delta: -1 },
      { count: 0 },
      { count: 1.5 },
    ])
      expect(() => optimalComposition([{ epsilon: 1, delta: 0, count: 1, ...bad }])).toThrow(/must/);
    for (const delta of [-1, 1, Number.NaN])
      expect(() => optimalComposition(mixed).epsilon(delta)).toThrow(/delta must/);
    const many = [0.1, 0.123, 0.1377].map((epsilon) => ({ epsilon, delta: 0, count: 1000 }));
    expect(() => optimalComposition(many)).toThrow(/too many different losses/);
  });
  for (const { inputs, expected } of referenceCases("composition_theorems"))
    test(`reference ${JSON.stringify(inputs)}`, () => {
      const part = { epsilon: inputs.epsilon as number, delta: inputs.delta as number, count: inputs.k as number };
      const { lower, upper } = optimalComposition([part]).epsilon(inputs.totalDelta as number);
      const exact = Number(expected.eps_optimal_continuous);
      expect(lower).toBeLessThanOrEqual(exact);
      expect(upper).toBeGreaterThanOrEqual(exact);
      expect(within(upper, exact, 1e-9) && within(lower, exact, 1e-9)).toBe(true);
      const grid = optimalComposition([part]).epsilonOnGrid(inputs.totalDelta as number);
      expect(within(grid, Number(expected.eps_KOV15_optimal_grid), 1e-9)).toBe(true);
      const advanced = advancedComposition(part, inputs.totalDelta as number).epsilon;
      expect(within(advanced, Number(expected.eps_advanced_DRV10), 1e-9)).toBe(true);
      expect(within(basicComposition([part]).epsilon, Number(expected.eps_basic), 1e-9)).toBe(true);
    });
});

describe("guarantees of single mechanisms", () => {
  for (const { event, neighbouring } of examples) {
    if (!answers(() => guaranteesOf(event as never, neighbouring)) || event.mechanism === "no-op") continue;
    test(`${event.mechanism} under ${neighbouring}: composing n times is n compositions, and Rényi agrees`, () => {
      const [one] = guaranteesOf(event as never, neighbouring);
      const twice = guaranteesOf(compose(neighbouring, [{ event }, { event }]) as never, neighbouring);
      expect(twice).toEqual([{ ...one, count: 2 }]);
      if (one?.delta !== 0) return;
      const curve = rdpOf(event as never, neighbouring);
      expect(curve.at(30000)).toBeLessThanOrEqual(one.epsilon * (1 + 1e-9));
      expect(curve.at(30000)).toBeGreaterThan(one.epsilon * 0.99);
    });
  }
});
