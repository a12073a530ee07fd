// What a date cell can mean, in every order of its parts; which one it does is settled by the whole column.
import { dayNumber } from "../../../base/calendar.ts";
import { monthOf } from "./names.ts";

/** The order of year, month and day. `Y/M/D` includes ISO 8601: the separator may be `-`, `/` or `.`. */
export type DateFormat = "Y/M/D" | "M/D/Y" | "D/M/Y";

export interface DateCell {
  /** Days since 1970 by each order; NaN where that gives no date. */
  readonly ymd: number;
  readonly mdy: number;
  readonly dmy: number;
  /** With month and day turned round, where the year stands first. */
  readonly ydm: number;
  /** Begins with a year of four digits, so that its order is plain. */
  readonly yearFirst: boolean;
  /** civil: parts in digits; named: the month by name; instant: since 1970, in UTC; serial: a spreadsheet's day number. */
  readonly kind: "civil" | "named" | "instant" | "serial";
  /** Milliseconds of the day, NaN where no time is given. */
  readonly time: number;
  /** Minutes east of UTC, NaN where none is given; UTC_ONLY where the time is UTC's, which does not say where it was. */
  readonly offset: number;
}

/** As an offset: seconds since 1970, or a time that ends in Z. */
export const UTC_ONLY = 1e6;

const YEAR_MIN = 1970;
const YEAR_MAX = 2199;
const DAY_MS = 86_400_000;
/** Day 0 of spreadsheets, 1899-12-30, in days since 1970. */
const SERIAL_ZERO = -25_569;

const timePart =
  /(?:^|[T\s,]+|\s(?:at|um|om|à|kl\.?|alle|a las|às)\s)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,:](\d{1,9}))?)?\s*([AaPp]\.?\s?[Mm]\.?)?\s*(Uhr)?\s*(?:(Z|UTC|GMT)?\s*([+-]\d{1,2}:?(?:\d{2})?)?)?$/;
const numeric = /^(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?$/;
const compact = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(Z)?)?$/;
/** Names of zones, whose local time it is; which offset they had is not said. */
const zoneName =
  /(?<=\d|[AaPp]\.?[Mm]\.?) ?(?:\[[A-Za-z_/+-]{3,32}\]|[A-Z][A-Za-z]+\/[A-Za-z_/+-]{3,28}|CES?T|EES?T|WES?T|BST|IST|JST|[ECMP][SD]T)$/;
const timeFirst = /^(\d{1,2}:\d{2}(?::\d{2})?),? (\S.*)$/;
const weekday = /^[\p{L}]{2,12}\.?,?\s+(?=.*\d.*)(?=[\p{L}\d])/u;

/** Reads a trimmed cell, or undefined for what is no date. A date without a time stands for the whole local day. */
export function readDate(cell: string): DateCell | undefined {
  if (cell.length < 5 || cell.length > 60) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(cell)) return digitsOnly(cell);
  const text = cell
    .replaceAll(/[\u00a0\u202f\u2009]/g, " ")
    .replace(zoneName, "")
    .replace(timeFirst, "$2 $1");
  const whole = compact.exec(text);
  if (whole !== null) {
    const [, y, m, d, hour, minute, second, z] = whole;
    const time = hour === undefined ? Number.NaN : clockTime(hour, minute, second, undefined, undefined);
    return civil(Number(y), Number(m), Number(d), time, z === undefined ? Number.NaN : UTC_ONLY);
  }
  const clock = timePart.exec(text);
  // a date such as 13.04.2026 must not lose its end to a time
  const before = clock === null ? "" : text.slice(0, clock.index).trim();
  if (clock !== null && before !== "") {
    const [, hour, minute, second, fraction, half, , zulu, zone] = clock;
    const time = clockTime(hour, minute, second, fraction, half);
    const offset = offsetOf(zulu, zone);
    const date = Number.isNaN(time) ? undefined : dateOnly(before.replace(/,$/, ""), time, offset);
    if (date !== undefined) return date;
  }
  return dateOnly(text, Number.NaN, Number.NaN) ?? javaDate(text);
}

