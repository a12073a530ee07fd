import { describe, expect, test } from "vitest";
import { nanoRho, parseRho } from "../../../src/privacy/accounting/nano-rho.ts";
import { epsilonOf, rhoFor } from "../../../src/privacy/accounting/zcdp.ts";
import { referenceCases, referencePresent } from "../reference.ts";

/** Canonne, Kamath, Steinke 2020, Proposition 12, at one order. */
const atOrder = (rho: number, delta: number, alpha: number) =>
  alpha * rho + Math.log1p(-1 / alpha) - Math.log(alpha * delta) / (alpha - 1);

test("rho 0.1 at delta 1e-5 implies epsilon 1.914239", () => {
  expect(epsilonOf(parseRho("0.1"), 1e-5)).toBeCloseTo(1.914239, 6);
});

test("no order on a fine grid does better", () => {
  for (const rho of ["0.000001", "0.01", "0.3", "4", "50"])
    for (const delta of [0.3, 1e-3, 1e-6, 1e-12]) {
      let best = Number.POSITIVE_INFINITY;
      for (let x = -12; x < 30; x += 0.002) best = Math.min(best, atOrder(Number(rho), delta, 1 + Math.exp(x)));
      const epsilon = epsilonOf(parseRho(rho), delta);
      expect(epsilon).toBeLessThanOrEqual(Math.max(0, best) + 1e-9);
      expect(epsilon).toBeGreaterThanOrEqual(Math.max(0, best) - 1e-5 * (1 + best));
    }
});

test("rhoFor gives the largest amount that keeps the promise", () => {
  for (const [epsilon, delta] of [
    [0.1, 1e-6],
    [1, 1e-6],
    [3, 1e-9],
    [20, 1e-5],
    [1, 0.3],
  ] as const) {
    const rho = rhoFor(epsilon, delta);
    expect(epsilonOf(rho, delta)).toBeLessThanOrEqual(epsilon);
    expect(epsilonOf(nanoRho(rho + 1n), delta)).toBeGreaterThan(epsilon);
  }
});

test("nothing spent implies nothing, and a delta that is no probability is refused", () => {
  expect(epsilonOf(nanoRho(0n), 1e-6)).toBe(0);
  for (const delta of [0, 1, -1, Number.NaN]) expect(() => epsilonOf(nanoRho(1n), delta)).toThrow(/strictly between/);
  expect(() => rhoFor(0, 1e-6)).toThrow(/epsilon/);
});

describe.skipIf(!referencePresent)("reference values", () => {
  for (const { inputs, expected } of referenceCases("zcdp_to_adp"))
    test(`rho ${inputs.rho}, delta ${inputs.delta}`, () => {
      const exact = Number(expected.eps_optimal);
      const epsilon = epsilonOf(parseRho(String(inputs.rho)), inputs.delta as number);
      expect(Math.abs(epsilon / exact - 1)).toBeLessThan(1e-9);
      expect(epsilon).toBeGreaterThanOrEqual(exact * (1 - 1e-15));
    });
  for (const { inputs, expected } of referenceCases("adp_to_zcdp"))
    test(`epsilon ${inputs.epsilon}, delta ${inputs.delta}`, () => {
      const most = Number(expected.rho_max_optimal) * 1e9;
      const rho = Number(rhoFor(inputs.epsilon as number, inputs.delta as number));
      expect(rho).toBeLessThanOrEqual(most);
      expect(rho).toBeGreaterThan(most - 1.01);
    });
});
