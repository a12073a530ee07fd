// Values that a source states for a whole local day.
import type { Rule } from "../../task/metrics/fields.ts";
import type { Series } from "./series.ts";

export interface DayCandidate {
  readonly value: number;
  readonly by: Series;
  readonly total: boolean;
}

export interface WholeDayOptions {
  readonly rule: Rule;
  /** Whether a day that occurs twice in a file is one that is stated again. */
  restated(file: number): boolean;
  /** Called with how many values gave way, being the same or another. */
  duplicates(count: number): void;
  conflicts(count: number): void;
  /** Called for a day that was made of several values by the rule. */
  joined(): void;
}

/**
 * One value a day of one series. Values of one file are parts of that day, unless they are totals or the file states days
 * again; another file always does.
 */
export function wholeDays(series: Series, options: WholeDayOptions): Map<number, DayCandidate> {
  const { rule } = options;
  const total = series.source.total === true;
  const parts = series.source.parts === true;
  const days = new Map<number, DayCandidate>();
  for (const [day, files] of series.byDay()) {
    const stated = [...files].flatMap(([file, values]) =>
      total || (values.length > 1 && !parts && options.restated(file)) ? values : [combined(values, rule)],
    );
    if (stated.length < [...files.values()].reduce((sum, values) => sum + values.length, 0)) options.joined();
    const distinct = [...new Set(stated)].sort((a, b) => a - b);
    if (stated.length > distinct.length) options.duplicates(stated.length - distinct.length);
    if (distinct.length > 1) options.conflicts(distinct.length - 1);
    // A sum that one export cut short is whole in another; of levels none is better, so one that was measured stands.
    const at = rule === "sum" || rule === "max" ? distinct.length - 1 : (distinct.length - 1) >> 1;
    days.set(day, { value: distinct[at] as number, by: series, total });
  }
  return days;
}

/** Values of one day of one file without a time of day. */
function combined(values: readonly number[], rule: Rule): number {
  if (values.length === 1) return values[0] as number;
  if (rule === "sum") return values.reduce((sum, value) => sum + value, 0);
  if (rule === "max") return values.reduce((a, b) => Math.max(a, b));
  if (rule === "mean") return values.reduce((sum, value) => sum + value, 0) / values.length;
  // Which was last cannot be told.
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] as number;
}
