// Stamps as files write them, without a clock: milliseconds since 1970 in UTC where the stamp states its offset, otherwise of the
// local clock face. Nothing is guessed: what is no stamp of the years 1970 … 2199 is undefined.
import { dayNumber } from "../../base/calendar.ts";

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** Offsets in use lie between -12 and +14 hours. */
const OFFSET_MAX = 14 * 60;

export interface Stamp {
  /** In UTC if `offset` is known, else as the clock on the wall showed it. */
  readonly ms: number;
  /** Minutes east of UTC; undefined where the stamp says nothing of it. */
  readonly offset: number | undefined;
}

const stamp =
  /^\s*(\d{4})-(\d\d?)-(\d\d?)[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?(?::\d\d)?)?\s*$/i;

/** ISO 8601 and RFC 3339, and with spaces as Apple writes it: `2026-04-13 08:00:00 +0100`. */
export function readStamp(text: unknown): Stamp | undefined {
  const match = typeof text === "string" && text.length < 48 ? stamp.exec(text) : null;
  if (match === null) return undefined;
  const [year, month, date, hour, minute, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0)) as number[];
  const day = dayOfParts(year as number, month as number, date as number);
  const time = timeOfDay(hour as number, minute as number, second);
  const offset = match[8] === undefined ? undefined : readOffset(match[8]);
  if (day === undefined || time === undefined || (match[8] !== undefined && offset === undefined)) return undefined;
  const local = day * DAY_MS + time + Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  return { ms: local - (offset ?? 0) * MINUTE_MS, offset };
}

/** `Z`, `UTC`, `+02:00`, `-0730`, `+02`. Minutes; undefined beyond the offsets in use. */
export function readOffset(text: unknown): number | undefined {
  const match = typeof text === "string" ? /^\s*(?:Z|UTC|([+-]\d\d)(?::?(\d\d))?(?::\d\d)?)\s*$/i.exec(text) : null;
  if (match === null) return undefined;
  const [hours = "0", minutes = "0"] = match.slice(1);
  const offset = Number(hours) * 60 + Number(hours.startsWith("-") ? `-${minutes}` : minutes);
  return isOffset(offset) && Number(minutes) < 60 ? offset : undefined;
}

export function isOffset(minutes: number): boolean {
  return Number.isInteger(minutes) && Math.abs(minutes) <= OFFSET_MAX;
}

/** `YYYY-MM-DD`, with or without a time behind it: the day number. */
export function readDay(text: unknown): number | undefined {
  const match = typeof text === "string" ? /^\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T ][^\n]{0,40})?\s*$/.exec(text) : null;
  return match === null ? undefined : dayOfParts(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The day number of a date that a device can have seen. */
export function dayOfParts(year: number, month: number, day: number): number | undefined {
  return year < 1970 || year > 2199 ? undefined : dayNumber(year, month, day);
}

/** Milliseconds since midnight, of numbers from 0; a leap second is the second before it, 24:00:00 the next midnight. */
export function timeOfDay(hour: number, minute: number, second: number): number | undefined {
  const known = minute < 60 && second <= 60 && (hour < 24 || (hour === 24 && minute + second === 0));
  return known ? (hour * 3600 + minute * 60 + Math.min(second, 59)) * 1000 : undefined;
}

/** Whether milliseconds since 1970 can be of a wearable's record: years 1970 … 2199. */
export function isInstant(ms: number): boolean {
  return ms >= 0 && ms < 84_006 * DAY_MS;
}
