// What an app gives of its member is checked in full, so that a misspelt metric or a day in milliseconds is an error that names
// the entry, and not a silent empty report. Messages never hold a value. Loaded where an app gives days at all.
import { closest } from "../base/closest.ts";
import { fail } from "../base/errors.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import { baseAttributes, baseMetrics } from "../task/metrics.ts";

const DAY_MAX = 200_000;
const DAYS_MAX = 40_000;
const VALUE_MAX = 40;
/** Values of one list of events on one day. */
const EVENTS_MAX = 1000;

/** @param operator as for checkDays @returns a copy. @throws PacelineError invalid_argument naming the entry that is wrong */
export function checkProfile(given: unknown, operator: boolean): Profile {
  if (!isRecord(given)) return wrong("profile() must give an object", 'For example { ageBand: "35-44" }, or {}.');
  for (const [name, value] of Object.entries(given)) {
    if (!operator) known(`profile().${shown(name)}`, name, attributeNames, "attribute");
    if (typeof value !== "string" || value === "" || value.length > VALUE_MAX)
      wrong(`profile().${name} must be a text of 1 to ${VALUE_MAX} characters, not ${kind(value)}`);
  }
  return { ...(given as Profile) };
}

const attributeNames = baseAttributes.map(({ id }) => id);
const eventNames = baseAttributes.filter(({ cap }) => cap !== undefined).map(({ id }) => id);
const metricNames = baseMetrics.map(({ id }) => id);

/**
 * @param operator whether the app pins an operator's registry: its metrics are known by their tasks alone, so any name passes
 * @param by the function that the days came by, for messages
 * @returns a copy, ascending. @throws PacelineError invalid_argument naming the entry that is wrong
 */
export function checkDays(given: unknown, operator = false, by = "days"): readonly MemberDay[] {
  if (!Array.isArray(given))
    return wrong(
      `${by}() must give an array, not ${kind(given)}`,
      "Give undefined for as long as nothing is loaded, and [] for a member without days.",
    );
  if (given.length > DAYS_MAX) wrong(`${by}() must give at most ${DAYS_MAX} days, not ${given.length}`);
  const seen = new Map<number, number>();
  const checked = Array.from(given as readonly unknown[], (each, i) => {
    const one = checkDay(each, `${by}()[${i}]`, operator);
    const first = seen.get(one.day);
    if (first !== undefined) wrong(`${by}()[${i}].day is the same as that of ${by}()[${first}]: each day once`);
    seen.set(one.day, i);
    return one;
  });
  return checked.sort((a, b) => a.day - b.day);
}

function checkDay(given: unknown, at: string, operator: boolean): MemberDay {
  if (!isRecord(given)) return wrong(`${at} must be { day, values }, not ${kind(given)}`);
  const extra = Object.keys(given).find((name) => !["day", "values", "events"].includes(name));
  if (extra !== undefined) wrong(`${at} has a field "${shown(extra)}" that is none of day, values, events`);
  const { day, values, events } = given;
  if (typeof day !== "number" || !Number.isInteger(day) || day < 0 || day > DAY_MAX)
    return wrong(
      `${at}.day must be a whole number of days since 1970-01-01, not ${dayKind(day)}`,
      "A local date as such a number: Math.floor(Date.UTC(year, month - 1, date) / 86_400_000).",
    );
  if (!isRecord(values)) return wrong(`${at}.values must be an object of metrics, not ${kind(values)}`);
  for (const [name, value] of Object.entries(values)) {
    if (!operator) known(`${at}.values.${shown(name)}`, name, metricNames, "metric");
    if (typeof value !== "number" || !Number.isFinite(value))
      wrong(
        `${at}.values.${name} must be a finite number, not ${kind(value)}`,
        "Leave out what was not measured: missing is not zero.",
      );
  }
  const happened = events === undefined ? {} : { events: checkEvents(events, `${at}.events`, operator) };
  return { day, values: { ...(values as MemberDay["values"]) }, ...happened };
}

function checkEvents(given: unknown, at: string, operator: boolean): NonNullable<MemberDay["events"]> {
  if (!isRecord(given)) return wrong(`${at} must be an object of attributes, not ${kind(given)}`);
  const entries = Object.entries(given).map(([name, counts]) => {
    if (!operator) known(`${at}.${shown(name)}`, name, eventNames, "list of events");
    const own = `${at}.${shown(name)}`;
    if (!isRecord(counts)) return wrong(`${own} must be an object of counts by value, not ${kind(counts)}`);
    const all = Object.values(counts);
    if (all.length > EVENTS_MAX) wrong(`${own} must have at most ${EVENTS_MAX} values, not ${all.length}`);
    const odd = all.find((count) => typeof count !== "number" || !Number.isSafeInteger(count) || count < 0);
    if (odd !== undefined)
      wrong(`${own} must hold whole numbers of 0 or more, not ${typeof odd === "number" ? "this" : kind(odd)}`);
    return [name, { ...(counts as Record<string, number>) }] as const;
  });
  return Object.fromEntries(entries);
}

function known(at: string, name: string, names: readonly string[], what: string): void {
  if (names.includes(name)) return;
  const near = closest(name, names);
  wrong(
    `${at}: there is no ${what} "${shown(name)}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    `Known: ${names.join(", ")}.`,
  );
}

function wrong(detail: string, hint?: string): never {
  return fail("invalid_argument", detail, hint === undefined ? {} : { hint });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const shown = (name: string): string => (name.length > VALUE_MAX ? `${name.slice(0, VALUE_MAX)}…` : name);

/** What something is, without its value. */
function kind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? "a number" : "infinite";
  return value === undefined ? "undefined" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}

function dayKind(day: unknown): string {
  if (typeof day !== "number" || !Number.isFinite(day)) return kind(day);
  if (!Number.isInteger(day)) return "a fraction";
  return day > DAY_MAX ? "seconds or milliseconds" : "a negative number";
}
