// A registry, the built-in one or with an operator's rows, as a catalogue.
import { queryableMetrics } from "../../task/derived.ts";
import { metricsIn } from "../../task/expression.ts";
import { type OperatorRegistry, registryOf } from "../../task/metrics/definition.ts";
import type { Attribute, Registry } from "../../task/metrics.ts";
import type { Catalogue, CatalogueMetric } from "./catalogue.ts";

/** Guidelines and members speak of these a week. */
const weekly: ReadonlySet<string> = new Set(["moderate", "vigorous", "exercise", "exercise_sessions"]);

/** Counted events and weekly amounts, and formulas of nothing else. */
function perOf(metrics: readonly string[], registry: Registry): CatalogueMetric["per"] {
  const isWeekly = (id: string) => weekly.has(id) || registry.metric(id)?.coverage === "counted";
  return metrics.length > 0 && metrics.every(isWeekly) ? "week" : "day";
}

/** With the operator's own rows, and its lists of values: of attributes without one, or in place of the usual ones. */
export function operatorCatalogue(operator: OperatorRegistry): Catalogue {
  const registry = registryOf(operator);
  const listOf = ({ id, values }: Attribute) => (Object.hasOwn(operator.lists, id) ? operator.lists[id] : values) ?? [];
  return {
    registry,
    metrics: new Map(
      queryableMetrics(registry).map((metric) => [
        metric.id,
        { ...metric, per: perOf(metricsIn(metric.expression), registry) },
      ]),
    ),
    attributes: new Map(
      registry.rows.attributes.map((each) => [
        each.id,
        { id: each.id, title: each.title, values: listOf(each), cap: each.cap },
      ]),
    ),
  };
}

/** @param lists public lists that the operator sets, by attribute: of those without one, or narrower ones */
export function builtInCatalogue(lists: OperatorRegistry["lists"] = {}): Catalogue {
  return operatorCatalogue({ definitions: [], lists });
}
