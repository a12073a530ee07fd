import { describe, expect, test } from "vitest";
import { examplesOf, featureRow } from "../../../src/learning/device/examples.ts";
import { daysNeeded, type Feature, type Label } from "../../../src/learning/plan/training/examples.ts";
import type { MemberDay } from "../../../src/records/types.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { daysBefore, end, feature, training } from "../days.ts";

/** Rows are of single precision. */
const single = (value: number | undefined) => value && Number(value.toPrecision(7));
const one = (days: readonly MemberDay[], change: Partial<Feature>, anchor = end) =>
  single(featureRow(days, [feature(change)], anchor, builtIn)[0]);
const labelOf = (days: readonly MemberDay[], label: Label, until = end) =>
  examplesOf(days, { ...training(), label }, until, builtIn).labels[0];
const own = training().label;
/** `count` days of the same value, the last of them `back` days before the end. */
const run = (value: number, back: number, count: number): Record<number, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [back + i, value]));

describe("a mean", () => {
  const days = daysBefore(end, "steps", { 0: 1000, 1: 1, 7: 3, 8: 1000, 14: 5, 15: 1000 });

  test("covers its weeks and not a day more", () => {
    expect(one(days, {})).toBe(2);
    expect(one(days, { weeks: { from: 1, to: 2 }, spread: 1000 })).toBe(0.5025);
    expect(one(days, { weeks: { from: 0, to: 2 }, spread: 1000 })).toBe((1 + 3 + 1000 + 5) / 4 / 1000);
  });

  test("is over the measured days only; a zero is measured", () => {
    expect(one(daysBefore(end, "steps", { 2: 0, 3: 2 }), {})).toBe(1);
    expect(one(daysBefore(end, "steps", { 2: 2 }), {})).toBe(2);
  });

  test("moves with its anchor", () => {
    expect(one(days, { spread: 1000 }, end - 7)).toBe(0.5025);
  });

  test("is standardised, then clipped to ±4", () => {
    const some = daysBefore(end, "steps", { 1: 9500 });
    expect(one(some, { centre: 8000, spread: 3000 })).toBe(0.5);
    expect(one(some, { centre: 0, spread: 3000 })).toBeCloseTo(3.1667, 4);
    expect(one(some, { centre: 0, spread: 1 })).toBe(4);
    expect(one(some, { centre: 20_000, spread: 1 })).toBe(-4);
  });
});

describe("a change", () => {
  test("is the later half minus the earlier half", () => {
    const days = daysBefore(end, "steps", { 1: 10, 14: 20, 15: 11, 28: 13, 29: 1000 });
    expect(one(days, { of: "change", weeks: { from: 0, to: 4 } })).toBe(3);
  });

  test("of an odd number of days gives the middle day to the earlier half", () => {
    const days = daysBefore(end, "steps", { 3: 5, 4: 2 });
    expect(one(days, { of: "change" })).toBe(3);
  });

  test("with one empty half is missing", () => {
    expect(one(daysBefore(end, "steps", { 1: 10 }), { of: "change", centre: 7 })).toBe(0);
    expect(one(daysBefore(end, "steps", { 7: 10 }), { of: "change", centre: 7 })).toBe(0);
  });
});

describe("days since", () => {
  const since = (values: Record<number, number>, change: Partial<Feature> = {}) =>
    one(daysBefore(end, "visits", values), {
      of: "days-since",
      value: { metric: "visits" },
      weeks: { from: 0, to: 2 },
      spread: 10,
      ...change,
    });

  test("0 on the last day itself, 13 on the first of two weeks", () => {
    expect(since({ 1: 1 })).toBe(0);
    expect(since({ 14: 1, 1: 0 })).toBe(1.3);
    expect(since({ 14: 1, 6: 2, 1: 0 })).toBe(0.5);
  });

  test("the span where nothing happened, or only before it", () => {
    expect(since({ 3: 0 })).toBe(1.4);
    expect(since({ 3: 0, 15: 1 })).toBe(1.4);
  });

  test("counts back from the end of its own weeks", () => {
    expect(since({ 2: 1, 8: 0, 10: 1 }, { weeks: { from: 1, to: 2 } })).toBe(0.2);
  });

  test("missing where no day has a value", () => {
    expect(since({ 15: 1 }, { centre: 5 })).toBe(0);
    expect(since({}, { centre: 5 })).toBe(0);
  });
});

describe("what is missing is the public centre", () => {
  const of = ["mean", "change", "days-since"] as const;

  test.each(of)("%s without data, without the metric, or with values that are no numbers", (kind) => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const days of [
      [],
      daysBefore(end, "sleep", run(400, 1, 7)),
      ...bad.map((value) => daysBefore(end, "steps", run(value, 1, 7))),
    ])
      expect(one(days, { of: kind, centre: 3 })).toBe(0);
  });

  test("a metric named like something every object has is not measured", () => {
    expect(
      one(daysBefore(end, "steps", run(1, 1, 7)), { value: { metric: "constructor" }, of: "days-since", centre: 3 }),
    ).toBe(0);
  });

  test("one broken value does not spoil the others", () => {
    expect(one(daysBefore(end, "steps", { 1: 2, 2: Number.NaN, 3: 4 }), {})).toBe(3);
  });
});

