import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  chargeGdp,
  chargeRenyi,
  type GdpFilter,
  gdpFilter,
  renyiFilter,
} from "../../../src/privacy/accounting/filters/additive.ts";
import { chargeEpsilonDelta, epsilonDeltaFilter } from "../../../src/privacy/accounting/filters/epsilon-delta.ts";
import { odometer, record, runningEpsilon } from "../../../src/privacy/accounting/filters/odometer.ts";
import { advancedComposition } from "../../../src/privacy/accounting/optimal-composition.ts";
import { epsilonOfRho } from "../../../src/privacy/accounting/zcdp.ts";

const amount = fc.double({ min: 0, max: 0.3, noNaN: true });
/** How an adversary picks the next cost from what is left: a part of it, all of it, or just too much. */
const greed = fc.array(fc.tuple(fc.constantFrom("part", "all", "beyond"), amount), { maxLength: 60 });

/** An exact sum of doubles, in units of 2^-1074. */
const exactly = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = bits >> 52n;
  const fraction = bits & ((1n << 52n) - 1n);
  return exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
};

describe("filters never pass their cap, whatever is asked for", () => {
  test("Rényi", () => {
    fc.assert(
      fc.property(greed, fc.double({ min: 0, max: 2, noNaN: true }), (costs, cap) => {
        let filter = renyiFilter("global", 8, cap);
        let sum = 0n;
        for (const [kind, part] of costs) {
          const left = filter.cap - filter.spent;
          const cost = kind === "part" ? part : kind === "all" ? left : left * (1 + 2 ** -50) + Number.MIN_VALUE;
          const charged = chargeRenyi(filter, cost);
          const fits = sum + exactly(cost) <= exactly(cap);
          if (charged.ok) {
            expect(fits).toBe(true);
            sum += exactly(cost);
            filter = charged.filter;
          } else expect(charged.short).toBeGreaterThan(0);
          expect(sum).toBeLessThanOrEqual(exactly(cap));
          expect(sum).toBeLessThanOrEqual(exactly(filter.spent));
        }
      }),
    );
  });
  test("GDP", () => {
    fc.assert(
      fc.property(greed, fc.double({ min: 1e-3, max: 2, noNaN: true }), (costs, mu) => {
        let filter = gdpFilter("individual", mu);
        let squares = 0n;
        for (const [kind, part] of costs) {
          const left = Math.sqrt(Math.max(0, filter.cap - filter.spent));
          const cost = kind === "part" ? part : kind === "all" ? left : left * (1 + 1e-12) + 1e-12;
          const charged = chargeGdp(filter, cost);
          if (charged.ok) {
            squares += exactly(cost) ** 2n;
            filter = charged.filter;
          }
          expect(squares).toBeLessThanOrEqual(exactly(mu) ** 2n);
        }
      }),
    );
  });
  test("epsilon and delta", () => {
    fc.assert(
      fc.property(greed, fc.double({ min: 0.1, max: 5, noNaN: true }), (costs, epsilon) => {
        let filter = epsilonDeltaFilter("global", { epsilon, delta: 1e-6 });
        let [squares, deltas] = [0, 0];
        for (const [kind, part] of costs) {
          const cost = { epsilon: kind === "beyond" ? 2 * epsilon : part, delta: kind === "all" ? 1e-7 : 0 };
          const charged = chargeEpsilonDelta(filter, cost);
          if (charged.ok) {
            squares += cost.epsilon ** 2;
            deltas += cost.delta;
            filter = charged.filter;
          }
          const spent = Math.sqrt(2 * Math.log(2e6) * squares) + squares / 2;
          expect(spent).toBeLessThanOrEqual(epsilon * (1 + 1e-12));
          expect(deltas + filter.slackDelta).toBeLessThanOrEqual(1e-6 * (1 + 1e-12));
        }
      }),
    );
  });
});

describe("a filter spends what the composition fixed in advance would", () => {
  test("Rényi and GDP: the whole cap, in any order", () => {
    let renyi = renyiFilter("global", 4, 1);
    for (const cost of [0.125, 0.5, 0.25, 0.125]) {
      const charged = chargeRenyi(renyi, cost);
      if (!charged.ok) throw new Error("refused too early");
      renyi = charged.filter;
    }
    expect(renyi.spent).toBe(1);
    expect(chargeRenyi(renyi, 0).ok).toBe(true);
    expect(chargeRenyi(renyi, Number.MIN_VALUE)).toMatchObject({ ok: false });
    let gdp = gdpFilter("global", 1);
    let answered = 0;
    for (let charged = chargeGdp(gdp, 0.1); charged.ok; charged = chargeGdp(gdp, 0.1)) {
      gdp = charged.filter;
      answered++;
    }
    // 100 would be μ = 1 exactly; rounding may cost the last one.
    expect(answered).toBeGreaterThanOrEqual(99);
    expect(answered).toBeLessThanOrEqual(100);
  });
  test("epsilon and delta: no fewer answers than advanced composition allows", () => {
    const part = { epsilon: 0.1, delta: 1e-9, count: 60 };
    const slackDelta = 1e-6;
    const { epsilon, delta } = advancedComposition(part, slackDelta);
    let filter = epsilonDeltaFilter("global", { epsilon, delta, slackDelta });
    for (let i = 0; i < part.count; i++) {
      const charged = chargeEpsilonDelta(filter, part);
      if (!charged.ok) throw new Error(`refused answer ${i}`);
      filter = charged.filter;
    }
    expect(chargeEpsilonDelta(filter, { epsilon: 0, delta: 1e-7 }).ok).toBe(false);
  });
});

