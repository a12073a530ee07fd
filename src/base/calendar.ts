// A calendar without a clock: a day is an integer, the days since 1970-01-01 in the proleptic Gregorian calendar.
// Members' days are local days, so no time zone appears here.
import { fail } from "./errors.ts";

export interface CivilDate {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  /** 1 … 31 */
  readonly day: number;
}

const DAYS_BEFORE_EPOCH = 719_468; // from 0000-03-01, where the arithmetic starts, to 1970-01-01
const DAYS_IN_ERA = 146_097; // 400 years

/** Years are counted from March, so that the leap day is a year's last (Hinnant, "chrono-compatible low-level date algorithms"). */
function fromCivil(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_IN_ERA + dayOfEra - DAYS_BEFORE_EPOCH;
}

/** The date of a day number. */
export function civilDate(day: number): CivilDate {
  const shifted = day + DAYS_BEFORE_EPOCH;
  const era = Math.floor(shifted / DAYS_IN_ERA);
  const dayOfEra = shifted - era * DAYS_IN_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** The day number of a date of the years 0 … 9999, or undefined when there is no such date (30 February). */
export function dayNumber(year: number, month: number, day: number): number | undefined {
  if (![year, month, day].every(Number.isInteger)) return undefined;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  // 31 in odd months up to July and in even ones from August on
  const length = month === 2 ? (leap ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > length) return undefined;
  return fromCivil(year, month, day);
}

/** Reads `YYYY-MM-DD`. @throws PacelineError invalid_argument for any other form and for days that do not exist. */
export function parseDay(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = match ? dayNumber(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
  return day ?? fail("invalid_argument", "not a day", { hint: "write the day as YYYY-MM-DD, for example 2026-04-01" });
}

/** Writes a day of the years 0 … 9999 as `YYYY-MM-DD`. */
export function formatDay(day: number): string {
  const date = civilDate(day);
  return `${digits(date.year, 4)}-${digits(date.month, 2)}-${digits(date.day, 2)}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** 1 (Monday) … 7 (Sunday), ISO 8601. */
export function weekday(day: number): number {
  return modulo(day + 3, 7) + 1; // 1970-01-01 was a Thursday
}

function modulo(value: number, divisor: number): number {
  return value - divisor * Math.floor(value / divisor);
}

/** Weeks since the one that holds 1970-01-01 (which is 0); weeks begin on Monday. */
export function weekIndex(day: number): number {
  return Math.floor((day + 3) / 7);
}

/** The ISO 8601 week of a day, `2026-W14`. A week belongs to the year that its Thursday lies in. */
export function isoWeek(day: number): string {
  const thursday = weekIndex(day) * 7;
  const { year } = civilDate(thursday);
  const week = Math.floor((thursday - fromCivil(year, 1, 1)) / 7) + 1;
  return `${digits(year, 4)}-W${digits(week, 2)}`;
}

/** Every ISO week that has a day in startDay … endDay, both included, in order. Empty when the range is. */
export function isoWeeksTouched(startDay: number, endDay: number): string[] {
  const weeks: string[] = [];
  if (endDay < startDay) return weeks;
  for (let week = weekIndex(startDay); week <= weekIndex(endDay); week++) weeks.push(isoWeek(week * 7));
  return weeks;
}
