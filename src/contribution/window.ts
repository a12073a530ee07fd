// A member's days in the task's window, reduced to one number. Missing days are missing, never zero; so are values that
// nobody can have measured. Only then are the others clipped.
import type { MemberDay } from "../records/types.ts";
import { type Expression, evaluate, metricsIn } from "../task/expression.ts";
import { builtIn, isPlausible, type Registry } from "../task/metrics.ts";
import type { Measured } from "../task/values.ts";

export interface Window {
  /** First day, days since 1970-01-01. */
  readonly start: number;
  /** First day after the window. */
  readonly end: number;
}

export interface Reduced {
  /** Undefined when too few days have a value: the member then sends a null report. */
  readonly value: number | undefined;
  /** Days of the window with a value. */
  readonly days: number;
  /** Days of the window left out because a value in them is outside its metric's plausible bounds. */
  readonly implausible: number;
}

/** @param registry what the manifest's metrics are: its bounds, rules and coverage @returns the value alone */
export function reduceWindow(
  days: readonly MemberDay[],
  asked: Measured,
  window: Window,
  registry: Registry = builtIn,
): number | undefined {
  return readWindow(days, asked, window, registry).value;
}

export function readWindow(
  days: readonly MemberDay[],
  { expression, times, daysMin }: Measured,
  window: Window,
  registry: Registry = builtIn,
): Reduced {
  const metrics = metricsIn(expression);
  let sum = 0;
  let count = 0;
  let implausible = 0;
  for (const day of days) {
    if (day.day < window.start || day.day >= window.end) continue;
    const values = clipDay(day.values, metrics, registry);
    if (values === undefined) {
      implausible += 1;
      continue;
    }
    const value = evaluate(expression, values);
    if (value === undefined) continue;
    sum += value;
    count += 1;
  }
  return {
    value: count < daysMin ? undefined : (sum / count) * times,
    days: count,
    implausible,
  };
}

/** A day's value, of clipped measurements; undefined where one of them is missing, or is none that somebody can have. */
export function valueOfDay({ values }: MemberDay, expression: Expression, registry: Registry): number | undefined {
  const clipped = clipDay(values, metricsIn(expression), registry);
  return clipped && evaluate(expression, clipped);
}

/**
 * One day's values within their metrics' public bounds, so that a formula's range holds on any data.
 * @returns undefined for a day with an implausible value
 */
function clipDay(
  values: Readonly<Record<string, number>>,
  metrics: readonly string[],
  registry: Registry,
): Record<string, number> | undefined {
  const clipped: Record<string, number> = {};
  for (const id of metrics) {
    const value = Object.hasOwn(values, id) ? values[id] : undefined;
    const metric = registry.metric(id);
    if (value === undefined || metric === undefined || !Number.isFinite(value)) continue;
    if (!isPlausible(metric, value)) return undefined;
    clipped[id] = Math.min(metric.clip.max, Math.max(metric.clip.min, value));
  }
  return clipped;
}
