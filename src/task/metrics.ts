// The metric registry: what wearables measure, in which unit, within which public bounds, for which purposes. Analysts
// name a metric; they never type bounds or sensitivities. A device pins this list and refuses what is not in it.
import type { Interval } from "./expression.ts";
import type { Purpose } from "./purposes.ts";

export interface Metric {
  readonly id: string;
  readonly title: string;
  /** UCUM */
  readonly unit: string;
  /** LOINC, where there is one */
  readonly loinc?: string;
  /** Public bounds of one day's value. Values outside are clipped on the device. */
  readonly clip: Interval;
  readonly purposes: readonly Purpose[];
}

const everyday: readonly Purpose[] = ["service-improvement", "research", "model-training"];

export const baseMetrics: readonly Metric[] = [
  {
    id: "rhr",
    title: "resting heart rate",
    unit: "/min",
    loinc: "40443-4",
    clip: { min: 35, max: 110 },
    purposes: everyday,
  },
  { id: "sleep", title: "sleep", unit: "min", loinc: "93832-4", clip: { min: 0, max: 840 }, purposes: everyday },
  { id: "steps", title: "steps", unit: "{steps}", loinc: "41950-7", clip: { min: 0, max: 30_000 }, purposes: everyday },
  {
    id: "moderate",
    title: "moderate activity",
    unit: "min",
    loinc: "77592-4",
    clip: { min: 0, max: 300 },
    purposes: everyday,
  },
  {
    id: "vigorous",
    title: "vigorous activity",
    unit: "min",
    loinc: "77593-2",
    clip: { min: 0, max: 300 },
    purposes: everyday,
  },
  { id: "visits", title: "gym visits", unit: "{visits}", clip: { min: 0, max: 3 }, purposes: everyday },
];

const byId = new Map(baseMetrics.map((metric) => [metric.id, metric]));

export function metricById(id: string): Metric | undefined {
  return byId.get(id);
}

/** Public bounds of every base metric, for interval arithmetic. */
export const metricBounds: ReadonlyMap<string, Interval> = new Map(baseMetrics.map((m) => [m.id, m.clip]));
