// A derived metric as a small expression tree. It travels in the manifest; the device evaluates it and computes its
// range from the public bounds of the metrics in it. mathjs, which parses formulas, never enters the client.
import * as z from "zod/mini";
import { fail } from "../base/errors.ts";

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

export const expressionSchema: z.ZodMiniType<Expression> = z.union([
  z.strictObject({ metric: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/)) }),
  z.strictObject({ number: z.number() }),
  z.strictObject({
    op: z.enum(["+", "-", "*", "/", "min", "max"]),
    args: z.array(z.lazy(() => expressionSchema)).check(z.minLength(1), z.maxLength(ARGS_MAX)),
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
 * The range of an expression over the public ranges of its metrics (interval arithmetic: never too narrow).
 * @throws PacelineError invalid_query on an unknown metric, a divisor that can be 0, or a tree deeper than 8.
 */
export function rangeOf(expression: Expression, bounds: ReadonlyMap<string, Interval>, depth = 0): Interval {
  if (depth > DEPTH_MAX) fail("invalid_query", `an expression is nested deeper than ${DEPTH_MAX}`);
  if ("metric" in expression) {
    const range = bounds.get(expression.metric);
    if (range === undefined) fail("invalid_query", `unknown metric "${expression.metric}"`);
    return range;
  }
  if ("number" in expression) return { min: expression.number, max: expression.number };
  const ranges = expression.args.map((arg) => rangeOf(arg, bounds, depth + 1));
  return ranges.reduce((a, b) => {
    if (expression.op === "/" && b.min <= 0 && b.max >= 0) fail("invalid_query", "a divisor can be 0");
    if (expression.op === "-") return { min: a.min - b.max, max: a.max - b.min };
    const corners = [a.min, a.max].flatMap((x) => [b.min, b.max].map((y) => apply(expression.op, x, y)));
    return { min: Math.min(...corners), max: Math.max(...corners) };
  });
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
