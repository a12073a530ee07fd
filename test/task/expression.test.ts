import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Expression,
  evaluate,
  expressionSchema,
  type Interval,
  metricsIn,
  rangeOf,
} from "../../src/task/expression.ts";

const bounds: ReadonlyMap<string, Interval> = new Map([
  ["a", { min: -3, max: 5 }],
  ["b", { min: 1, max: 4 }],
  ["c", { min: -9, max: -2 }],
]);

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.constantFrom<Expression>({ metric: "a" }, { metric: "b" }, { metric: "c" }),
  fc.integer({ min: -20, max: 20 }).map((n) => ({ number: n / 4 })),
);
const tree = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.record({
      op: fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const, "min" as const, "max" as const),
      args: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).node;
const within = ({ min, max }: Interval) => fc.double({ min, max, noNaN: true });
const values = fc.record({
  a: within(bounds.get("a") as Interval),
  b: within(bounds.get("b") as Interval),
  c: within(bounds.get("c") as Interval),
});

test("a value lies within the range that interval arithmetic gives", () => {
  let compared = 0;
  fc.assert(
    fc.property(tree, values, (expression, inputs) => {
      let range: Interval;
      try {
        range = rangeOf(expression, bounds);
      } catch {
        return;
      }
      const value = evaluate(expression, inputs);
      if (value === undefined) return;
      compared += 1;
      const slack = 1e-9 * (1 + Math.abs(range.min) + Math.abs(range.max));
      expect(value).toBeGreaterThanOrEqual(range.min - slack);
      expect(value).toBeLessThanOrEqual(range.max + slack);
    }),
    { numRuns: 3000, seed: 1 },
  );
  expect(compared).toBeGreaterThan(1000);
});

test("the range is reached where each metric occurs once", () => {
  const product: Expression = { op: "*", args: [{ metric: "a" }, { metric: "c" }] };
  expect(rangeOf(product, bounds)).toEqual({ min: -45, max: 27 });
  expect(rangeOf({ op: "-", args: [{ metric: "a" }, { metric: "b" }] }, bounds)).toEqual({ min: -7, max: 4 });
  expect(rangeOf({ op: "/", args: [{ metric: "a" }, { metric: "b" }] }, bounds)).toEqual({ min: -3, max: 5 });
  expect(rangeOf({ op: "max", args: [{ metric: "a" }, { number: 2 }] }, bounds)).toEqual({ min: 2, max: 5 });
});

describe("evaluate", () => {
  const sum: Expression = { op: "+", args: [{ metric: "a" }, { op: "*", args: [{ number: 2 }, { metric: "b" }] }] };

  test("computes", () => {
    expect(evaluate(sum, { a: 1, b: 3 })).toBe(7);
    expect(evaluate({ op: "-", args: [{ number: 9 }, { number: 2 }, { number: 3 }] }, {})).toBe(4);
    expect(metricsIn({ op: "+", args: [sum, { metric: "a" }] })).toEqual(["a", "b"]);
  });

  test("missing is not zero, and no number that is none gets through", () => {
    expect(evaluate(sum, { a: 1 })).toBeUndefined();
    expect(evaluate(sum, { a: Number.NaN, b: 1 })).toBeUndefined();
    expect(evaluate(sum, { a: Number.POSITIVE_INFINITY, b: 1 })).toBeUndefined();
    expect(evaluate({ op: "/", args: [{ metric: "a" }, { number: 0 }] }, { a: 1 })).toBeUndefined();
    expect(evaluate({ metric: "toString" }, {})).toBeUndefined();
    expect(evaluate({ metric: "constructor" }, {})).toBeUndefined();
  });
});

describe("rangeOf refuses", () => {
  test("unknown metrics", () => {
    expect(() => rangeOf({ metric: "weight" }, bounds)).toThrow('unknown metric "weight"');
  });
  test("a divisor that can be 0, also at the end of its range", () => {
    expect(() => rangeOf({ op: "/", args: [{ number: 1 }, { metric: "a" }] }, bounds)).toThrow("divisor");
    const zeroAtEnd: Expression = { op: "-", args: [{ metric: "b" }, { number: 1 }] };
    expect(() => rangeOf({ op: "/", args: [{ number: 1 }, zeroAtEnd] }, bounds)).toThrow("divisor");
  });
  test("trees deeper than 8", () => {
    const nested = (depth: number): Expression =>
      depth === 0 ? { number: 1 } : { op: "+", args: [nested(depth - 1)] };
    expect(rangeOf(nested(8), bounds)).toEqual({ min: 1, max: 1 });
    expect(() => rangeOf(nested(9), bounds)).toThrow("deeper");
  });
});

test("the schema takes trees and nothing else", () => {
  for (const good of [{ metric: "a" }, { number: 1 }, { op: "min", args: [{ metric: "a" }, { number: 2 }] }])
    expect(expressionSchema.safeParse(good).success).toBe(true);
  const bad = [
    { metric: "A" },
    { metric: "__proto__" },
    { number: Number.NaN },
    { number: "1" },
    { op: "^", args: [{ number: 1 }] },
    { op: "+", args: [] },
    { op: "+", args: new Array(9).fill({ number: 1 }) },
    { op: "+", args: [{ number: 1 }], extra: 1 },
    { metric: "a", number: 1 },
    [],
    null,
    "a",
  ];
  for (const one of bad) expect(expressionSchema.safeParse(one).success, JSON.stringify(one)).toBe(false);
});
