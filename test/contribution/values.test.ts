// What devices compute beyond a mean of the window: changes, trends, conditions.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeStatistics, memberValues, passes } from "../../src/contribution/statistics.ts";
import { describeProduct } from "../../src/task/describe.ts";
import { partColumns } from "../../src/task/encoders/kinds.ts";
import { type ProductEncoder, productMap, productSensitivity } from "../../src/task/encoders/product.ts";
import type { StatisticsSource } from "../../src/task/statistics.ts";
import { type Condition, type SourceValue, valueRange } from "../../src/task/values.ts";

const steps = { expression: { metric: "steps" }, times: 1, daysMin: 2 } as const;
const window = { start: 100, end: 128 };
const at = (day: number, value: number) => ({ day, values: { steps: value } });
const told = (value: SourceValue, ...days: ReturnType<typeof at>[]) =>
  memberValues({ days, profile: {} }, { values: [value] }, window)[0];

describe("a change", () => {
  const change: SourceValue = { kind: "change", ...steps, since: 114 };
  test("is the mean from the day on less the mean before", () => {
    expect(told(change, at(112, 1000), at(113, 3000), at(114, 5000), at(115, 7000))).toBe(4000);
  });

  test("needs enough days on either side, none of them outside of the window", () => {
    expect(told(change, at(113, 3000), at(114, 5000), at(115, 7000))).toBeUndefined();
    expect(told(change, at(112, 1000), at(113, 3000), at(115, 7000), at(128, 7000))).toBeUndefined();
    expect(told(change, at(98, 1), at(99, 1), at(114, 5000), at(115, 7000))).toBeUndefined();
  });
});

describe("a trend", () => {
  const trend: SourceValue = { kind: "trend", ...steps, periods: 4 };
  const week = (index: number, value: number) => [at(100 + 7 * index, value), at(106 + 7 * index, value)];

  test("is the least-squares slope over the periods", () => {
    expect(told(trend, ...[0, 1, 2, 3].flatMap((i) => week(i, 5000 + 100 * i)))).toBeCloseTo(100, 9);
    expect(told(trend, ...week(0, 0), ...week(1, 100), ...week(2, 0), ...week(3, 100))).toBeCloseTo(20, 9);
  });

  test("is of the periods that have a mean, half of them at least", () => {
    expect(told(trend, ...week(1, 1000), ...week(3, 2000))).toBeCloseTo(500, 9);
    expect(told(trend, ...week(1, 1000))).toBeUndefined();
    expect(told({ ...trend, periods: 7 }, at(100, 1), at(101, 1), at(104, 2), at(105, 2))).toBeUndefined();
  });
});

test("a mean of some days is of these alone", () => {
  const mean: SourceValue = { kind: "mean", ...steps, days: { start: 107, end: 114 } };
  expect(told(mean, at(106, 9000), at(107, 1000), at(113, 2000), at(114, 9000))).toBe(1500);
  expect(told(mean, at(106, 9000), at(107, 1000))).toBeUndefined();
});

const more: Condition = { ...steps, op: ">=", value: 2000 };
const less: Condition = { ...steps, op: "<", value: 4000 };
const days = (value: number) => [at(100, value), at(101, value)];

test("conditions hold all together, and of nobody without a value", () => {
  const all: SourceValue = { kind: "all", of: [more, less] };
  expect([1999, 2000, 3999, 4000].map((value) => told(all, ...days(value)))).toEqual([0, 1, 1, 0]);
  expect(told(all, at(100, 3000))).toBeUndefined();
});

test("a threshold leaves out who does not pass it, and who has no value", () => {
  const filter = { where: [], thresholds: [more] };
  const pass = (...own: ReturnType<typeof at>[]) => passes({ days: own, profile: {} }, filter, window);
  expect([pass(...days(2000)), pass(...days(1999)), pass(at(100, 3000)), pass()]).toEqual([true, false, false, false]);
  const source: StatisticsSource = {
    kind: "statistics",
    values: [{ kind: "presence" }],
    ...filter,
    answers: [{ statistic: "count", part: 0 }],
  };
  const encoder: ProductEncoder = {
    kind: "product",
    groups: [],
    parts: [{ kind: "histogram", value: 0, edges: [0, 2], weight: 1, fanout: null }],
  };
  expect(encodeStatistics({ days: days(1999), profile: {} }, source, encoder, window).isNull).toBe(true);
  expect(encodeStatistics({ days: days(2000), profile: {} }, source, encoder, window).isNull).toBe(false);
  expect(describeProduct(source, encoder)).toBe(
    "that you take part; only where your average daily steps is at least 2000",
  );
});

