import { describe, expect, test } from "vitest";
import { compose } from "../../../../src/privacy/accounting/algebra/compose.ts";
import { rdpOf } from "../../../../src/privacy/accounting/rdp/of-event.ts";
import { defaultOrders } from "../../../../src/privacy/accounting/rdp/orders.ts";
import { normalCdf } from "../../../../src/privacy/numeric/normal.ts";

describe("conversion", () => {
  const curve = rdpOf(
    compose("zero-out", [{ event: { mechanism: "gaussian", noiseMultiplier: 5 }, count: 20 }]),
    "zero-out",
  );
  test("orders between the grid's improve on it, and epsilon and delta invert each other", () => {
    const { epsilon, order } = curve.epsilon(1e-6);
    expect(defaultOrders).not.toContain(order);
    expect(epsilon).toBeLessThan(curve.epsilon(1e-6, defaultOrders).epsilon);
    expect(curve.delta(epsilon).delta / 1e-6).toBeCloseTo(1, 6);
    expect(curve.epsilon(1e-6, [order]).epsilon).toBe(epsilon);
  });
  test("goes past the grid's last order where that is best", () => {
    const { order } = rdpOf({ mechanism: "gaussian", noiseMultiplier: 3000 }, "zero-out").epsilon(1e-6);
    expect(order).toBeGreaterThan(1024);
  });
  test("a delta above the total variation distance needs no epsilon", () => {
    const small = rdpOf({ mechanism: "gaussian", noiseMultiplier: 100 }, "zero-out");
    expect(small.epsilon(0.01).epsilon).toBe(0);
    expect(small.delta(0).delta).toBeLessThan(0.006);
    expect(small.delta(0).delta).toBeGreaterThan(2 * normalCdf(0.005) - 1);
  });
  test("open failures are set aside, and beneath them nothing is proven", () => {
    const pure = rdpOf({ mechanism: "epsilon-delta", epsilon: 0.5, delta: 0 }, "zero-out");
    const part = { mechanism: "epsilon-delta", epsilon: 0.5, delta: 1e-7 } as const;
    const failing = rdpOf(
      compose("zero-out", [{ event: part, count: 3 }, { event: { mechanism: "zcdp", rho: 0 } }]),
      "zero-out",
    );
    const thrice = rdpOf(compose("zero-out", [{ event: { ...part, delta: 0 }, count: 3 }]), "zero-out");
    const broken = 1 - (1 - 1e-7) ** 3;
    expect(failing.delta(0.4).delta).toBeCloseTo(broken + (1 - broken) * thrice.delta(0.4).delta, 14);
    const { epsilon } = failing.epsilon(1e-6);
    expect(epsilon).toBeCloseTo(thrice.epsilon((1e-6 - broken) / (1 - broken)).epsilon, 8);
    expect(failing.epsilon(2.9e-7).epsilon).toBe(Number.POSITIVE_INFINITY);
    expect(failing.at(2)).toBe(Number.POSITIVE_INFINITY);
    expect(pure.at(2)).toBeLessThan(0.5);
  });
  test("what is out of range is refused", () => {
    for (const delta of [0, 1, -1, Number.NaN]) expect(() => curve.epsilon(delta)).toThrow(/delta must lie/);
    for (const epsilon of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => curve.delta(epsilon)).toThrow(/epsilon must be/);
    for (const order of [1, 0.5, Number.NaN, 1e9]) expect(() => curve.at(order)).toThrow(/order must lie between/);
    expect(rdpOf({ mechanism: "non-private" }, "zero-out").epsilon(0.5).epsilon).toBe(Number.POSITIVE_INFINITY);
    expect(rdpOf({ mechanism: "non-private" }, "zero-out").delta(3).delta).toBe(1);
    expect(rdpOf({ mechanism: "no-op" }, "zero-out").epsilon(1e-9).epsilon).toBe(0);
  });
});
