// Summaries that the Garmin Health API pushes to an app: lists by their kind, each record of one of the app's users, in seconds since 1970
// with the zone beside. Epochs are pushed again as they grow and say nothing more than the days that are made of them.
import { localDay, type Source } from "../sample.ts";
import type { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, wordOf } from "../scan/json-file.ts";
import { type Field, giveExercise, giveFields, type Span, spanBeside, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { readDay } from "../scan/stamp.ts";

const source: Source = { key: "garmin", provider: "garmin", deviceClass: "watch" };
const total: Source = { ...source, total: true };
const scale: Source = { ...source, deviceClass: "scale" };
const ID_CHARS_MAX = 128;
const ACTIVITIES = /^(?:manuallyUpdatedA|a)ctivities$/;
const ON_FOOT = /RUNNING|WALKING|HIKING/;

const daily: readonly Field[] = [
  ["steps", "steps", "{steps}"],
  ["distanceInMeters", "distance", "m"],
  ["activeKilocalories", "active_energy", "kcal"],
  ["floorsClimbed", "floors", "{floors}"],
  ["moderateIntensityDurationInSeconds", "moderate", "s"],
  ["vigorousIntensityDurationInSeconds", "vigorous", "s"],
  ["restingHeartRateInBeatsPerMinute", "rhr", "/min"],
  ["averageHeartRateInBeatsPerMinute", "hr_mean", "/min"],
  ["maxHeartRateInBeatsPerMinute", "hr_max", "/min"],
  ["averageStressLevel", "stress", "{stress}"],
];
/** Of a day or of the night before it. */
const ofDay: readonly Field[] = [
  ["lastNightAvg", "hrv_rmssd", "ms"],
  ["vo2Max", "vo2max", "mL/kg/min"],
  ["avgDeviationCelsius", "skin_temp", "K"],
];
const stages: readonly Field[] = [
  ["deepSleepDurationInSeconds", "sleep_deep", "s"],
  ["lightSleepDurationInSeconds", "sleep_light", "s"],
  ["remSleepInSeconds", "sleep_rem", "s"],
];
const weighed: readonly Field[] = [
  ["weightInGrams", "weight", "g"],
  ["bodyFatInPercent", "body_fat", "%"],
  ["bodyMassIndex", "bmi", "kg/m2"],
];

export const isPushed = (record: JsonObject): boolean =>
  record.summaryId !== undefined || record.startTimeInSeconds !== undefined;

/** @param kind the list it is in; "" where the record stands alone @returns whether a metric is made of such records */
export function givePushed(giver: Giver, record: JsonObject, kind: string): boolean {
  const member = wordOf(record.userId);
  const span = spanOf(giver, record);
  const day = readDay(record.calendarDate) ?? (span && localDay(span.start, span.zone.offsetMinutes));
  if (kind === "epochs" || record.met !== undefined) return false;
  if (member.length > ID_CHARS_MAX) {
    giver.skip("damaged_member_id", "userId");
    return true;
  }
  if (day === undefined) {
    giver.skip("not_a_date", "startTimeInSeconds");
    return true;
  }
  const when = { kind: "day", day } as const;
  if (span !== undefined && record.measurementTimeInSeconds !== undefined)
    return giveFields(giver, whenOf(span), record, weighed, scale, member) > 0;
  if (span !== undefined && record.deepSleepDurationInSeconds !== undefined) {
    giveSleep(giver, record, span, member);
    giver.value("spo2", when, meanOf(record.timeOffsetSleepSpo2), "%", source, "timeOffsetSleepSpo2", member);
    return true;
  }
  if (span !== undefined && (ACTIVITIES.test(kind) || record.activityName !== undefined)) {
    giveExercise(giver, span, (span.end - span.start) / 60_000 || undefined, source, member);
    if (ON_FOOT.test(wordOf(record.activityType)))
      giver.value("distance", whenOf(span), record.distanceInMeters, "m", source, "distanceInMeters", member);
    const peak = whenOf({ ...span, end: span.start });
    giveFields(giver, peak, record, [["maxHeartRateInBeatsPerMinute", "hr_max", "/min"]], source, member);
    return true;
  }
  const oxygen = record.onDemand === true ? undefined : meanOf(record.timeOffsetSpo2Values);
  giver.value("spo2", when, oxygen, "%", source, "timeOffsetSpo2Values", member);
  const found = giveFields(giver, when, record, ofDay, source, member);
  const whole = kind === "dailies" || (kind === "" && record.calendarDate !== undefined);
  const days = whole ? giveFields(giver, when, record, daily, total, member) : 0;
  return found + days > 0 || oxygen !== undefined;
}

function spanOf(giver: Giver, record: JsonObject): Span | undefined {
  const start = (readNumber(record.startTimeInSeconds ?? record.measurementTimeInSeconds) ?? Number.NaN) * 1000;
  const length = Math.max(0, readNumber(record.durationInSeconds) ?? 0) * 1000;
  const beside = readNumber(record.startTimeOffsetInSeconds ?? record.measurementTimeOffsetInSeconds);
  return spanBeside(giver, start, start + length, Math.round((beside ?? Number.NaN) / 60));
}

/** Its length holds the time awake, its stages do not; one that somebody entered has none. */
function giveSleep(giver: Giver, record: JsonObject, span: Span, member: string): void {
  const when = whenOf(span);
  const asleep = stages.reduce((sum, [field]) => sum + Math.max(0, readNumber(record[field]) ?? 0), 0);
  const length = asleep > 0 ? asleep : record.durationInSeconds;
  giver.value("sleep", when, length, "s", source, "durationInSeconds", member);
  if (asleep > 0) giveFields(giver, when, record, stages, source, member);
}

/** Of values by their seconds since the start; undefined where there are none. */
function meanOf(values: JsonValue | undefined): number | undefined {
  const numbers = Object.values(asObject(values) ?? {})
    .map(readNumber)
    .filter((value) => value !== undefined && value > 0) as number[];
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
