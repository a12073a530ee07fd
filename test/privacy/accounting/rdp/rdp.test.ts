import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../../src/base/errors.ts";
import { compose } from "../../../../src/privacy/accounting/algebra/compose.ts";
import type { RenyiCurve } from "../../../../src/privacy/accounting/rdp/curve.ts";
import { rdpOf } from "../../../../src/privacy/accounting/rdp/of-event.ts";
import { defaultOrders } from "../../../../src/privacy/accounting/rdp/orders.ts";
import { powerMinusLine } from "../../../../src/privacy/numeric/exp-minus.ts";
import { logNormalCdf } from "../../../../src/privacy/numeric/normal.ts";
import { examples, more, withField } from "../every-event.ts";

const refused = ["mixture-of-gaussians", "truncated-subsampled-gaussian", "shuffled"];
const bounded = examples.filter(({ event }) => !refused.includes(event.mechanism));

const sampled = (probability: number, noiseMultiplier: number) =>
  ({ mechanism: "poisson-sampled", probability, event: { mechanism: "gaussian", noiseMultiplier } }) as const;
const sampledAt = (q: number, sigma: number, order: number) => rdpOf(sampled(q, sigma), "add-or-remove-one").at(order);

describe("every event", () => {
  for (const { event, neighbouring, knobs } of bounded) {
    const name = `${event.mechanism} under ${neighbouring}`;
    const orders = [1.01, 1.5, 2, 5.3, 40, 300];

    test(`${name}: composing n times is n compositions`, () => {
      const once = rdpOf(event, neighbouring);
      const thrice = rdpOf(compose(neighbouring, [{ event, count: 3 }]), neighbouring);
      const listed = rdpOf(compose(neighbouring, [{ event }, { event }, { event }]), neighbouring);
      const nested = compose(neighbouring, [{ event: compose(neighbouring, [{ event }, { event }]) }, { event }]);
      for (const order of orders) {
        expect(thrice.at(order)).toBe(listed.at(order));
        expect(thrice.at(order)).toBe(rdpOf(nested, neighbouring).at(order));
        if (event.mechanism === "no-op") expect(thrice.at(order)).toBe(0);
        else if (event.mechanism === "non-private" || event.delta > 0)
          expect(thrice.at(order)).toBe(Number.POSITIVE_INFINITY);
        else expect(Math.abs(thrice.at(order) / (3 * once.at(order)) - 1)).toBeLessThan(1e-13);
      }
      expect(thrice.epsilon(1e-6).epsilon).toBeGreaterThanOrEqual(once.epsilon(1e-6).epsilon);
    });

    // The general bound for sampling has another factor from the third order on.
    const uneven = event.mechanism === "poisson-sampled" && event.event.mechanism === "laplace";
    if (!uneven)
      test(`${name}: never falls with the order`, () => {
        const curve = rdpOf(event, neighbouring);
        let before = 0;
        for (const order of [...defaultOrders, 1500, 2000.5]) {
          expect(curve.at(order)).toBeGreaterThanOrEqual(before * (1 - 1e-9));
          before = curve.at(order);
        }
      });

    for (const [knob, direction] of Object.entries(knobs))
      test(`${name}: one per cent more ${knob}`, () => {
        const changed = withField(event, knob, more);
        const [before, after] = [event, changed].map((one) =>
          rdpOf(compose(neighbouring, [{ event: one, count: 50 }]) as never, neighbouring),
        ) as [RenyiCurve, RenyiCurve];
        const { epsilon } = before.epsilon(1e-6);
        expect(Math.sign(after.epsilon(1e-6).epsilon - epsilon)).toBe(direction);
        expect(Math.sign(after.delta(epsilon).delta - before.delta(epsilon).delta)).toBe(direction);
        if (!(event.delta > 0)) expect(Math.sign(after.at(7) - before.at(7))).toBe(direction);
      });
  }
  for (const { event, neighbouring } of examples.filter((one) => !bounded.includes(one)))
    test(`${event.mechanism} is refused, not guessed`, () => {
      const ask = () => rdpOf(compose(neighbouring, [{ event }]) as never, neighbouring);
      expect(ask).toThrow(/no Rényi bound is known/);
      try {
        ask();
      } catch (error) {
        expect(isPacelineError(error) && error.code).toBe("unsupported");
      }
    });
  test("Poisson sampling under replace-one is refused", () => {
    expect(() => rdpOf(sampled(0.1, 1), "replace-one")).toThrow(/Poisson sampling under replace-one/);
  });
});

