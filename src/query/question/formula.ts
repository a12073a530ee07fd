// Formulas of a question in terms of base metrics.
import type { Expression } from "../../task/expression.ts";
import type { Catalogue } from "./catalogue.ts";

/** Derived metrics replaced by their own formulas. */
export function expand(expression: Expression, catalogue: Pick<Catalogue, "metrics">): Expression {
  if ("number" in expression) return expression;
  if ("metric" in expression) {
    const known = catalogue.metrics.get(expression.metric)?.expression;
    return known === undefined || "metric" in known ? expression : known;
  }
  return { op: expression.op, args: expression.args.map((arg) => expand(arg, catalogue)) };
}
