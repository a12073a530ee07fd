// Times of JSON exports to spans: what a stamp says of its zone, what stands beside it, else what is known of the member.
import type { Source, When, Zone } from "../sample.ts";
import type { MetricId } from "../types.ts";
import type { Giver } from "./giver.ts";
import type { JsonValue } from "./json.ts";
import { at } from "./json-file.ts";
import { readNumber } from "./numbers.ts";
import { isInstant, isOffset, MINUTE_MS, readStamp } from "./stamp.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly zone: Zone;
}

/**
 * A span between two stamps, an instant without the second.
 * @param beside minutes east of UTC that the record states beside its stamps
 */
export function spanOf(giver: Giver, from: unknown, to?: unknown, beside?: number): Span | undefined {
  const start = readStamp(from);
  const end = to === undefined || to === null ? start : readStamp(to);
  if (start === undefined || end === undefined) return undefined;
  const stated = beside !== undefined && isOffset(beside) ? beside : start.offset === 0 ? undefined : start.offset;
  if (stated !== undefined) {
    // Beside a time without an offset, the offset is of that time.
    const shift = start.offset === undefined ? stated * MINUTE_MS : 0;
    return { start: start.ms - shift, end: end.ms - shift, zone: { offsetMinutes: stated, from: "record" } };
  }
  if (start.offset !== undefined) return { start: start.ms, end: end.ms, zone: giver.zoneAt(start.ms) };
  const { ms, zone } = giver.wall(start.ms);
  return { start: ms, end: giver.wall(end.ms).ms, zone };
}

/** A span of instants, in the zone that stands beside them, else in what is known; undefined for what no device has seen. */
export function spanBeside(
  giver: Giver,
  start: number,
  end: number,
  offsetMinutes: number | undefined,
): Span | undefined {
  if (!(start > 0 && end >= start && isInstant(start) && isInstant(end))) return undefined;
  const stated = offsetMinutes !== undefined && isOffset(offsetMinutes);
  return { start, end, zone: stated ? { offsetMinutes, from: "record" } : giver.zoneAt(start) };
}

export const whenOf = (span: Span): When => ({ kind: "span", ...span });

/** A field of a record that gives a metric: keys with points between, metric, unit. */
export type Field = readonly [path: string, metric: MetricId, unit: string];

/** What zero is no measurement of. */
const neverZero = /^(?:\/min|%|ms|kg|g|mL\/kg\/min)$/;

/** The metrics of a record's fields; less than nothing, and no beats, are how none is written. @returns how many were there */
export function giveFields(
  giver: Giver,
  when: When,
  record: JsonValue | undefined,
  fields: readonly Field[],
  source: Source,
  member = "",
): number {
  let found = 0;
  for (const [path, metric, unit] of fields) {
    const value = at(record, ...path.split("."));
    if (value === undefined) continue;
    found++;
    const number = readNumber(value);
    if (number !== undefined && (number < 0 || (number === 0 && neverZero.test(unit))) && unit !== "K")
      giver.skip("not_measured", path);
    else giver.value(metric, when, value, unit, source, path, member);
  }
  return found;
}

/** One exercise: a session at its start, its minutes over its length. One that says neither them nor its end lasts for no known time. */
export function giveExercise(giver: Giver, span: Span, minutes: number | undefined, source: Source, member = ""): void {
  const { start, end, zone } = span;
  if (end < start) {
    giver.skip("ends_before_it_starts");
    return;
  }
  giver.own("exercise_sessions", { kind: "span", start, end: start, zone }, 1, source, member);
  if (minutes === undefined && end === start) giver.skip("empty");
  else giver.own("exercise", whenOf(span), minutes ?? (end - start) / MINUTE_MS, source, member);
}

/** A heart rate, which is one of the day's mean and perhaps its highest. */
export function giveHeartRate(giver: Giver, when: When, rate: unknown, source: Source, column?: string): void {
  giver.value("hr_mean", when, rate, "/min", source, column);
  giver.value("hr_max", when, rate, "/min", source, column);
}