describe("the Poisson-sampled Gaussian", () => {
  /** The fractional series of Mironov, Talwar, Zhang 2019, section 3.3, with the signs of the binomials. */
  const series = (q: number, sigma: number, alpha: number): number => {
    const edge = sigma * sigma * Math.log(1 / q - 1) + 0.5;
    const term = (i: number, j: number, tail: number) =>
      Math.exp(i * Math.log(q) + j * Math.log1p(-q) + (i * i - i) / (2 * sigma * sigma) + logNormalCdf(tail));
    let [binomial, sum] = [1, 0];
    for (let i = 0; i < 60; i++) {
      const j = alpha - i;
      sum += binomial * (term(i, j, (edge - i) / sigma) + term(j, i, (j - edge) / sigma));
      binomial *= j / (i + 1);
    }
    return Math.log(sum) / (alpha - 1);
  };
  test("agrees with the signed fractional series where that converges", () => {
    for (const [q, sigma, alpha] of [
      [0.05, 1, 2.7],
      [0.1, 2, 3.5],
      [0.01, 1.1, 9.8],
      [0.02, 1.5, 6.25],
    ] as const)
      expect(Math.abs(sampledAt(q, sigma, alpha) / series(q, sigma, alpha) - 1)).toBeLessThan(1e-9);
  });
  test("agrees with quadrature to nine digits, from above", () => {
    // 40-digit values of ln E[(P/Q)^α]/(α-1)
    for (const [q, sigma, alpha, exact] of [
      [0.5, 1, 1.5, 0.235158034482531],
      [1e-6, 0.6, 3.3, 2.48902895466796e-11],
      [0.9, 5, 1.02, 0.016528510814241],
      [0.01, 0.3, 8.7, 43.1300890972169],
      [0.2, 0.25, 70.5, 562.367404707531],
      [1e-9, 30, 1.5, 8.33796467811237e-22],
      [0.3, 1000, 20.5, 9.22504003670071e-7],
      [1e-4, 0.6, 1024, 1413.00287858498],
      [1e-8, 10, 64, 3.21605348704047e-17],
    ] as const) {
      const value = sampledAt(q, sigma, alpha);
      expect(value).toBeGreaterThan(exact);
      expect(value / exact - 1).toBeLessThan(1e-10);
    }
  });
  test("bounds the other direction too: a sum over a fine grid", () => {
    for (const [q, sigma, alpha] of [
      [0.3, 0.8, 2.5],
      [0.05, 1, 4],
    ] as const) {
      let sum = 0;
      for (let x = -12; x < 14; x += 0.001) {
        const ratio = 1 - q + q * Math.exp((2 * x - 1) / (2 * sigma * sigma));
        sum += Math.exp((-x * x) / (2 * sigma * sigma)) * ratio ** (1 - alpha) * 0.001;
      }
      const reverse = Math.log(sum / (sigma * Math.sqrt(2 * Math.PI))) / (alpha - 1);
      expect(sampledAt(q, sigma, alpha)).toBeGreaterThanOrEqual(reverse);
    }
  });
  test("tiny noise and huge orders stay finite and above the exact whole orders", () => {
    const curve = rdpOf(sampled(0.1, 0.001), "add-or-remove-one");
    expect(curve.at(2.5)).toBeGreaterThanOrEqual(curve.at(2));
    expect(curve.at(2.5)).toBeLessThanOrEqual(curve.at(3));
    expect(Number.isFinite(curve.at(30000))).toBe(true);
  });
  test("sampling nothing costs nothing, sampling all is no sampling", () => {
    expect(rdpOf(sampled(0, 1), "zero-out").at(5)).toBe(0);
    const plain = rdpOf({ mechanism: "gaussian", noiseMultiplier: 1 }, "zero-out").at(5);
    expect(Math.abs(rdpOf(sampled(1, 1), "zero-out").at(5) / plain - 1)).toBeLessThan(1e-13);
    expect(sampledAt(1 - 1e-9, 1, 5)).toBeLessThanOrEqual(plain);
  });
});

test("the general bound for Poisson sampling holds for Laplace noise, both directions, and below no sampling", () => {
  for (const [q, scale] of [
    [0.2, 1],
    [0.01, 0.5],
    [1e-9, 3],
  ] as const) {
    const event = {
      mechanism: "poisson-sampled",
      probability: q,
      event: { mechanism: "laplace", noiseMultiplier: scale },
    } as const;
    const curve = rdpOf(event, "add-or-remove-one");
    const unsampled = rdpOf(event.event, "add-or-remove-one");
    for (const order of [1.5, 2, 3, 6.5, 30]) {
      // E - 1 as an integral of density · ((1 + y)^order - 1 - order·y), y = q(L - 1), and with the roles turned
      let [forward, backward] = [0, 0];
      for (let x = -30; x < 31; x += 0.001) {
        const y = q * Math.expm1((Math.abs(x) - Math.abs(x - 1)) / scale);
        const mass = (0.001 / (2 * scale)) * Math.exp(-Math.abs(x) / scale);
        forward += mass * powerMinusLine(order, y);
        backward += mass * powerMinusLine(1 - order, y);
      }
      const exact = Math.log1p(Math.max(forward, backward)) / (order - 1);
      expect(curve.at(order)).toBeGreaterThan(exact * (1 - 1e-5));
      expect(curve.at(order)).toBeLessThanOrEqual(unsampled.at(order) * (1 + 1e-12));
    }
  }
});

