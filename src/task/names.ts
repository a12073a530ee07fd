// What an expression is called, by the registry of whoever reads it: never by what a manifest calls it. A base metric
// has its own name, a formula of the registry the registry's, and every other formula is called by its own text.
import { type Expression, formulaOf } from "./expression.ts";
import { builtIn, type Registry } from "./metrics.ts";

export interface MetricName {
  readonly metric: string;
  readonly title: string;
  /** UCUM; an annotation for a formula whose unit nobody has stated. */
  readonly unit: string;
}

/** @returns the only name that goes with `expression`, or undefined where a metric in it is unknown here */
export function nameOf(expression: Expression, registry: Registry = builtIn): MetricName | undefined {
  if ("metric" in expression) {
    const metric = registry.metric(expression.metric);
    return metric === undefined ? undefined : { metric: metric.id, title: metric.title, unit: metric.unit };
  }
  const text = formulaOf(expression);
  const known = registry.formula(text);
  return known === undefined
    ? { metric: "formula", title: text, unit: "{formula}" }
    : { metric: known.id, title: known.title, unit: known.unit };
}
