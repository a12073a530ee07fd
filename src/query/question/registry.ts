// A registry, the built-in one or with an operator's rows, as a catalogue.
import { queryableMetrics } from "../../task/derived.ts";
import { metricsIn } from "../../task/expression.ts";
import { builtIn, type Registry } from "../../task/metrics.ts";
import type { Catalogue, CatalogueMetric } from "./catalogue.ts";

/** Guidelines and members speak of these a week. */
const weekly: ReadonlySet<string> = new Set(["moderate", "vigorous", "exercise", "exercise_sessions"]);

/** Counted events and weekly amounts, and formulas of nothing else. */
function perOf(metrics: readonly string[], registry: Registry): CatalogueMetric["per"] {
  const isWeekly = (id: string) => weekly.has(id) || registry.metric(id)?.coverage === "counted";
  return metrics.length > 0 && metrics.every(isWeekly) ? "week" : "day";
}

/** @param values public lists that the operator sets, by attribute: of those without one, or narrower ones */
export function catalogueOf(registry: Registry, values: Readonly<Record<string, readonly string[]>> = {}): Catalogue {
  return {
    metrics: new Map(
      queryableMetrics(registry).map((metric) => [
        metric.id,
        { ...metric, per: perOf(metricsIn(metric.expression), registry) },
      ]),
    ),
    attributes: new Map(
      registry.rows.attributes.map(({ id, title, values: own }) => [
        id,
        { id, title, values: (Object.hasOwn(values, id) ? values[id] : own) ?? [] },
      ]),
    ),
  };
}

export function builtInCatalogue(values: Readonly<Record<string, readonly string[]>> = {}): Catalogue {
  return catalogueOf(builtIn, values);
}
