import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeHistogram, nullHistogram } from "../../src/contribution/encode.ts";
import { readWindow, reduceWindow } from "../../src/contribution/window.ts";
import type { MemberDay } from "../../src/records/types.ts";
import type { HistogramEncoder } from "../../src/task/encoder.ts";
import { binOf } from "../../src/task/encoders/histogram/encode.ts";
import type { Expression } from "../../src/task/expression.ts";
import { type Metric, registryWith } from "../../src/task/metrics.ts";

const ascending = fc
  .uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
    minLength: 2,
    maxLength: 40,
    comparator: (a, b) => a === b,
  })
  .map((edges) => edges.sort((a, b) => a - b));

/** The definition, read aloud. */
function linearBin(edges: readonly number[], value: number): number {
  for (let i = edges.length - 2; i > 0; i--) if (value >= (edges[i] as number)) return i;
  return 0;
}

test("binOf agrees with looking at one edge after the other", () => {
  const anywhere = fc.double({ noNaN: true });
  fc.assert(
    fc.property(ascending, anywhere, fc.nat(39), (edges, value, pick) => {
      for (const v of [value, edges[pick % edges.length] as number]) expect(binOf(edges, v)).toBe(linearBin(edges, v));
    }),
    { numRuns: 2000, seed: 4 },
  );
});

describe("encodeHistogram", () => {
  const encoder: HistogramEncoder = {
    kind: "histogram",
    group: { attribute: "ageBand", values: ["young", "old"] },
    edges: [10, 20, 30],
  };
  const column = (value: number | undefined, profile: Record<string, string>) => {
    const { vector, isNull } = encodeHistogram(encoder, value, profile);
    expect(vector).toHaveLength(5);
    expect(vector.filter((x) => x === 1)).toHaveLength(1);
    expect(vector.filter((x) => x === 0)).toHaveLength(4);
    expect(isNull).toBe(vector[4] === 1);
    return vector.indexOf(1);
  };

  test("one-hot over group × bin, clipped at the outer edges", () => {
    expect([9, 10, 19.999, 20, 30, 1e12].map((value) => column(value, { ageBand: "young" }))).toEqual([
      0, 0, 0, 1, 1, 1,
    ]);
    expect([9, 20].map((value) => column(value, { ageBand: "old" }))).toEqual([2, 3]);
  });

  test("null when there is no value, it is no number, or the group is not one of the task's", () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY])
      expect(column(value, { ageBand: "old" })).toBe(4);
    for (const profile of [{}, { ageBand: "" }, { ageBand: "OLD" }, { site: "old" }, { ageBand: "x" }] as Record<
      string,
      string
    >[])
      expect(column(15, profile)).toBe(4);
    expect(nullHistogram(encoder)).toEqual(encodeHistogram(encoder, undefined, {}));
  });

  test("an inherited name is no group", () => {
    const odd: HistogramEncoder = {
      ...encoder,
      group: { attribute: "site", values: [String(Object.prototype.toString)] },
    };
    expect(encodeHistogram(odd, 15, {}).isNull).toBe(true);
  });
});

describe("reduceWindow", () => {
  const window = { start: 100, end: 107 };
  const source = (expression: Expression, times = 1, daysMin = 1) => ({
    expression,
    statistic: { of: "daily-mean" as const, times, daysMin },
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
