// What an analyst can name: metrics, and formulas of them. Formulas are compiled here, on the analyst's side; a manifest
// carries the tree.
import { compileFormula } from "./compile.ts";
import { type Expression, type Interval, metricsIn, rangeOf } from "./expression.ts";
import { builtIn, type Formula, type Registry } from "./metrics.ts";
import type { Purpose } from "./purposes.ts";

export interface QueryableMetric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly expression: Expression;
  readonly range: Interval;
  readonly purposes: readonly Purpose[];
}

/** @throws PacelineError invalid_query when the formula cannot be, or its metrics share no purpose */
export function derive({ id, title, unit, formula }: Formula, registry: Registry): QueryableMetric {
  const expression = compileFormula(formula);
  const range = rangeOf(expression, registry.bounds);
  const [first = [], ...others] = metricsIn(expression).map((metric) => registry.metric(metric)?.purposes ?? []);
  const purposes = first.filter((purpose) => others.every((list) => list.includes(purpose)));
  return { id, title, unit, expression, range, purposes };
}

const compiled = new WeakMap<Registry, ReadonlyMap<string, QueryableMetric>>();

function queryables(registry: Registry): ReadonlyMap<string, QueryableMetric> {
  const known = compiled.get(registry);
  if (known !== undefined) return known;
  const { metrics, formulas } = registry.rows;
  const all = [
    ...metrics.map(({ id, title, unit, clip, purposes }): QueryableMetric => {
      return { id, title, unit, expression: { metric: id }, range: clip, purposes };
    }),
    ...formulas.map((formula) => derive(formula, registry)),
  ];
  const byId = new Map(all.map((metric) => [metric.id, metric]));
  compiled.set(registry, byId);
  return byId;
}

/** Every metric an analyst can name. */
export function queryableMetrics(registry: Registry = builtIn): readonly QueryableMetric[] {
  return [...queryables(registry).values()];
}

export function queryableMetric(id: string, registry: Registry = builtIn): QueryableMetric | undefined {
  return queryables(registry).get(id);
}