function dateOnly(text: string, time: number, offset: number): DateCell | undefined {
  return inDigits(text, time, offset) ?? named(text, time, offset) ?? withoutWeekday(text, time, offset);
}

function withoutWeekday(text: string, time: number, offset: number): DateCell | undefined {
  const rest = text.replace(weekday, "");
  return rest === text ? undefined : (inDigits(rest, time, offset) ?? named(rest, time, offset));
}

function inDigits(text: string, time: number, offset: number): DateCell | undefined {
  const parts = numeric.exec(text);
  return parts === null
    ? undefined
    : fromParts(parts[1] as string, parts[3] as string, parts[4] as string, time, offset);
}

function fromParts(first: string, second: string, third: string, time: number, offset: number): DateCell | undefined {
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if (first.length === 4) return third.length <= 2 ? civil(a, b, c, time, offset) : undefined;
  if (first.length > 2 || (third.length !== 2 && third.length !== 4)) return undefined;
  // wearables are younger than the century, so 16 is 2016
  const year = third.length === 2 ? 2000 + c : c;
  const [mdy, dmy] = [day(year, a, b), day(year, b, a)];
  const ymd = third.length === 2 && first.length === 2 ? day(2000 + a, b, c) : Number.NaN;
  if (Number.isNaN(mdy) && Number.isNaN(dmy) && Number.isNaN(ymd)) return undefined;
  return { ymd, mdy, dmy, ydm: Number.NaN, yearFirst: false, kind: "civil", time, offset };
}

/** A date whose year comes first. */
function civil(year: number, month: number, date: number, time: number, offset: number): DateCell | undefined {
  const ymd = day(year, month, date);
  if (Number.isNaN(ymd)) return undefined;
  return {
    ymd,
    mdy: Number.NaN,
    dmy: Number.NaN,
    ydm: day(year, date, month),
    yearFirst: true,
    kind: "civil",
    time,
    offset,
  };
}

const dayFirst =
  /^(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]*(?:de\s|of\s)?[\s-]*([\p{L}]{3,12})\.?,?[\s-]*(?:de\s|del\s)?[\s-]*'?(\d{4}|\d{2})$/u;
const monthFirst = /^([\p{L}]{3,12})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})$/u;
const yearFirst = /^(\d{4})[\s-]([\p{L}]{3,12})\.?[\s-](\d{1,2})$/u;

function named(text: string, time: number, offset: number): DateCell | undefined {
  const forms = [dayFirst.exec(text), monthFirst.exec(text), yearFirst.exec(text)];
  const [d, m, y] =
    forms[0] != null
      ? [forms[0][1], forms[0][2], forms[0][3]]
      : forms[1] != null
        ? [forms[1][2], forms[1][1], forms[1][3]]
        : [forms[2]?.[3], forms[2]?.[2], forms[2]?.[1]];
  const month = m === undefined ? undefined : monthOf(m);
  if (month === undefined || y === undefined) return undefined;
  const year = y.length === 2 ? 2000 + Number(y) : Number(y);
  const number = day(year, month, Number(d));
  if (Number.isNaN(number)) return undefined;
  return { ymd: number, mdy: number, dmy: number, ydm: number, yearFirst: true, kind: "named", time, offset };
}

/** As Java and JavaScript print a time: `Mon Apr 13 07:55:00 GMT+02:00 2026`, `Mon Apr 13 2026 07:55:00 GMT+0200 (…)`. */
function javaDate(text: string): DateCell | undefined {
  const parts =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (?:(\d{4}) )?(\d{2}):(\d{2}):(\d{2}) ?(?:([A-Z]{1,5})?([+-]\d{2}:?\d{2})?)? ?(\d{4})?(?: \(.*\))?$/.exec(
      text,
    );
  if (parts === null) return undefined;
  const [, month, date, year, hour, minute, second, zulu, zone, lastYear] = parts;
  const named = monthOf(month as string);
  const number = named === undefined ? Number.NaN : day(Number(year ?? lastYear), named, Number(date));
  if (Number.isNaN(number)) return undefined;
  const offset = offsetOf(zulu, zone);
  const time = clockTime(hour, minute, second, undefined, undefined);
  return { ymd: number, mdy: number, dmy: number, ydm: number, yearFirst: true, kind: "named", time, offset };
}

