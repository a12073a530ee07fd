// What differencing gains stays under what the debited ρ allows, and is not nothing: the figures are printed.
import { describe, expect, test } from "vitest";
import { advantageBound } from "../support/attacks.ts";
import { attacks, differencing, told } from "../support/differencing.ts";

describe("an attacker who knows everyone else and one aggregator's noise", () => {
  test.each(Object.keys(attacks))("%s", async (name) => {
    const found = await differencing(name, 2000);
    console.log(told(found));
    expect(found.paid).toBe(10);
    expect(found.rho).toBeCloseTo(0.5, 9);
    expect(found.advantage - 3 * found.standardError).toBeLessThanOrEqual(found.bound);
    // An attack that gained nothing would hold under any bound.
    expect(found.advantage).toBeGreaterThan(4 * found.standardError);
  });
});

test("the bound grows with ρ, from nothing, and never says more than everything", () => {
  expect(advantageBound(0)).toBe(0);
  expect(advantageBound(0.5)).toBeCloseTo(0.5, 12);
  expect(advantageBound(0.02)).toBeCloseTo(0.1, 12);
  expect(advantageBound(10)).toBeLessThan(1);
});
