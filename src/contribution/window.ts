// A member's days in the task's window, reduced to one number. Missing days are missing, never zero.
import type { MemberDay } from "../records/types.ts";
import { type Expression, evaluate, metricsIn } from "../task/expression.ts";
import type { Statistic } from "../task/manifest.ts";
import { metricById } from "../task/metrics.ts";

export interface Window {
  /** First day, days since 1970-01-01. */
  readonly start: number;
  /** First day after the window. */
  readonly end: number;
}

/** @returns undefined when too few days have a value: the member then sends a null report. */
export function reduceWindow(
  days: readonly MemberDay[],
  { expression, statistic }: { readonly expression: Expression; readonly statistic: Statistic },
  window: Window,
): number | undefined {
  const metrics = metricsIn(expression);
  let sum = 0;
  let count = 0;
  for (const day of days) {
    if (day.day < window.start || day.day >= window.end) continue;
    const value = evaluate(expression, clipDay(day.values, metrics));
    if (value === undefined) continue;
    sum += value;
    count += 1;
  }
  return count < statistic.daysMin ? undefined : (sum / count) * statistic.times;
}

/** One day's values within their metrics' public bounds, so that a formula's range holds on any data. */
function clipDay(values: Readonly<Record<string, number>>, metrics: readonly string[]): Record<string, number> {
  const clipped: Record<string, number> = {};
  for (const id of metrics) {
    const value = Object.hasOwn(values, id) ? values[id] : undefined;
    const clip = metricById(id)?.clip;
    if (value === undefined || clip === undefined || !Number.isFinite(value)) continue;
    clipped[id] = Math.min(clip.max, Math.max(clip.min, value));
  }
  return clipped;
}
