import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWindow, reduceWindow } from "../../src/contribution/window.ts";
import type { MemberDay } from "../../src/records/types.ts";
import type { Expression } from "../../src/task/expression.ts";
import { type Metric, registryWith } from "../../src/task/metrics.ts";

describe("reduceWindow", () => {
  const window = { start: 100, end: 107 };
  const source = (expression: Expression, times = 1, daysMin = 1) => ({
    expression,
    times,
    daysMin,
  });
  const day = (number: number, values: Record<string, number>): MemberDay => ({ day: number, values });
  const rhr = source({ metric: "rhr" });

  test("the mean over the days in the window that have a value; missing is not zero", () => {
    const days = [
      day(99, { rhr: 100 }),
      day(100, { rhr: 50 }),
      day(103, {}),
      day(106, { rhr: 60 }),
      day(107, { rhr: 100 }),
    ];
    expect(reduceWindow(days, rhr, window)).toBe(55);
    expect(reduceWindow(days, source({ metric: "rhr" }, 7), window)).toBe(385);
  });

  test("too few days with a value say nothing", () => {
    const days = [day(100, { rhr: 50 }), day(101, { steps: 1 }), day(102, { rhr: 60 })];
    expect(reduceWindow(days, source({ metric: "rhr" }, 1, 2), window)).toBe(55);
    expect(reduceWindow(days, source({ metric: "rhr" }, 1, 3), window)).toBeUndefined();
    expect(reduceWindow([], rhr, window)).toBeUndefined();
  });

  test("each day is clipped to the metric's public bounds before anything is computed", () => {
    expect(reduceWindow([day(100, { rhr: 150 })], rhr, window)).toBe(110);
    expect(reduceWindow([day(100, { rhr: 25 })], rhr, window)).toBe(35);
    const formula: Expression = { op: "*", args: [{ metric: "vigorous" }, { metric: "vigorous" }] };
    expect(reduceWindow([day(100, { vigorous: 500 })], source(formula), window)).toBe(90_000);
  });

  test("what nobody can have measured is missing and counted, never clipped", () => {
    const days = [day(100, { rhr: 150.1 }), day(101, { rhr: 24.9 }), day(102, { rhr: 60 }), day(103, { rhr: 1e9 })];
    expect(readWindow(days, rhr, window)).toEqual({ value: 60, days: 1, implausible: 3 });
    expect(readWindow([day(100, { rhr: 0 })], rhr, window)).toEqual({ value: undefined, days: 0, implausible: 1 });
    expect(readWindow([day(99, { rhr: 0 }), day(107, { rhr: 0 })], rhr, window).implausible).toBe(0);
  });

  test("one implausible part makes a formula's day missing", () => {
    const sum: Expression = { op: "+", args: [{ metric: "moderate" }, { metric: "vigorous" }] };
    const days = [day(100, { moderate: 10, vigorous: 2000 }), day(101, { moderate: -1, vigorous: 5 })];
    expect(readWindow(days, source(sum), window)).toEqual({ value: undefined, days: 0, implausible: 2 });
  });

  test("bounds are those of the registry that is given", () => {
    const mood: Metric = {
      id: "mood",
      title: "mood",
      unit: "{points}",
      clip: { min: 0, max: 10 },
      plausible: { min: -5, max: 20 },
      rule: "mean",
      coverage: "answered",
      purposes: ["research"],
    };
    const asked = source({ metric: "mood" });
    const days = [day(100, { mood: 14 }), day(101, { mood: -3 }), day(102, { mood: 21 })];
    const registry = registryWith({ metrics: [mood], attributes: [], formulas: [] });
    expect(readWindow(days, asked, window, registry)).toEqual({ value: 5, days: 2, implausible: 1 });
    expect(readWindow(days, asked, window)).toEqual({ value: undefined, days: 0, implausible: 0 });
  });

  test("a day counts only when every metric of the formula was measured", () => {
    const sum: Expression = { op: "+", args: [{ metric: "moderate" }, { metric: "vigorous" }] };
    const days = [
      day(100, { moderate: 10, vigorous: 5 }),
      day(101, { moderate: 100 }),
      day(102, { moderate: Number.NaN, vigorous: 1 }),
    ];
    expect(reduceWindow(days, source(sum), window)).toBe(15);
  });

  test("names of the registry only: nothing inherited, nothing unknown", () => {
    for (const metric of ["toString", "mood", "__proto__"])
      expect(reduceWindow([day(100, { mood: 80 })], source({ metric }), window)).toBeUndefined();
  });

  test("whatever the days hold, the result lies within the metric's range", () => {
    const anything = fc.array(
      fc.record({
        day: fc.integer({ min: 95, max: 110 }),
        values: fc.record({ rhr: fc.double() }, { requiredKeys: [] }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(anything, (days) => {
        const value = reduceWindow(days as readonly MemberDay[], rhr, window);
        if (value === undefined) return;
        expect(value).toBeGreaterThanOrEqual(35 - 1e-9);
        expect(value).toBeLessThanOrEqual(110 + 1e-9);
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});
