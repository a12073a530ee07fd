// Garmin's JSON: the files of an account's export (days, nights, activities, fitness), and answers of Garmin Connect in the same
// words. Recordings themselves are FIT files.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import { localDay, type Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, at, eachObject, objectsOf, textOf } from "../scan/json-file.ts";
import { giveExercise, type Span, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { isInstant, isOffset, MINUTE_MS, readDay, readStamp } from "../scan/stamp.ts";
import { givePushed, isPushed } from "./health.ts";

const source: Source = { key: "garmin", provider: "garmin", deviceClass: "watch" };
const total: Source = { ...source, total: true };
/** Ten feet: exports count floors in metres. */
const FLOOR_METRES = 3.048;
const ON_FOOT = /running|walking|hiking/i;

/** Of a day: path of the field, metric, unit. Of two that give one metric the first that is there. */
const daily: readonly (readonly [readonly string[], string, string])[] = [
  [["totalSteps"], "steps", "{steps}"],
  [["totalDistanceMeters"], "distance", "m"],
  [["activeKilocalories"], "active_energy", "kcal"],
  [["floorsAscended"], "floors", "{floors}"],
  [["moderateIntensityMinutes"], "moderate", "min"],
  [["vigorousIntensityMinutes"], "vigorous", "min"],
  [["currentDayRestingHeartRate"], "rhr", "/min"],
  [["restingHeartRate"], "rhr", "/min"],
  [["maxHeartRate"], "hr_max", "/min"],
  [["averageStressLevel"], "stress", "{stress}"],
  [["vo2MaxValue"], "vo2max", "mL/kg/min"],
  [["lastNightAvg"], "hrv_rmssd", "ms"],
];

/** Of a night: field, metric, unit. */
const nightly = [
  ["averageRespiration", "resp_rate", "/min"],
  ["averageRespirationValue", "resp_rate", "/min"],
  ["averageSpO2Value", "spo2", "%"],
  ["avgOvernightHrv", "hrv_rmssd", "ms"],
] as const;

const asleep = [
  ["deepSleepSeconds", "sleep_deep"],
  ["lightSleepSeconds", "sleep_light"],
  ["remSleepSeconds", "sleep_rem"],
] as const;

export async function readGarmin(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  let others = 0;
  const take = (object: JsonObject, path: string) => {
    const night = asObject(object.dailySleepDTO) ?? object;
    const day = asObject(object.hrvSummary) ?? object;
    if (isPushed(object)) others += givePushed(giver, object, path) ? 0 : 1;
    else if (night.sleepStartTimestampGMT !== undefined) giveNight(giver, night, object);
    else if (isActivity(object)) giveActivity(giver, object);
    else if (dayOf(day) !== undefined) others += giveDay(giver, day, dayOf(day) as number) ? 0 : 1;
    else if (path !== "" || !Object.values(object).some(Array.isArray)) others += 1;
  };
  await eachObject(input, options, giver, (path) => !path.includes("."), take);
  if (others > 0) giver.note("other_kinds", others);
}

function dayOf(object: JsonObject): number | undefined {
  return readDay(object.calendarDate ?? at(object, "metaData", "calendarDate"));
}

function giveDay(giver: Giver, object: JsonObject, day: number): boolean {
  const given = new Set<string>();
  const put = (metric: string, value: JsonValue | undefined, unit: string, field: string) => {
    if (value === undefined || given.has(metric)) return;
    given.add(metric);
    const number = readNumber(value);
    // Zero beats, and less than nothing, are how none is written.
    const none = number !== undefined && (number < 0 || (number === 0 && !unit.startsWith("{") && unit !== "min"));
    if (none) giver.skip("not_measured", field);
    else giver.value(metric, { kind: "day", day }, value, unit, total, field);
  };
  for (const [path, metric, unit] of daily) put(metric, at(object, ...path), unit, path[0] as string);
  const climbed = readNumber(object.floorsAscendedInMeters);
  if (climbed !== undefined) put("floors", Math.round(climbed / FLOOR_METRES), "{floors}", "floorsAscendedInMeters");
  // of an account's export in grams; some write kilograms, and nobody weighs a thousand of them
  const weight = at(object, "weight", "weight");
  put("weight", weight, (readNumber(weight) ?? 0) < 1000 ? "kg" : "g", "weight");
  for (const stress of objectsOf(at(object, "allDayStress", "aggregatorList")))
    if (stress.type === "TOTAL") put("stress", stress.averageStressLevel, "{stress}", "allDayStress");
  return given.size > 0;
}

/** Milliseconds since 1970, or `2023-01-01T21:30:00.0` in UTC. */
function instantOf(value: JsonValue | undefined): number | undefined {
  const ms = typeof value === "number" ? value : readStamp(textOf(value))?.ms;
  return ms !== undefined && isInstant(ms) ? ms : undefined;
}

/** @param gmt @param local the same time in UTC and on the wall's clock, of which the second tells the zone */
function spanFrom(
  giver: Giver,
  gmt: JsonValue | undefined,
  local: JsonValue | undefined,
  length: number,
): Span | undefined {
  const [start, wall] = [instantOf(gmt), instantOf(local)];
  if (start === undefined || !(length >= 0)) return undefined;
  const minutes = wall === undefined ? Number.NaN : Math.round((wall - start) / MINUTE_MS);
  const zone = isOffset(minutes) ? ({ offsetMinutes: minutes, from: "record" } as const) : giver.zoneAt(start);
  return { start, end: start + length, zone };
}

function giveNight(giver: Giver, night: JsonObject, around: JsonObject): void {
  const [start, end] = [instantOf(night.sleepStartTimestampGMT), instantOf(night.sleepEndTimestampGMT)];
  const day = dayOf(night);
  const length = (end ?? Number.NaN) - (start ?? Number.NaN);
  const span = spanFrom(giver, night.sleepStartTimestampGMT, night.sleepStartTimestampLocal, length);
  if (span === undefined) {
    giver.skip("not_a_date", "sleepStartTimestampGMT");
    return;
  }
  // an account's export has no local time: where its own day contradicts the zone that is assumed, its day holds
  const contradicted =
    day !== undefined && span.zone.from !== "record" && localDay(span.end - 1, span.zone.offsetMinutes) !== day;
  const when = contradicted ? ({ kind: "day", day } as const) : whenOf(span);
  let sum = 0;
  for (const [field, metric] of asleep) {
    giver.value(metric, when, night[field], "s", source, field);
    sum += readNumber(night[field]) ?? 0;
  }
  // Its end and start hold the time awake.
  const asleepFor = night.sleepTimeSeconds ?? (sum > 0 ? sum : undefined);
  giver.value("sleep", when, asleepFor, "s", source, "sleepTimeSeconds");
  if (day === undefined) return;
  const oxygen = at(night, "spo2SleepSummary", "averageSPO2");
  if (night.averageSpO2Value === undefined)
    giver.value("spo2", { kind: "day", day }, oxygen, "%", source, "averageSPO2");
  for (const [field, metric, unit] of nightly)
    giver.value(
      metric,
      { kind: "day", day },
      night[field] ?? (around === night ? undefined : around[field]),
      unit,
      source,
      field,
    );
}

function isActivity(object: JsonObject): boolean {
  return object.activityType !== undefined && object.duration !== undefined;
}

/** Of an export in milliseconds and centimetres, of an answer in seconds and metres: the form of its times tells. */
function giveActivity(giver: Giver, object: JsonObject): void {
  const exported =
    typeof (object.beginTimestamp ?? object.startTimeGmt) === "number" && object.startTimeGMT === undefined;
  const gmt = object.startTimeGmt ?? object.beginTimestamp ?? object.startTimeGMT;
  const duration = (readNumber(object.duration) ?? Number.NaN) * (exported ? 1 : 1000);
  const elapsed = (readNumber(object.elapsedDuration) ?? Number.NaN) * (exported ? 1 : 1000);
  const span = spanFrom(giver, gmt, object.startTimeLocal, elapsed >= duration ? elapsed : duration);
  if (span === undefined) {
    giver.skip("not_a_date", "startTimeGmt");
    return;
  }
  giveExercise(giver, span, duration / MINUTE_MS, source);
  const kind = textOf(object.activityType) || textOf(at(object, "activityType", "typeKey"));
  if (ON_FOOT.test(kind))
    giver.value("distance", whenOf(span), object.distance, exported ? "cm" : "m", source, "distance");
  const rate = object.maxHr ?? object.maxHR;
  giver.value("hr_max", whenOf({ ...span, end: span.start }), rate, "/min", source, "maxHr");
}
