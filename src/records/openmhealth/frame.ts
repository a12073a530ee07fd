// Time frames: an instant, or an interval by both ends, by one end and its duration, or by a date and a part of the day.
import type { When } from "../sample.ts";
import { localDay } from "../sample.ts";
import type { Giver } from "../scan/giver.ts";
import type { JsonValue } from "../scan/json.ts";
import { at, textOf } from "../scan/json-file.ts";
import { type Span, spanOf, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { readDay } from "../scan/stamp.ts";

const lengths: Readonly<Record<string, number>> = {
  ms: 1,
  sec: 1000,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `{value, unit}` in milliseconds. */
export function durationOf(duration: JsonValue | undefined): number | undefined {
  const [value, unit] = [readNumber(at(duration, "value")), lengths[textOf(at(duration, "unit"))]];
  return value === undefined || unit === undefined || value < 0 ? undefined : value * unit;
}

function intervalOf(giver: Giver, interval: JsonValue | undefined): Span | undefined {
  const [from, to] = [at(interval, "start_date_time"), at(interval, "end_date_time")];
  if (from !== undefined && to !== undefined) return spanOf(giver, from, to);
  const [one, length] = [spanOf(giver, from ?? to), durationOf(at(interval, "duration"))];
  if (one === undefined || length === undefined) return one;
  return from === undefined ? { ...one, start: one.start - length } : { ...one, end: one.start + length };
}

export interface Frame {
  readonly when: When;
  /** Where the frame has one. */
  readonly span: Span | undefined;
  /** The day of its end: of a night the day of waking. */
  readonly wakeDay: number;
}

/** @param frame a body's `effective_time_frame`; undefined for one that tells no time */
export function frameOf(giver: Giver, frame: JsonValue | undefined): Frame | undefined {
  const instant = at(frame, "date_time");
  const interval = at(frame, "time_interval");
  const span = instant === undefined ? intervalOf(giver, interval) : spanOf(giver, instant);
  if (span !== undefined && span.end >= span.start)
    return { when: whenOf(span), span, wakeDay: localDay(span.end, span.zone.offsetMinutes) };
  const day = readDay(at(interval, "date") ?? at(frame, "date"));
  return day === undefined ? undefined : { when: { kind: "day", day }, span: undefined, wakeDay: day };
}
