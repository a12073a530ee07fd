// The metric registry as devices and services look it up: what wearables measure, in which unit, within which public
// bounds, for which purposes. Analysts name a metric; they never type bounds or sensitivities. The table itself is
// metrics/registry.json; docs/metrics.md shows it to people.
import type { Interval } from "./expression.ts";
import type { Coverage, Rule } from "./metrics/fields.ts";
import { formulaRows } from "./metrics/formulas.ts";
import { type AttributeId, attributeRows, type MetricId, metricRows } from "./metrics/rows.ts";
import type { Purpose } from "./purposes.ts";

export type { AttributeId, MetricId };

export interface Metric {
  readonly id: string;
  readonly title: string;
  /** UCUM */
  readonly unit: string;
  /** Public bounds of one day's value. Values outside are clipped on the device. */
  readonly clip: Interval;
  /** A value outside of these is a fault, not a measurement: missing, counted, never clipped. */
  readonly plausible: Interval;
  /** How several values of one day become one. */
  readonly rule: Rule;
  /** What a missing value means. */
  readonly coverage: Coverage;
  readonly purposes: readonly Purpose[];
}

/** What a member is, in bands and labels: may split a histogram. */
export interface Attribute {
  readonly id: string;
  readonly title: string;
  /** The public list, or null where the operator sets it. */
  readonly values: readonly string[] | null;
  /** Of what happens, on days, rather than is: values that one member counts for in one answer, each once. */
  readonly cap?: number | undefined;
  readonly purposes: readonly Purpose[];
}

export const baseMetrics: readonly (Metric & { readonly id: MetricId })[] = metricRows.map(
  ([id, title, unit, clip, plausible, rule, coverage, purposes]) => ({
    id,
    title,
    unit,
    clip: { min: clip[0], max: clip[1] },
    plausible: { min: plausible[0], max: plausible[1] },
    rule,
    coverage,
    purposes,
  }),
);

export const baseAttributes: readonly (Attribute & { readonly id: AttributeId })[] = attributeRows.map(
  ([id, title, values, purposes, cap]) => ({ id, title, values, purposes, ...(cap === null ? {} : { cap }) }),
);

/** A formula of the registry: what an expression of this text is called. */
export interface Formula {
  readonly id: string;
  readonly title: string;
  /** UCUM */
  readonly unit: string;
  /** As formulaOf writes it. */
  readonly formula: string;
}

/** What a party knows of metrics and attributes: the table that is built in, or more. */
export interface Registry {
  metric(id: string): Metric | undefined;
  attribute(id: string): Attribute | undefined;
  /** By its text. */
  formula(text: string): Formula | undefined;
  /** Whether a metric or a formula has this id. */
  knows(id: string): boolean;
  readonly rows: Rows;
  /** Public bounds of every metric, for interval arithmetic. */
  readonly bounds: ReadonlyMap<string, Interval>;
}

export interface Rows {
  readonly metrics: readonly Metric[];
  readonly attributes: readonly Attribute[];
  readonly formulas: readonly Formula[];
}

/** @param more rows beside the built-in ones; where an id or a formula is built in, the built-in row stays */
export function registryWith(more: Rows): Registry {
  // Built-in rows first, for order, and last, to stay.
  const metrics = new Map<string, Metric>(
    [...baseMetrics, ...more.metrics, ...baseMetrics].map((metric) => [metric.id, metric]),
  );
  const attributes = new Map<string, Attribute>(
    [...baseAttributes, ...more.attributes, ...baseAttributes].map((attribute) => [attribute.id, attribute]),
  );
  const formulas = new Map<string, Formula>(
    [...formulaRows, ...more.formulas, ...formulaRows].map((each) => [each.formula, each]),
  );
  const ids = new Set([...metrics.keys(), ...[...formulas.values()].map(({ id }) => id)]);
  return {
    metric: (id) => metrics.get(id),
    attribute: (id) => attributes.get(id),
    formula: (text) => formulas.get(text),
    knows: (id) => ids.has(id),
    rows: {
      metrics: [...metrics.values()],
      attributes: [...attributes.values()],
      formulas: [...formulas.values()],
    },
    bounds: new Map([...metrics.values()].map(({ id, clip }) => [id, clip])),
  };
}

export const builtIn: Registry = registryWith({ metrics: [], attributes: [], formulas: [] });

export const metricById: Registry["metric"] = (id) => builtIn.metric(id);

/** Whether somebody can have measured this. */
export function isPlausible({ plausible }: Metric, value: number): boolean {
  return value >= plausible.min && value <= plausible.max;
}
