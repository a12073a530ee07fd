// Times of the Google Health API: an instant in UTC with the offset beside it in seconds, or a civil date.
import type { When } from "../sample.ts";
import type { Giver } from "../scan/giver.ts";
import type { JsonValue } from "../scan/json.ts";
import { at, textOf } from "../scan/json-file.ts";
import { type Span, spanOf, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { dayOfParts } from "../scan/stamp.ts";

/** `19800s` in minutes. */
function offsetOf(text: JsonValue | undefined): number | undefined {
  const seconds = /^(-?\d{1,5})s$/.exec(textOf(text))?.[1];
  return seconds === undefined ? undefined : Number(seconds) / 60;
}

/** `2705s` or `1088.400s`, in minutes. */
export function minutesOf(text: JsonValue | undefined): number | undefined {
  const seconds = readNumber(/^([\d.]{1,12})s$/.exec(textOf(text))?.[1]);
  return seconds === undefined ? undefined : seconds / 60;
}

export function dayOf(date: JsonValue | undefined): number | undefined {
  const [year, month, day] = ["year", "month", "day"].map((part) => readNumber(at(date, part)) ?? Number.NaN);
  return dayOfParts(year as number, month as number, day as number);
}

export function intervalOf(giver: Giver, interval: JsonValue | undefined): Span | undefined {
  return spanOf(giver, at(interval, "startTime"), at(interval, "endTime"), offsetOf(at(interval, "startUtcOffset")));
}

/** Whatever time a data point has: a date, an interval or an instant. */
export function timeOf(giver: Giver, point: JsonValue): When | undefined {
  const date = at(point, "date");
  if (date !== undefined) {
    const day = dayOf(date);
    return day === undefined ? undefined : { kind: "day", day };
  }
  const sample = at(point, "sampleTime");
  const span =
    sample === undefined
      ? intervalOf(giver, at(point, "interval"))
      : spanOf(giver, at(sample, "physicalTime"), undefined, offsetOf(at(sample, "utcOffset")));
  return span === undefined ? undefined : whenOf(span);
}

/** The day of a rollup over one civil day. */
export function rollupDay(point: JsonValue): number | undefined {
  const [start, end] = [dayOf(at(point, "civilStartTime", "date")), dayOf(at(point, "civilEndTime", "date"))];
  const midnight = ["hours", "minutes", "seconds"].every((part) => !at(point, "civilStartTime", "time", part));
  return start !== undefined && end === start + 1 && midnight ? start : undefined;
}
