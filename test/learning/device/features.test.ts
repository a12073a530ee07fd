import { describe, expect, test } from "vitest";
import { featureRow, labelOf } from "../../../src/learning/device/features.ts";
import type { Feature } from "../../../src/learning/plan/features.ts";
import type { MemberDay } from "../../../src/records/types.ts";
import { daysBefore, end, feature, plan } from "../days.ts";

const one = (days: readonly MemberDay[], change: Partial<Feature>, anchor = end) =>
  featureRow(days, [feature(change)], anchor)[0];
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
      metric: "visits",
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
    expect(one(daysBefore(end, "steps", run(1, 1, 7)), { metric: "constructor", of: "days-since", centre: 3 })).toBe(0);
  });

  test("one broken value does not spoil the others", () => {
    expect(one(daysBefore(end, "steps", { 1: 2, 2: Number.NaN, 3: 4 }), {})).toBe(3);
  });
});

describe("the label", () => {
  const label = (values: Record<number, number>) => labelOf(daysBefore(end, "visits", values), plan(), end);

  test("1 below the factor, 0 at it and above", () => {
    const before = run(1, 29, 28);
    expect(label({ ...run(1, 1, 16), ...run(0, 17, 12), ...before })).toBe(1);
    expect(label({ ...run(1, 1, 17), ...run(0, 18, 11), ...before })).toBe(0);
    expect(label({ ...run(0.61, 1, 28), ...before })).toBe(0);
    expect(label({ ...run(0.59, 1, 28), ...before })).toBe(1);
    const half = plan({ label: { ...plan().label, factor: 0.5 } });
    expect(labelOf(daysBefore(end, "visits", { ...run(0.5, 1, 28), ...before }), half, end)).toBe(0);
  });

  test("looks at no day outside its two windows", () => {
    expect(label({ 0: 3, ...run(0.5, 1, 28), ...run(1, 29, 28), 57: 3 })).toBe(1);
    expect(label({ 0: 0, ...run(0.7, 1, 28), ...run(1, 29, 28), 57: 0 })).toBe(0);
    // the 28th day back belongs to the month itself, the 29th to the one before
    expect(label({ ...run(0.5, 1, 27), 28: 20, ...run(1, 29, 28) })).toBe(0);
    expect(label({ ...run(0.5, 1, 28), 29: 20, ...run(0.5, 30, 27) })).toBe(1);
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
