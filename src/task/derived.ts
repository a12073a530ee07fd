// Metrics derived from others by a formula. Compiled here, on the analyst's side; a manifest carries the tree.
import { compileFormula } from "./compile.ts";
import { type Expression, type Interval, metricsIn, rangeOf } from "./expression.ts";
import { formulaRows } from "./metrics/formulas.ts";
import { baseMetrics, metricBounds, metricById } from "./metrics.ts";
import type { Purpose } from "./purposes.ts";

export interface QueryableMetric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly expression: Expression;
  readonly range: Interval;
  readonly purposes: readonly Purpose[];
}

function derive(entry: (typeof formulaRows)[number]): QueryableMetric {
  const expression = compileFormula(entry.formula);
  const parts = metricsIn(expression).map((id) => metricById(id)?.purposes ?? []);
  const purposes = (parts[0] ?? []).filter((purpose) => parts.every((list) => list.includes(purpose)));
  return { ...entry, expression, range: rangeOf(expression, metricBounds), purposes };
}

const registry: ReadonlyMap<string, QueryableMetric> = new Map(
  [
    ...baseMetrics.map((m) => ({
      id: m.id,
      title: m.title,
      unit: m.unit,
      expression: { metric: m.id },
      range: m.clip,
      purposes: m.purposes,
    })),
    ...formulaRows.map(derive),
  ].map((metric) => [metric.id, metric]),
);

/** Every metric an analyst can name. */
export function queryableMetrics(): readonly QueryableMetric[] {
  return [...registry.values()];
}

export function queryableMetric(id: string): QueryableMetric | undefined {
  return registry.get(id);
}
