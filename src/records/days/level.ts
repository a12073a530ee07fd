// Levels, such as a heart rate: several sources are never mixed; the day has the value of the one that is believed most.
import type { Rule } from "../../task/metrics/fields.ts";
import { localDay } from "../sample.ts";
import type { Nights } from "./nights.ts";
import type { Series } from "./series.ts";
import type { UnionOptions } from "./union.ts";

export interface DayLevel {
  readonly value: number;
  readonly by: Series;
  /** Values that made it: of two sources equally believed the one that measured more often stands. */
  readonly count: number;
}

interface Gathered {
  count: number;
  sum: number;
  max: number;
  lastEnd: number;
  last: number;
}

export interface LevelOptions extends Omit<UnionOptions, "whole"> {
  readonly rule: Exclude<Rule, "sum">;
  /** For metrics of a night. */
  readonly nights: Nights | undefined;
}

function offer(days: Map<number, DayLevel>, day: number, level: DayLevel, { rule, overlaps }: LevelOptions): void {
  const before = days.get(day);
  // The greatest of equals is the greater; how many it was of grows when a file is read again.
  const more = rule === "max" ? "value" : "count";
  const better = before === undefined || (before.by.rank === level.by.rank && level[more] > before[more]);
  if (before !== undefined) overlaps(better ? before.count : level.count);
  if (better) days.set(day, level);
}

/** @param series the most believed first @returns by local day */
export function levelByDay(series: readonly Series[], options: LevelOptions): Map<number, DayLevel> {
  const days = new Map<number, DayLevel>();
  for (const one of series) {
    const gathered = new Map<number, Gathered>();
    for (const { start, end, value, offsetMinutes } of one.spans.inOrder(options.duplicates)) {
      const day = options.nights?.dayOf(start, offsetMinutes) ?? localDay(start, offsetMinutes);
      if (options.totalled(one, day)) {
        options.overlaps(1);
        continue;
      }
      const so = gathered.get(day);
      if (so === undefined) gathered.set(day, { count: 1, sum: value, max: value, lastEnd: end, last: value });
      else {
        so.count++;
        so.sum += value;
        so.max = Math.max(so.max, value);
        if (end > so.lastEnd || (end === so.lastEnd && value > so.last)) so.last = value;
        so.lastEnd = Math.max(so.lastEnd, end);
      }
    }
    for (const [day, so] of gathered) {
      const value = options.rule === "mean" ? so.sum / so.count : options.rule === "max" ? so.max : so.last;
      offer(days, day, { value, by: one, count: so.count }, options);
    }
    for (const [day, { value, count }] of one.greatest)
      if (options.totalled(one, day)) options.overlaps(count);
      else offer(days, day, { value, by: one, count }, options);
  }
  return days;
}