/** Digits alone: 20260413, seconds, milliseconds, micro- or nanoseconds since 1970, a spreadsheet's serial number. */
function digitsOnly(cell: string): DateCell | undefined {
  const [whole = ""] = cell.split(".");
  const value = Number(cell);
  if (whole.length === 8 && value === Number(whole)) {
    const parts = compact.exec(whole);
    return parts === null
      ? undefined
      : civil(Number(parts[1]), Number(parts[2]), Number(parts[3]), Number.NaN, Number.NaN);
  }
  const scale = { 10: 1000, 13: 1, 16: 1e-3, 19: 1e-6 }[whole.length];
  if (scale !== undefined) return at("instant", Math.floor(value * scale));
  if (whole.length === 14) return readCompactTime(whole);
  if (whole.length !== 5) return undefined;
  const serial = (value + SERIAL_ZERO) * DAY_MS;
  // a spreadsheet counts fractions of days: to the second
  return value < 25_569 ? undefined : at("serial", Math.round(serial / 1000) * 1000, whole === cell);
}

function readCompactTime(digits: string): DateCell | undefined {
  const time = clockTime(digits.slice(8, 10), digits.slice(10, 12), digits.slice(12), undefined, undefined);
  return Number.isNaN(time)
    ? undefined
    : civil(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8)), time, Number.NaN);
}

function at(kind: "instant" | "serial", ms: number, dayOnly = false): DateCell | undefined {
  const number = Math.floor(ms / DAY_MS);
  if (number < 0 || number > 84_000) return undefined;
  const time = dayOnly ? Number.NaN : ms - number * DAY_MS;
  return {
    ymd: number,
    mdy: number,
    dmy: number,
    ydm: number,
    yearFirst: true,
    kind,
    time,
    offset: kind === "instant" ? UTC_ONLY : Number.NaN,
  };
}

function day(year: number, month: number, date: number): number {
  return year < YEAR_MIN || year > YEAR_MAX ? Number.NaN : (dayNumber(year, month, date) ?? Number.NaN);
}

function clockTime(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
  half: string | undefined,
): number {
  let hours = Number(hour);
  const [minutes, seconds] = [Number(minute), Number(second ?? 0)];
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return Number.NaN;
    hours = (hours % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (hours > 24 || minutes > 59 || seconds > 60 || (hours === 24 && minutes + seconds > 0)) return Number.NaN;
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
}

/** Minutes east of UTC of `Z`, `UTC+0200`, `+02:00`, `-5`; NaN where nothing is said. */
function offsetOf(zulu: string | undefined, zone: string | undefined): number {
  if (zone === undefined) return zulu === undefined ? Number.NaN : UTC_ONLY;
  const digits = zone.slice(1).replace(":", "");
  const [hours, minutes] =
    digits.length <= 2 ? [Number(digits), 0] : [Number(digits.slice(0, -2)), Number(digits.slice(-2))];
  const offset = hours * 60 + minutes;
  return offset > 14 * 60 || minutes > 59 ? Number.NaN : zone[0] === "-" ? -offset : offset;
}

/** The offset that a column of zones gives: `UTC+0200`, `GMT-05:00`, `+2`; in milliseconds or minutes where it is digits alone. */
export function readOffset(cell: string): number {
  const parts = /^(?:UTC|GMT)?\s*([+-]\d{1,2}(?::?\d{2})?)(?::00)?$/i.exec(cell);
  if (parts !== null) return offsetOf(undefined, parts[1]);
  if (/^(?:UTC|GMT)?Z?$/i.test(cell)) return cell === "" ? Number.NaN : 0;
  if (!/^-?\d{1,8}$/.test(cell)) return Number.NaN;
  const value = Number(cell);
  const minutes = Math.abs(value) >= 60_000 ? value / 60_000 : Math.abs(value) >= 1000 ? value / 60 : value;
  return Number.isInteger(minutes) && Math.abs(minutes) <= 14 * 60 ? minutes : Number.NaN;
}
