// Formulas of a question in terms of base metrics, and in one order: what adds up to the same is the same question.
import { type Expression, formulaOf, metricsIn } from "../../task/expression.ts";
import type { Catalogue, CatalogueMetric } from "./catalogue.ts";

/** Derived metrics replaced by their own formulas. */
export function expand(expression: Expression, catalogue: Pick<Catalogue, "metrics">): Expression {
  if ("number" in expression) return expression;
  if ("metric" in expression) {
    const known = catalogue.metrics.get(expression.metric)?.expression;
    return known === undefined || "metric" in known ? expression : known;
  }
  return { op: expression.op, args: expression.args.map((arg) => expand(arg, catalogue)) };
}

const ARGS_MAX = 8;
const commutes: ReadonlySet<string> = new Set(["+", "*", "min", "max"]);

/** Sums, products and extremes without brackets in them, ordered by the metrics that are read. */
export function ordered(expression: Expression): Expression {
  if (!("op" in expression)) return expression;
  const { op } = expression;
  const args = expression.args.map(ordered);
  if (!commutes.has(op)) return { op, args };
  const flat = args.flatMap((arg) => ("op" in arg && arg.op === op ? arg.args : [arg]));
  const keyed = (flat.length > ARGS_MAX ? args : flat).map((arg) => ({ arg, key: keyOf(arg, op) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { op, args: keyed.map(({ arg }) => arg) };
}

/** "2 * vigorous", but "max(mood - 5, 0)"; of two that read the same, the shorter one first. */
function keyOf(expression: Expression, op: string): string {
  const text = formulaOf(expression);
  const read = metricsIn(expression).join(" ") || (op === "*" ? "" : "~");
  return `${read}\n${`${text.length}`.padStart(5, "0")}\n${text}`;
}

/** The registry's row whose formula this is, in whatever order it was written. */
export function namedFormula(
  expression: Expression,
  { metrics }: Pick<Catalogue, "metrics">,
): CatalogueMetric | undefined {
  const text = formulaOf(ordered(expression));
  for (const metric of metrics.values())
    if ("op" in metric.expression && formulaOf(ordered(metric.expression)) === text) return metric;
  return undefined;
}