describe("the label", () => {
  const label = (values: Record<number, number>) => labelOf(daysBefore(end, "visits", values), own);

  test("1 below the factor, 0 at it and above", () => {
    const before = run(1, 29, 28);
    expect(label({ ...run(1, 1, 16), ...run(0, 17, 12), ...before })).toBe(1);
    expect(label({ ...run(1, 1, 17), ...run(0, 18, 11), ...before })).toBe(0);
    expect(label({ ...run(0.61, 1, 28), ...before })).toBe(0);
    expect(label({ ...run(0.59, 1, 28), ...before })).toBe(1);
    const half = { ...own, factor: 0.5 } as Label;
    expect(labelOf(daysBefore(end, "visits", { ...run(0.5, 1, 28), ...before }), half)).toBe(0);
  });

  test("looks at no day outside its two windows", () => {
    expect(label({ 0: 3, ...run(0.5, 1, 28), ...run(1, 29, 28), 57: 3 })).toBe(1);
    expect(label({ 0: 0, ...run(0.7, 1, 28), ...run(1, 29, 28), 57: 0 })).toBe(0);
    // the 28th day back belongs to the month itself, the 29th to the one before
    expect(label({ ...run(0.55, 1, 27), 28: 3, ...run(1, 29, 28) })).toBe(0);
    expect(label({ ...run(0.3, 1, 28), 29: 3, ...run(0.5, 30, 27) })).toBe(1);
  });

  test("unknown with values on fewer than half the days of either month", () => {
    expect(label({ ...run(0, 15, 14), ...run(1, 29, 28) })).toBe(1);
    expect(label({ ...run(0, 16, 13), ...run(1, 29, 28) })).toBeUndefined();
    expect(label({ ...run(0, 1, 28), ...run(1, 29, 13) })).toBeUndefined();
    expect(label({})).toBeUndefined();
  });

  test("unknown for a member with nothing to fall from", () => {
    expect(label({ ...run(0, 1, 28), ...run(0, 29, 28) })).toBeUndefined();
    expect(label({ ...run(1, 1, 28), ...run(0, 29, 28) })).toBeUndefined();
  });
});

describe("other labels", () => {
  const steps = { title: "steps", value: { metric: "steps" }, days: 7 } as const;
  const label = (kind: object, values: Record<number, number>) =>
    single(labelOf(daysBefore(end, "steps", values), { ...steps, ...kind } as Label));

  test("a rise: 1 above the factor, 0 at it and below", () => {
    const rise = { kind: "rises-above", factor: 1.5 };
    expect(label(rise, { ...run(1501, 1, 7), ...run(1000, 8, 7) })).toBe(1);
    expect(label(rise, { ...run(1500, 1, 7), ...run(1000, 8, 7) })).toBe(0);
    expect(label(rise, { ...run(1501, 1, 7), ...run(1000, 8, 3) })).toBeUndefined();
  });

  test("a class: edges that are reached, from none to all, with no days before", () => {
    const classes = { kind: "class", edges: [1000, 5000, 9000] };
    expect([999, 1000, 4999, 9000, 20_000].map((value) => label(classes, run(value, 1, 7)))).toEqual([0, 1, 1, 3, 3]);
    expect(label(classes, run(1, 1, 3))).toBeUndefined();
    expect(label(classes, run(1000, 8, 7))).toBeUndefined();
  });

  test("a value: standardised, clipped, and no number is none", () => {
    const value = { kind: "value", centre: 8000, spread: 2000 };
    expect([9000, 8000, 40_000, 0].map((each) => label(value, run(each, 1, 7)))).toEqual([0.5, 0, 4, -4]);
    expect(label(value, run(Number.NaN, 1, 7))).toBeUndefined();
  });

  test("formulas of several metrics are of the days that have all of them", () => {
    const both = (day: number, values: Record<string, number>) => ({ day: end - day, values });
    const sum = { op: "+", args: [{ metric: "moderate" }, { op: "*", args: [{ number: 2 }, { metric: "vigorous" }] }] };
    const days = [
      both(1, { moderate: 10, vigorous: 5 }),
      both(2, { moderate: 30, vigorous: 0 }),
      both(3, { moderate: 99 }),
    ];
    expect(one(days, { value: sum as never, spread: 100 })).toBe(0.25);
  });
});

describe("several examples of a member", () => {
  test("stand so many days apart, the oldest first, and those without a label are left out", () => {
    const values = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i + 1, i + 1]));
    const label = { kind: "value", title: "t", value: { metric: "steps" }, days: 1, centre: 0, spread: 100 } as const;
    const reading = { features: [feature({ spread: 100 })], label, examples: { count: 3, everyDays: 10 } };
    expect(daysNeeded(reading)).toBe(7 + 1 + 20);
    const all = examplesOf(daysBefore(end, "steps", values), reading, end, builtIn);
    expect([...all.labels].map((x) => Math.round(100 * x))).toEqual([21, 11, 1]);
    // The week before each anchor: its mean is of the days 2 … 8 before the label's own.
    expect([...all.rows].map((x) => Math.round(100 * x))).toEqual([25, 15, 5]);
    delete values[11];
    expect(examplesOf(daysBefore(end, "steps", values), reading, end, builtIn)).toMatchObject({ count: 2 });
    expect(examplesOf([], reading, end, builtIn)).toMatchObject({ count: 0 });
  });
});