test("a filter keeps its scope in its type", () => {
  const own = gdpFilter("individual", 1);
  expectTypeOf(own).toEqualTypeOf<GdpFilter<"individual">>();
  expectTypeOf(own).not.toExtend<GdpFilter<"global">>();
  const charged = chargeGdp(own, 0.5);
  if (charged.ok) expectTypeOf(charged.filter).toEqualTypeOf<GdpFilter<"individual">>();
  expect(chargeGdp(own, 0)).toEqual({ ok: true, filter: own });
});

test("what makes no sense is refused; an infinite cost never fits", () => {
  for (const bad of [-1, Number.NaN, "1" as unknown as number, null as unknown as number]) {
    expect(() => renyiFilter("global", 2, bad)).toThrow(/cap must be/);
    expect(() => renyiFilter("global", bad, 1)).toThrow(/order must be/);
    expect(() => gdpFilter("global", bad)).toThrow(/mu must be/);
    expect(() => chargeRenyi(renyiFilter("global", 2, 1), bad)).toThrow(/cost must be/);
    expect(() => chargeGdp(gdpFilter("global", 1), bad)).toThrow(/cost must be/);
    expect(() => epsilonDeltaFilter("global", { epsilon: bad, delta: 1e-6 })).toThrow(/epsilon must be/);
    expect(() => epsilonDeltaFilter("global", { epsilon: 1, delta: bad })).toThrow(/deltas must/);
    expect(() => epsilonDeltaFilter("global", { epsilon: 1, delta: 0.1, slackDelta: 0.2 })).toThrow(/deltas must/);
    const filter = epsilonDeltaFilter("global", { epsilon: 1, delta: 1e-6 });
    expect(() => chargeEpsilonDelta(filter, { epsilon: bad, delta: 0 })).toThrow(/a cost needs/);
    expect(() => record(odometer(1e-6, 1), bad)).toThrow(/rho must be/);
    expect(() => odometer(bad, 1)).toThrow(/delta must/);
    expect(() => odometer(0.1, bad)).toThrow(/expected rho/);
  }
  expect(chargeRenyi(renyiFilter("global", 2, 1), Number.POSITIVE_INFINITY).ok).toBe(false);
  for (const much of [1e308, Number.POSITIVE_INFINITY])
    expect(runningEpsilon(record(odometer(1e-6, 0.1), much))).toBe(Number.POSITIVE_INFINITY);
  expect(() => gdpFilter("global", 1e308)).toThrow(/mu must be/);
  expect(chargeGdp(gdpFilter("global", 1), 1).ok).toBe(true);
});

test("an odometer only rises, stays above what a filter at the same point would prove, and near it where expected", () => {
  let meter = odometer(1e-6, 0.5);
  expect(runningEpsilon(meter)).toBe(0);
  let before = 0;
  for (let i = 0; i < 200; i++) {
    meter = record(meter, 0.01);
    const epsilon = runningEpsilon(meter);
    expect(epsilon).toBeGreaterThanOrEqual(before);
    expect(epsilon).toBeGreaterThan(epsilonOfRho(meter.spent, 1e-6));
    if (i === 49) expect(epsilon).toBeLessThan(1.3 * epsilonOfRho(meter.spent, 1e-6));
    before = epsilon;
  }
});

test("an odometer's bound holds at all moments at once: random walks with Gaussian losses rarely cross it", () => {
  // Losses of Gaussian answers with rho each are N(rho, 2·rho). A delta of 0.3 makes crossings visible if they happened.
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  let crossed = 0;
  for (let walk = 0; walk < 200; walk++) {
    let meter = odometer(0.3, 0.2);
    let loss = 0;
    let above = false;
    for (let i = 0; i < 40; i++) {
      const rho = 0.02 * uniform();
      loss += rho + Math.sqrt(-4 * rho * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      meter = record(meter, rho);
      above ||= loss > runningEpsilon(meter);
    }
    if (above) crossed++;
  }
  expect(crossed).toBeLessThan(60);
});
