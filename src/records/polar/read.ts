// Polar's JSON, an account's export: sessions, days of activity, beats of days, nights. Its times go by the clock on the wall; beside a
// session's stands its zone, in a night's. Two generations of it call the same things differently.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { at, eachObject, objectsOf, wordOf } from "../scan/json-file.ts";
import { type Field, giveExercise, giveFields, giveHeartRate, spanOf, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { DAY_MS, MINUTE_MS, readDay } from "../scan/stamp.ts";
import { readDuration } from "../tables/cells/durations.ts";

const source: Source = { key: "polar", provider: "polar", deviceClass: "watch" };
const total: Source = { ...source, total: true };

/** In the older export a sport's name, in the newer its number. */
const ON_FOOT = /RUNNING|WALKING|HIKING|JOGGING|^(?:1|3|4|9|11|17|19|27)$/;

/** Its energy is with the basal rate. */
const daily: readonly Field[] = [
  ["stepCount", "steps", "{steps}"],
  ["stepsDistance", "distance", "m"],
];

const recovered: readonly Field[] = [["meanNightlyRecoveryRmssd", "hrv_rmssd", "ms"]];

const asleep = [
  ["asleepDuration", "sleep"],
  ["phaseDurations.deep", "sleep_deep"],
  ["phaseDurations.light", "sleep_light"],
  ["phaseDurations.rem", "sleep_rem"],
] as const;

/** `PT7H30M`, or a number of milliseconds. */
function minutesOf(text: JsonValue | undefined, milliseconds?: JsonValue): number | undefined {
  const ms = readNumber(milliseconds);
  return ms === undefined ? (typeof text === "string" ? readDuration(text)?.minutes : undefined) : ms / MINUTE_MS;
}

export async function readPolar(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  let others = 0;
  const take = (object: JsonObject) => {
    if (object.stopTime !== undefined) giveSession(giver, object);
    else if (object.night !== undefined) giveNight(giver, object);
    else if (object.secondsFromDayStart === undefined && object.date !== undefined) giveDay(giver, object);
    else if (!Object.values(object).some(Array.isArray)) others += 1;
  };
  await eachObject(input, options, giver, (path) => path === "deviceDays", take);
  if (others > 0) giver.note("other_kinds", others);
}

function giveSession(giver: Giver, session: JsonObject): void {
  const parts = objectsOf(session.exercises);
  const beside = readNumber(
    session.timezoneOffsetMinutes ?? session.timeZoneOffset ?? session.timezoneOffset ?? parts[0]?.timezoneOffset,
  );
  const span = spanOf(giver, session.startTime, session.stopTime, beside);
  if (span === undefined) {
    giver.skip("not_a_date", "startTime");
    return;
  }
  giveExercise(giver, span, minutesOf(session.duration, session.durationMillis), source);
  const start = whenOf({ ...span, end: span.start });
  const rate = session.hrMax ?? session.maximumHeartRate;
  if (readNumber(rate) !== 0) giver.value("hr_max", start, rate, "/min", source, "hrMax");
  for (const part of parts.length > 0 ? parts : [session]) {
    const of = spanOf(giver, part.startTime, part.stopTime, beside);
    const sport = wordOf(at(part, "sport", "id") ?? part.sport);
    if (of !== undefined && of.end >= of.start && ON_FOOT.test(sport))
      giver.value("distance", whenOf(of), part.distanceMeters ?? part.distance, "m", source, "distance");
  }
}

function giveDay(giver: Giver, object: JsonObject): void {
  const day = readDay(object.date);
  if (day === undefined) {
    giver.skip("not_a_date", "date");
    return;
  }
  const when = { kind: "day", day } as const;
  if (object.deviceId !== undefined || Array.isArray(object.samples)) {
    for (const { heartRate, secondsFromDayStart } of objectsOf(object.samples)) {
      const seconds = readNumber(secondsFromDayStart);
      if (seconds === undefined || seconds < 0 || seconds * 1000 >= DAY_MS)
        giver.skip("no_date", "secondsFromDayStart");
      else if (readNumber(heartRate) === 0) giver.skip("not_measured", "heartRate");
      else {
        const { ms, zone } = giver.wall(day * DAY_MS + seconds * 1000);
        giveHeartRate(giver, { kind: "span", start: ms, end: ms, zone }, heartRate, source, "heartRate");
      }
    }
  } else if (giveFields(giver, when, object.summary, daily, total) === 0) {
    // the older export has only the minutes
    const steps = objectsOf(at(object, "samples", "steps")).map(({ value }) => readNumber(value) ?? 0);
    if (steps.length === 0) giver.skip("no_values", "summary");
    else
      giver.own(
        "steps",
        when,
        steps.reduce((sum, value) => sum + Math.max(0, value), 0),
        total,
      );
  }
}

/** What is asleep, of a night's evaluation; and its recovery, whose file has no times. */
function giveNight(giver: Giver, night: JsonObject): void {
  const day = readDay(night.night);
  if (day === undefined) {
    giver.skip("not_a_date", "night");
    return;
  }
  const when = { kind: "day", day } as const;
  const breath = readNumber(night.meanNightlyRecoveryRespirationInterval);
  const known = giveFields(giver, when, night, recovered, source);
  if (breath !== undefined && breath > 0) giver.own("resp_rate", when, Math.round(60_000_000 / breath) / 1000, source);
  const hypnogram = at(night, "sleepResult", "hypnogram");
  const span = spanOf(giver, at(hypnogram, "sleepStart"), at(hypnogram, "sleepEnd"));
  const of = span === undefined || span.end < span.start ? when : whenOf(span);
  let values = 0;
  for (const [path, metric] of asleep) {
    const minutes = minutesOf(at(night.evaluation, ...path.split(".")));
    if (minutes === undefined) continue;
    values++;
    giver.own(metric, of, minutes, source);
  }
  values += giveFields(
    giver,
    when,
    night.evaluation,
    [["analysis.efficiencyPercent", "sleep_efficiency", "%"]],
    source,
  );
  if (known + values === 0) giver.note("other_kinds");
}
