// Oura's documents, API version 2 and the words of version 1: answers with a list `data`, exports with a list a kind, lines of documents. A document's fields
// tell its kind.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import { localDay, type Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject } from "../scan/json.ts";
import { at, eachObject } from "../scan/json-file.ts";
import { type Field, giveExercise, giveFields, giveHeartRate, spanOf, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { DAY_MS, readDay } from "../scan/stamp.ts";

const source: Source = { key: "oura", provider: "oura", deviceClass: "ring" };
const total: Source = { ...source, total: true };

/** Of a day: path of the field, metric, unit. */
const daily: readonly (readonly [readonly string[], string, string])[] = [
  [["steps"], "steps", "{steps}"],
  [["active_calories"], "active_energy", "kcal"],
  [["medium_activity_time"], "moderate", "s"],
  [["high_activity_time"], "vigorous", "s"],
  [["spo2_percentage", "average"], "spo2", "%"],
  [["vo2_max"], "vo2max", "mL/kg/min"],
  [["temperature_deviation"], "skin_temp", "K"],
];

/** Of a sleep: field, metric, unit, and whether it is of the night rather than of its length. */
const asleep = [
  ["total_sleep_duration", "sleep", "s"],
  ["deep_sleep_duration", "sleep_deep", "s"],
  ["light_sleep_duration", "sleep_light", "s"],
  ["rem_sleep_duration", "sleep_rem", "s"],
] as const;
const night = [
  ["average_hrv", "hrv_rmssd", "ms"],
  ["average_breath", "resp_rate", "/min"],
  ["lowest_heart_rate", "rhr", "/min"],
  ["efficiency", "sleep_efficiency", "%"],
] as const;

/** The same in version 1, whose minutes are seconds of a sleep and minutes of a day. */
const older = {
  asleep: [
    ["total", "sleep", "s"],
    ["deep", "sleep_deep", "s"],
    ["light", "sleep_light", "s"],
    ["rem", "sleep_rem", "s"],
  ],
  night: [
    ["rmssd", "hrv_rmssd", "ms"],
    ["breath_average", "resp_rate", "/min"],
    ["hr_lowest", "rhr", "/min"],
    ["efficiency", "sleep_efficiency", "%"],
    ["temperature_delta", "skin_temp", "K"],
  ],
  daily: [
    ["steps", "steps", "{steps}"],
    ["cal_active", "active_energy", "kcal"],
    ["medium", "moderate", "min"],
    ["high", "vigorous", "min"],
  ],
} as const satisfies Readonly<Record<string, readonly Field[]>>;

/** A summary of version 1: nights and readiness are called by the day before the one of waking. */
function giveSummary(giver: Giver, object: JsonObject): boolean {
  const before = readDay(object.summary_date);
  const span = spanOf(giver, object.bedtime_start, object.bedtime_end);
  if (before === undefined || (span === undefined && object.bedtime_end !== undefined)) {
    giver.skip("not_a_date", "summary_date");
    return true;
  }
  if (span !== undefined) {
    const latency = Math.max(0, readNumber(object.onset_latency) ?? 0) * 1000;
    giveFields(
      giver,
      whenOf({ ...span, start: Math.min(span.start + latency, span.end) }),
      object,
      older.asleep,
      source,
    );
    const night = { kind: "day", day: localDay(span.end, span.zone.offsetMinutes) } as const;
    if (readNumber(object.is_longest) === 1) giveFields(giver, night, object, older.night, source);
    return true;
  }
  if (object.score_recovery_index !== undefined || object.score_previous_night !== undefined) {
    giver.value("readiness", { kind: "day", day: before + 1 }, object.score, "{readiness}", total, "score");
    return true;
  }
  return giveFields(giver, { kind: "day", day: before }, object, older.daily, total) > 0;
}

export async function readOura(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  let others = 0;
  const take = (object: JsonObject) => {
    if (object.summary_date !== undefined) others += giveSummary(giver, object) ? 0 : 1;
    else if (object.total_sleep_duration !== undefined) giveSleep(giver, object);
    else if (object.bpm !== undefined) giveBeat(giver, object);
    else if (object.start_datetime !== undefined) others += giveWorkout(giver, object) ? 0 : 1;
    else if (object.day !== undefined) others += giveDay(giver, object) ? 0 : 1;
    // A document that holds another inside: of the other shapes nothing is known.
    else if (!Object.values(object).some(Array.isArray)) others += 1;
  };
  await eachObject(input, options, giver, (path) => !path.includes("."), take);
  if (others > 0) giver.note("other_kinds", others);
}

function giveSleep(giver: Giver, sleep: JsonObject): void {
  const span = spanOf(giver, sleep.bedtime_start, sleep.bedtime_end);
  const day = readDay(sleep.day);
  // "rest" looked like sleep and was none.
  if (sleep.type === "deleted" || sleep.type === "rest") giver.skip("not_measured", "type");
  else if (span === undefined || day === undefined) giver.skip("not_a_date", "day");
  else {
    const latency = Math.max(0, readNumber(sleep.latency) ?? 0) * 1000;
    const start = Math.min(span.start + latency, span.end);
    for (const [field, metric, unit] of asleep)
      giver.value(metric, whenOf({ ...span, start }), sleep[field], unit, source, field);
    if (sleep.type === "late_nap") giver.own("naps", whenOf({ ...span, start, end: start }), 1, source);
    else if (sleep.type === "long_sleep" || sleep.type === undefined)
      for (const [field, metric, unit] of night)
        giver.value(metric, { kind: "day", day }, sleep[field], unit, source, field);
  }
}

function giveBeat(giver: Giver, { bpm, timestamp }: JsonObject): void {
  const span = spanOf(giver, timestamp);
  if (span === undefined) giver.skip("not_a_date", "timestamp");
  else giveHeartRate(giver, whenOf(span), bpm, source, "bpm");
}

function giveWorkout(giver: Giver, workout: JsonObject): boolean {
  // Breathing and naps that were started by hand are "sessions" without an activity.
  if (workout.activity === undefined) return false;
  const span = spanOf(giver, workout.start_datetime, workout.end_datetime);
  if (span === undefined) giver.skip("not_a_date", "start_datetime");
  else giveExercise(giver, span, undefined, source);
  return true;
}

function giveDay(giver: Giver, object: JsonObject): boolean {
  const day = readDay(object.day);
  if (day === undefined) {
    giver.skip("not_a_date", "day");
    return true;
  }
  const when = { kind: "day", day } as const;
  let known = false;
  for (const [path, metric, unit] of daily) {
    const value = at(object, ...path);
    if (value === undefined) continue;
    known = true;
    giver.value(metric, when, value, unit, total, path[0]);
  }
  const idle = readNumber(object.non_wear_time);
  if (idle !== undefined && idle >= 0 && idle * 1000 <= DAY_MS)
    giver.own("worn", when, (DAY_MS / 1000 - idle) / 60, total);
  // Activity, sleep and readiness all have a score; only the last has these contributors.
  if (at(object, "contributors", "recovery_index") !== undefined) {
    giver.value("readiness", when, object.score, "{readiness}", total, "score");
    known = true;
  }
  return known || idle !== undefined;
}
