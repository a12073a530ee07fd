import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeParse } from "../../src/base/schema.ts";
import { compileFormula } from "../../src/task/compile.ts";
import {
  type Expression,
  evaluate,
  expressionSchema,
  formulaOf,
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
  fc.constantFrom(1e308, -1e308, 1e-308, 5e-324, 0, -0, 1e154, 0.1).map((number) => ({ number })),
);
const tree = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.record({
      op: fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const, "min" as const, "max" as const),
      args: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).node;
const within = ({ min, max }: Interval) => fc.double({ min, max, noNaN: true });
const values = fc.record({
  a: within(bounds.get("a") as Interval),
  b: within(bounds.get("b") as Interval),
  c: within(bounds.get("c") as Interval),
});

/** The range, or undefined where the expression is refused, which must be a refusal and nothing else. */
function rangeIfAny(expression: Expression): Interval | undefined {
  try {
    return rangeOf(expression, bounds);
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_query" });
    return undefined;
  }
}

test("over 100,000 trees: what has a range evaluates to a number inside it, to the last bit", () => {
  let [compared, refused] = [0, 0];
  fc.assert(
    fc.property(tree, values, (expression, inputs) => {
      const range = rangeIfAny(expression);
      if (range === undefined) {
        refused += 1;
        return;
      }
      compared += 1;
      const value = evaluate(expression, inputs) as number;
      if (!(Number.isFinite(value) && value >= range.min && value <= range.max))
        throw new Error(`${value} is not in ${range.min} … ${range.max}`);
    }),
    { numRuns: 100_000, seed: 1 },
  );
  expect(compared).toBeGreaterThan(50_000);
  expect(refused).toBeGreaterThan(5_000);
});

test("ranges that overflow are refused: infinity times 0 would be inside every range", () => {
  const times = (a: Expression, b: Expression): Expression => ({ op: "*", args: [a, b] });
  const huge = times({ metric: "b" }, { number: 1e308 });
  const zero = times({ metric: "b" }, { number: 0 });
  const bad: Expression[] = [
    times(huge, zero),
    huge,
    { op: "+", args: [{ number: 1.7e308 }, { number: 1.7e308 }] },
    { op: "-", args: [{ number: -1.7e308 }, { number: 1.7e308 }] },
    { op: "/", args: [{ metric: "b" }, { number: 1e-309 }] },
    { op: "/", args: [{ metric: "b" }, zero] },
    { op: "/", args: [{ metric: "b" }, times(huge, { number: 0 })] },
    { number: Number.NaN },
    { number: Number.POSITIVE_INFINITY },
  ];
  for (const one of bad) expect(rangeIfAny(one), JSON.stringify(one)).toBeUndefined();
});

test("one text, one meaning: a tree's formula compiles to a tree that computes the same", () => {
  fc.assert(
    fc.property(tree, values, (expression, inputs) => {
      if (rangeIfAny(expression) === undefined) return;
      const text = formulaOf(expression);
      if (text.length > 250) return;
      const again = compileFormula(text);
      expect((evaluate(again, inputs) as number) + 0).toBe((evaluate(expression, inputs) as number) + 0);
      expect(formulaOf(compileFormula(formulaOf(again)))).toBe(formulaOf(again));
    }),
    { numRuns: 2000, seed: 2 },
  );
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
      depth === 0 ? { number: 1 } : { op: "max", args: [nested(depth - 1), { number: 0 }] };
    expect(rangeOf(nested(8), bounds)).toEqual({ min: 1, max: 1 });
    expect(() => rangeOf(nested(9), bounds)).toThrow("deeper");
  });
  test("trees of more than 64 parts, and operators without a second argument", () => {
    const wide = (width: number): Expression => ({
      op: "+",
      args: Array.from({ length: 8 }, () => ({ op: "+", args: new Array<Expression>(width).fill({ number: 1 }) })),
    });
    expect(rangeOf(wide(6), bounds)).toEqual({ min: 48, max: 48 });
    expect(() => rangeOf(wide(8), bounds)).toThrow("64 parts");
    for (const op of ["-", "/", "min"] as const)
      expect(() => rangeOf({ op, args: [{ metric: "a" }] }, bounds)).toThrow("two arguments");
  });
});

test("the schema takes trees and nothing else", () => {
  for (const good of [{ metric: "a" }, { number: 1 }, { op: "min", args: [{ metric: "a" }, { number: 2 }] }])
    expect(safeParse(expressionSchema, good).success).toBe(true);
  const bad = [
    { metric: "A" },
    { metric: "__proto__" },
    { number: Number.NaN },
    { number: "1" },
    { op: "^", args: [{ number: 1 }] },
    { op: "+", args: [] },
    { op: "-", args: [{ metric: "a" }] },
    { op: "min", args: [{ metric: "a" }] },
    { op: "+", args: new Array(9).fill({ number: 1 }) },
    { op: "+", args: [{ number: 1 }], extra: 1 },
    { metric: "a", number: 1 },
    [],
    null,
    "a",
  ];
  for (const one of bad) expect(safeParse(expressionSchema, one).success, JSON.stringify(one)).toBe(false);
});
