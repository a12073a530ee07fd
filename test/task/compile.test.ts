import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileFormula } from "../../src/task/compile.ts";
import { queryableMetric, queryableMetrics } from "../../src/task/derived.ts";
import { evaluate } from "../../src/task/expression.ts";

describe("allowed", () => {
  test.each([
    ["moderate + 2 * vigorous", { moderate: 30, vigorous: 10 }, 50],
    ["-(a - b) / 4", { a: 1, b: 9 }, 2],
    ["min(a, b, 3) * max(a, b)", { a: 5, b: 7 }, 21],
    ["2 a", { a: 3 }, 6],
    ["1e2 + .5", {}, 100.5],
  ])("%s", (formula, values, result) => {
    expect(evaluate(compileFormula(formula), values)).toBe(result);
  });

  test("agrees with arithmetic", () => {
    const number = fc.integer({ min: 1, max: 99 });
    const text = fc.letrec<{ e: string }>((tie) => ({
      e: fc.oneof(
        { maxDepth: 4 },
        number.map(String),
        fc.tuple(tie("e"), fc.constantFrom("+", "-", "*"), tie("e")).map(([a, op, b]) => `(${a} ${op} ${b})`),
      ),
    })).e;
    fc.assert(
      fc.property(text, (formula) => {
        // The text is made of digits, operators and parentheses only.
        const expected = new Function(`return ${formula}`)() as number;
        expect(evaluate(compileFormula(formula), {})).toBe(expected + 0);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

const hostile = [
  "",
  "import({})",
  'import("fs")',
  "f(x) = x",
  "a = 1",
  "a.b = 1",
  "a += 1",
  "1; 2",
  "1\n2",
  "5 cm to inch",
  "2 cm",
  '"text"',
  "'text'",
  "[1, 2, 3]",
  "[1, 2; 3, 4][1, 1]",
  "{a: 1}",
  "a[1]",
  "a.constructor",
  "constructor.constructor('return 1')()",
  'cos.constructor("return process")()',
  "a ? b : c",
  "1:10",
  "a ^ 2",
  "a ** 2",
  "a!",
  "a'",
  "a == b",
  "a and b",
  "not a",
  "a mod 2",
  "a | b",
  "~a",
  "+a",
  "sqrt(a)",
  "eval('1')",
  'evaluate("1")',
  "parse(1)",
  "random()",
  "min()",
  "max()",
  "min",
  "true",
  "null",
  "0x10 ^ 1",
  "1e999",
  "NaN",
  "function(x) { return x }",
  "(((((",
  "a -> b",
];

describe("refused", () => {
  test.each(hostile.filter((formula) => !["min", "NaN", "2 cm"].includes(formula)))("%j", (formula) => {
    expect(() => compileFormula(formula)).toThrow(expect.objectContaining({ code: "invalid_query" }));
  });

  test("names stay names: a unit, a constant or a function's name is a metric that nobody knows", () => {
    for (const name of ["min", "cm", "pi", "i", "process"]) expect(compileFormula(name)).toEqual({ metric: name });
  });

  test("nesting of any depth is refused or compiled, never a crash", () => {
    for (const depth of [10, 1000, 100_000]) {
      const formula = `${"(".repeat(depth)}1${")".repeat(depth)}`;
      if (depth <= 16) expect(compileFormula(formula)).toEqual({ number: 1 });
      else expect(() => compileFormula(formula)).toThrow(expect.objectContaining({ code: "invalid_query" }));
    }
  });

  test.each([
    ["20,000 terms", Array(20_000).fill("a").join("+")],
    ["20,000 signs", `${"-".repeat(20_000)}a`],
    ["as many signs as are read", `${"-".repeat(255)}a`, true],
    ["255 nots", `${"not ".repeat(63)}a`],
    ["128 powers", Array(128).fill("a").join("^")],
    ["60 conditions", `${"a?b:".repeat(60)}c`],
    ["20,000 arguments", `max(${Array(20_000).fill("a").join(",")})`],
    ["one long name", "a".repeat(1_000_000)],
  ])("%s: an error of ours or a tree, in no time", (_, formula, compiles = false) => {
    if (compiles) expect(compileFormula(formula)).toBeDefined();
    else expect(() => compileFormula(formula)).toThrow(expect.objectContaining({ code: "invalid_query" }));
  });

  test("a minimum of one thing is that thing, and has its name", () => {
    expect(compileFormula("min(max(a))")).toEqual({ metric: "a" });
  });
});

test("a derived metric has the range and only the purposes of its parts", () => {
  expect(queryableMetric("mvpa")).toMatchObject({
    unit: "min",
    range: { min: 0, max: 900 },
    expression: { op: "+", args: [{ metric: "moderate" }, { op: "*", args: [{ number: 2 }, { metric: "vigorous" }] }] },
  });
  expect(new Set(queryableMetrics().map(({ id }) => id)).size).toBe(queryableMetrics().length);
  expect(queryableMetric("toString")).toBeUndefined();
});