const someDays = fc.array(fc.tuple(fc.integer({ min: 90, max: 140 }), fc.double({ noNaN: false })), { maxLength: 40 });
const someValue = fc.oneof(
  fc.integer({ min: 101, max: 127 }).map((since): SourceValue => ({ kind: "change", ...steps, since })),
  fc.constantFrom(2, 4, 7).map((periods): SourceValue => ({ kind: "trend", ...steps, periods })),
  fc.constantFrom(0, 7, 21).map((from): SourceValue => {
    const start = 100 + from;
    return { kind: "mean", ...steps, days: { start, end: start + 7 } };
  }),
);

test("whatever the days hold, a value is none or within its public range", () => {
  fc.assert(
    fc.property(someDays, someValue, (all, value) => {
      const [low, high] = valueRange(value);
      const own = told(value, ...all.map(([day, amount]) => at(day, amount)));
      if (own === undefined) return;
      expect(own).toBeGreaterThanOrEqual(low * (1 + 1e-12));
      expect(own).toBeLessThanOrEqual(high * (1 + 1e-12));
    }),
  );
});

test("a member who answers for twelve periods at once moves the released rows by no more than the joint sensitivity", () => {
  const periods = 12;
  const long = { start: 0, end: 84 };
  const values = Array.from({ length: periods }, (_, i): SourceValue => {
    return { kind: "mean", ...steps, daysMin: 1, days: { start: 7 * i, end: 7 * i + 7 } };
  });
  const parts = values.map((_, value) => ({
    ...{ kind: "moments" as const, values: [value], clip: [[0, 30_000] as [number, number]], order: 3 },
    ...{ resolution: 100, weight: 1 },
  }));
  const encoder: ProductEncoder = { kind: "product", groups: [], parts };
  const source: StatisticsSource = { kind: "statistics", values, where: [], answers: [] };
  const { l1, l2Squared } = productSensitivity(encoder);
  const { rows } = productMap(encoder);
  expect(l2Squared).toBe(BigInt(periods * 100 ** 2));
  const norms = (own: readonly { day: number; values: { steps: number } }[]) => {
    const { vector } = encodeStatistics({ days: own, profile: {} }, source, encoder, long);
    expect(vector).toHaveLength(periods * partColumns(parts[0] as (typeof parts)[number]));
    const moved = rows.map((row) => {
      let sum = 0;
      for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (vector[row[i] as number] as number);
      return sum;
    });
    return [moved.reduce((sum, x) => sum + Math.abs(x), 0), moved.reduce((sum, x) => sum + x * x, 0)] as const;
  };
  const day = fc.tuple(fc.integer({ min: -5, max: 90 }), fc.double({ noNaN: false }));
  fc.assert(
    fc.property(fc.array(day, { maxLength: 100 }), (all) => {
      const [one, two] = norms(all.map(([when, amount]) => at(when, amount)));
      expect(one).toBeLessThanOrEqual(Number(l1));
      expect(two).toBeLessThanOrEqual(Number(l2Squared));
    }),
  );
  const everyDay = Array.from({ length: 84 }, (_, i) => at(i, 30_000));
  expect(norms(everyDay)).toEqual([Number(l1), Number(l2Squared)]);
});

test("members read what is told of each period once, and what a change and a trend are", () => {
  const source: StatisticsSource = {
    kind: "statistics",
    values: [
      { kind: "mean", ...steps, days: { start: 0, end: 7 } },
      { kind: "mean", ...steps, days: { start: 7, end: 14 } },
      { kind: "change", ...steps, since: 7 },
      { kind: "trend", ...steps, periods: 2 },
      { kind: "all", of: [more, less] },
    ],
    where: [],
    answers: [],
  };
  const encoder: ProductEncoder = {
    kind: "product",
    groups: [],
    parts: source.values.map((_, value) => ({ kind: "histogram", value, edges: [0, 1, 2], weight: 1, fanout: null })),
  };
  expect(describeProduct(source, encoder)).toBe(
    "your average daily steps, as one of 2 ranges, in each of 2 periods of 7 days; " +
      "by how much your average daily steps changed from the days before 1970-01-08 to those from it on, as one of 2 ranges; " +
      "how fast your average daily steps rises or falls over 2 periods, as one of 2 ranges; " +
      "whether your average daily steps is at least 2000 and your average daily steps is below 4000",
  );
});
