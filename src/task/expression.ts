// A derived metric as a small expression tree. It travels in the manifest; the device evaluates it and computes its
// range from the public bounds of the metrics in it. mathjs, which parses formulas, never enters the client.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";

export type Expression =
  | { readonly metric: string }
  | { readonly number: number }
  | { readonly op: Operator; readonly args: readonly Expression[] };

type Operator = "+" | "-" | "*" | "/" | "min" | "max";

export interface Interval {
  readonly min: number;
  readonly max: number;
}

const DEPTH_MAX = 8;
const ARGS_MAX = 8;
/** Numbers, metrics and operators of one tree. */
const PARTS_MAX = 64;

export const expressionSchema: z.Schema<Expression> = z.union([
  z.strictObject({ metric: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/)) }),
  z.strictObject({ number: z.number() }),
  z.strictObject({
    op: z.enum(["+", "-", "*", "/", "min", "max"]),
    args: z.array(z.lazy(() => expressionSchema)).check(z.minLength(2), z.maxLength(ARGS_MAX)),
  }),
]);

/** The metrics an expression reads, each once, in order of appearance. */
export function metricsIn(expression: Expression): readonly string[] {
  if ("metric" in expression) return [expression.metric];
  if ("number" in expression) return [];
  return [...new Set(expression.args.flatMap(metricsIn))];
}

/** The value, or undefined when a metric in it is missing: missing is not zero. */
export function evaluate(
  expression: Expression,
  values: Readonly<Record<string, number | undefined>>,
): number | undefined {
  if ("metric" in expression) {
    const value = Object.hasOwn(values, expression.metric) ? values[expression.metric] : undefined;
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  }
  if ("number" in expression) return expression.number;
  const args: number[] = [];
  for (const arg of expression.args) {
    const value = evaluate(arg, values);
    if (value === undefined) return undefined;
    args.push(value);
  }
  const result = args.reduce((a, b) => apply(expression.op, a, b));
  return Number.isFinite(result) ? result : undefined;
}

/**
 * The range of an expression over the public ranges of its metrics, by interval arithmetic: never too narrow, as each
 * operation, rounding included, is monotone in each of its arguments.
 * @throws PacelineError invalid_query on an unknown metric, a divisor that can be 0, a range that no double holds, a tree
 * deeper than 8 or of more than 64 parts.
 */
export function rangeOf(expression: Expression, bounds: ReadonlyMap<string, Interval>): Interval {
  let parts = 0;
  const visit = (node: Expression, depth: number): Interval => {
    if (depth > DEPTH_MAX) fail("invalid_query", `an expression is nested deeper than ${DEPTH_MAX}`);
    if (++parts > PARTS_MAX) fail("invalid_query", `an expression has more than ${PARTS_MAX} parts`);
    if ("metric" in node) return bounds.get(node.metric) ?? fail("invalid_query", `unknown metric "${node.metric}"`);
    if ("number" in node) return finite({ min: node.number, max: node.number });
    if (node.args.length < 2) fail("invalid_query", `"${node.op}" needs two arguments or more`);
    return node.args.map((arg) => visit(arg, depth + 1)).reduce((a, b) => combine(node.op, a, b));
  };
  return visit(expression, 0);
}

function combine(op: Operator, a: Interval, b: Interval): Interval {
  if (op === "/" && b.min <= 0 && b.max >= 0) fail("invalid_query", "a divisor can be 0");
  if (op === "-") return finite({ min: a.min - b.max, max: a.max - b.min });
  const corners = [a.min, a.max].flatMap((x) => [b.min, b.max].map((y) => apply(op, x, y)));
  return finite({ min: Math.min(...corners), max: Math.max(...corners) });
}

/** Infinity times 0 is no number, and compares as if it were inside every range: so none may ever arise. */
function finite(range: Interval): Interval {
  if (!(Number.isFinite(range.min) && Number.isFinite(range.max)))
    fail("invalid_query", "an expression leaves the range of numbers");
  return range;
}

const strength: Readonly<Record<Operator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, min: 3, max: 3 };

/** The expression as people write it. Two trees with one text compute the same; `compileFormula` turns it back. */
export function formulaOf(expression: Expression): string {
  if ("metric" in expression) return expression.metric;
  if ("number" in expression) return expression.number < 0 ? `(${expression.number})` : `${expression.number}`;
  const { op, args } = expression;
  if (op === "min" || op === "max") return `${op}(${args.map(formulaOf).join(", ")})`;
  const part = (arg: Expression, place: number): string => {
    const weaker = "op" in arg && strength[arg.op] < strength[op] + (place === 0 ? 0 : 1);
    return weaker ? `(${formulaOf(arg)})` : formulaOf(arg);
  };
  return args.map(part).join(` ${op} `);
}

function apply(op: Operator, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
  }
}