describe("closed forms", () => {
  const sum = (p: readonly number[], q: readonly number[], alpha: number) =>
    Math.log(p.reduce((total, one, i) => total + one ** alpha * (q[i] as number) ** (1 - alpha), 0)) / (alpha - 1);
  const orders = [1.1, 2, 3.7, 12];

  test("randomised response, both relations", () => {
    const [p, k] = [0.4, 5];
    const report = (truth: number) => Array.from({ length: k }, (_, i) => p / k + (i === truth ? 1 - p : 0));
    const uniform = report(0).map(() => 1 / k);
    const event = { mechanism: "randomized-response", probability: p, buckets: k } as const;
    for (const order of orders) {
      const nulled = Math.max(sum(report(0), uniform, order), sum(uniform, report(0), order));
      expect(rdpOf(event, "replace-one").at(order) / sum(report(0), report(1), order)).toBeCloseTo(1, 10);
      expect(rdpOf(event, "zero-out").at(order) / nulled).toBeCloseTo(1, 10);
    }
  });
  test("discrete Laplace noise, summed", () => {
    for (const [scale, sensitivity] of [
      ["2", 1],
      ["7/2", 4],
      ["1/3", 2],
    ] as const) {
      const [num, den] = scale.split("/").map(Number) as [number, number?];
      const step = (den ?? 1) / num;
      const reach = Math.ceil(45 / step);
      const law = (shift: number) =>
        Array.from(
          { length: 2 * reach + 1 },
          (_, i) => Math.tanh(step / 2) * Math.exp(-step * Math.abs(i - reach - shift)),
        );
      const event = {
        mechanism: "discrete-laplace",
        unit: "member",
        neighbouring: "add-or-remove-one",
        sensitivity: { norm: "l1", bound: `${sensitivity}` },
        scale,
      } as const;
      for (const order of orders) {
        const exact = sum(law(0), law(sensitivity), order);
        expect(rdpOf(event, "add-or-remove-one").at(order) / exact).toBeCloseTo(1, 9);
      }
    }
  });
  test("Laplace noise is the limit of fine discrete noise; replacing doubles its sensitivity", () => {
    const fine = {
      mechanism: "discrete-laplace",
      unit: "member",
      neighbouring: "replace-one",
      sensitivity: { norm: "l1", bound: "200000" },
      scale: "300000",
    } as const;
    for (const order of orders) {
      const laplace = rdpOf({ mechanism: "laplace", noiseMultiplier: 3 }, "replace-one").at(order);
      expect(rdpOf(fine, "replace-one").at(order) / laplace).toBeCloseTo(1, 9);
    }
  });
  test("no exponential mechanism on few candidates exceeds its bound, which permute-and-flip does", () => {
    const epsilon = 2;
    const bound = (order: number) => rdpOf({ mechanism: "exponential", epsilon }, "replace-one").at(order);
    const choose = (scores: readonly number[]) => {
      const weights = scores.map((score) => Math.exp((epsilon * score) / 2));
      return weights.map((weight) => weight / weights.reduce((total, one) => total + one));
    };
    let closest = 0;
    for (let gap = -3; gap <= 3; gap += 0.05)
      for (const order of orders) {
        const divergence = sum(choose([gap, 0]), choose([gap - 1, 1]), order);
        expect(divergence).toBeLessThanOrEqual(bound(order));
        closest = Math.max(closest, divergence / bound(order));
      }
    expect(closest).toBeGreaterThan(0.999);
    // Two candidates: the second wins a flip with probability e^(-gap·ε/2)/2.
    const flip = (gap: number) => {
      const less = Math.exp((-epsilon * Math.abs(gap)) / 2) / 2;
      return gap >= 0 ? [1 - less, less] : [less, 1 - less];
    };
    const divergence = sum(flip(1), flip(-1), 1.1);
    expect(divergence).toBeGreaterThan((1.1 * epsilon ** 2) / 8);
    expect(divergence).toBeLessThanOrEqual(rdpOf({ mechanism: "permute-and-flip", epsilon }, "replace-one").at(1.1));
  });
  test("any pure mechanism stays below randomised response", () => {
    const pure = rdpOf({ mechanism: "epsilon-delta", epsilon: 1, delta: 0 }, "replace-one");
    for (const order of [1.01, 2, 17, 500]) {
      expect(rdpOf({ mechanism: "exponential", epsilon: 1 }, "replace-one").at(order)).toBeLessThan(pure.at(order));
      expect(rdpOf({ mechanism: "permute-and-flip", epsilon: 1 }, "replace-one").at(order)).toBeLessThan(
        pure.at(order),
      );
    }
  });
});
