// The metric registry as devices and services look it up: what wearables measure, in which unit, within which public
// bounds, for which purposes. Analysts name a metric; they never type bounds or sensitivities. The table itself is
// metrics/registry.json; docs/metrics.md shows it to people.
import type { Interval } from "./expression.ts";
import type { Coverage, Rule } from "./metrics/fields.ts";
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
  ([id, title, values, purposes]) => ({ id, title, values, purposes }),
);

/** What a party knows of metrics and attributes: the table that is built in, or more. */
export interface Registry {
  metric(id: string): Metric | undefined;
  attribute(id: string): Attribute | undefined;
  /** Public bounds of every metric, for interval arithmetic. */
  readonly bounds: ReadonlyMap<string, Interval>;
}

/** @param more definitions beside the built-in ones; where an id is built in, the built-in row stays */
export function registryWith(more: {
  readonly metrics: readonly Metric[];
  readonly attributes: readonly Attribute[];
}): Registry {
  const metrics = new Map([...more.metrics, ...baseMetrics].map((metric) => [metric.id, metric]));
  const attributes = new Map<string, Attribute>(
    [...more.attributes, ...baseAttributes].map((attribute) => [attribute.id, attribute]),
  );
  return {
    metric: (id) => metrics.get(id),
    attribute: (id) => attributes.get(id),
    bounds: new Map([...metrics.values()].map(({ id, clip }) => [id, clip])),
  };
}

export const builtIn: Registry = registryWith({ metrics: [], attributes: [] });

export const metricById = builtIn.metric;
export const attributeById = builtIn.attribute;

/** Public bounds of every base metric. */
export const metricBounds = builtIn.bounds;

/** Whether somebody can have measured this. */
export function isPlausible({ plausible }: Metric, value: number): boolean {
  return value >= plausible.min && value <= plausible.max;
}
