import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type DiscreteLaplaceEvent,
  rhoOfDiscreteLaplace,
} from "../../../src/privacy/mechanisms/discrete-laplace/event.ts";
import { discreteLaplace, discreteLaplaceFrom } from "../../../src/privacy/mechanisms/discrete-laplace/mechanism.ts";
import { addNoise } from "../../../src/privacy/mechanisms/noise-mechanism.ts";
import { rational } from "../../../src/privacy/rational.ts";
import { l1Sensitivity } from "../../../src/privacy/units.ts";
import { seededEntropy } from "../entropy.ts";
import { orders, renyiDivergence } from "./divergence.ts";

const make = (num: bigint, den: bigint, bound: bigint) =>
  discreteLaplace({ epsilon: rational(num, den), sensitivity: l1Sensitivity(bound) });

const grid: [bigint, bigint, bigint][] = [];
for (const [num, den] of [
  [1n, 10n],
  [1n, 2n],
  [1n, 1n],
  [3n, 1n],
  [8n, 1n],
] as const)
  for (const bound of [1n, 2n, 3n, 7n, 20n]) grid.push([num, den, bound]);

describe("rho", () => {
  test.each(grid)("epsilon %i/%i at sensitivity %i bounds every order, and order 1 reaches it", (num, den, bound) => {
    const mechanism = make(num, den, bound);
    const h = Number(num) / Number(den) / Number(bound);
    const rho = Number(mechanism.rho) * 1e-9;
    const at = (alpha: number, k: number) => renyiDivergence((x) => -h * Math.abs(x), k, alpha, Math.ceil(45 / h) + 40);
    for (const alpha of orders) expect(at(alpha, Number(bound)) / alpha).toBeLessThanOrEqual(rho + 1e-11);
    expect(at(1 + 1e-5, Number(bound))).toBeGreaterThan(rho * (1 - 1e-3) - 2e-9);
    // Splitting the change over cells never costs more than one cell taking all of it.
    for (let part = 1; part < Number(bound); part++)
      for (const alpha of [1.01, 2, 50])
        expect((at(alpha, part) + at(alpha, Number(bound) - part)) / alpha).toBeLessThanOrEqual(rho + 1e-11);
  });

  test("sensitivity 1 costs ε·tanh(ε/2), rounded up to the next billionth", () => {
    for (const [num, den] of [
      [1n, 100n],
      [1n, 1n],
      [7n, 3n],
      [20n, 1n],
    ] as const) {
      const epsilon = Number(num) / Number(den);
      const exact = epsilon * Math.tanh(epsilon / 2) * 1e9;
      const charged = Number(make(num, den, 1n).rho);
      expect(charged).toBeGreaterThanOrEqual(exact * (1 - 1e-15));
      expect(charged).toBeLessThan(exact + 1.001);
    }
    expect(make(1n, 1n, 1n).rho).toBe(462117158n);
  });

  test("wide and narrow scales stay between 0 and the pure-epsilon bounds", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.bigInt(1n, 10n ** 6n), fc.bigInt(1n, 10n ** 15n), (den, num, bound) => {
        fc.pre(num < 1000n * den);
        const { rho } = make(num, den, bound);
        const epsilon = Number(num) / Number(den);
        expect(rho).toBeGreaterThan(0n);
        expect(Number(rho)).toBeLessThanOrEqual(Math.min(epsilon, epsilon ** 2 / 2) * 1e9 * (1 + 1e-12) + 1);
      }),
    );
  });

  test("a scale so small that e^-h vanishes is charged ε itself", () => {
    expect(make(100n, 1n, 1n).rho).toBe(100_000_000_000n);
  });
});

describe("the mechanism", () => {
  test("its event makes it again", () => {
    const mechanism = make(7n, 5n, 3n);
    expect(mechanism.event).toEqual({
      mechanism: "discrete-laplace",
      unit: "member",
      neighbouring: "zero-out",
      sensitivity: { norm: "l1", bound: "3" },
      scale: "15/7",
    });
    const again = discreteLaplaceFrom(JSON.parse(JSON.stringify(mechanism.event)) as DiscreteLaplaceEvent);
    expect(again.event).toEqual(mechanism.event);
    expect(again.epsilon).toEqual({ num: 7n, den: 5n });
    expect(again.rho).toBe(rhoOfDiscreteLaplace(mechanism.event));
    expect(again.drawNoise(seededEntropy("e"), 50)).toEqual(mechanism.drawNoise(seededEntropy("e"), 50));
  });

  test("noise comes off again, modulo, and is never clamped", () => {
    fc.assert(
      fc.property(
        fc.bigInt(2n, 1n << 64n),
        fc.array(fc.tuple(fc.bigInt(0n, 1n << 70n), fc.bigInt(-(1n << 70n), 1n << 70n))),
        (modulus, cells) => {
          const values = cells.map(([value]) => value % modulus);
          const noise = cells.map(([, z]) => z);
          const noised = addNoise(values, noise, modulus);
          expect(noised.every((value) => value >= 0n && value < modulus)).toBe(true);
          expect(
            addNoise(
              noised,
              noise.map((z) => -z),
              modulus,
            ),
          ).toEqual(values);
        },
      ),
    );
    expect(addNoise([0n], [-3n], 101n)).toEqual([98n]);
  });

  test("what does not fit is refused", () => {
    expect(() => make(0n, 1n, 1n)).toThrow(/epsilon must be a fraction above 0/);
    expect(() => l1Sensitivity(0n)).toThrow(/between 1 and 2\^96/);
    expect(() => addNoise([1n, 2n], [0n], 5n)).toThrow(/1 cells of noise do not fit 2/);
    expect(() => addNoise([5n], [0n], 5n)).toThrow(/cell 0 lies outside/);
    expect(() => addNoise([], [], 1n)).toThrow(/modulus/);
    expect(() => make(1n, 1n, 1n).drawNoise(seededEntropy("e"), -1)).toThrow(/0 to 16777216 cells/);
  });
});
