// The Google Health API's data points, which hold Fitbit's data since its own API ended.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { DeviceClass, Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, at, eachObject, objectsOf, textOf } from "../scan/json-file.ts";
import { giveExercise, type Span, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { giveStage, type Stage } from "../scan/stages.ts";
import { kinds } from "./kinds.ts";
import { intervalOf, minutesOf, rollupDay, timeOf } from "./times.ts";

const classes: readonly (readonly [RegExp, DeviceClass])[] = [
  [/watch|versa|sense|ionic/i, "watch"],
  [/inspire|charge|luxe|alta|flex|ace|air|one|zip/i, "band"],
  [/aria|scale/i, "scale"],
  [/phone|pixel|mobile/i, "phone"],
];
const stages: Readonly<Record<string, Stage>> = { ASLEEP: "asleep", DEEP: "deep", LIGHT: "light", REM: "rem" };

export async function readGoogleHealth(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  let others = 0;
  const take = (object: JsonObject, path: string) => {
    const point = Object.entries(object).find(([key, value]) => isKind(key) && asObject(value) !== undefined);
    if (point !== undefined) givePoint(giver, object, point[0], asObject(point[1]) as JsonObject);
    else if (path !== "" || !Object.values(object).some(Array.isArray)) others += 1;
  };
  await eachObject(input, options, giver, (path) => !path.includes("."), take);
  if (others > 0) giver.note("other_kinds", others);
}

const isKind = (key: string): boolean => kinds.has(key) || key === "sleep" || key === "exercise";

/** The model's class: what the device is called is the model's name, but a member may have changed it. */
function sourceOf(object: JsonObject): Source {
  const name = textOf(at(object, "dataSource", "device", "displayName"));
  const platform = textOf(at(object, "dataSource", "platform"));
  const deviceClass =
    classes.find(([pattern]) => pattern.test(name))?.[1] ?? (platform === "FITBIT" ? "band" : "unknown");
  return { key: `google-health/${deviceClass}`, provider: "google-health", deviceClass };
}

function givePoint(giver: Giver, object: JsonObject, key: string, point: JsonObject): void {
  const source = sourceOf(object);
  if (object.civilStartTime !== undefined || object.civilEndTime !== undefined) {
    giveRollup(giver, object, key, point, source);
    return;
  }
  if (key === "sleep" || key === "exercise") {
    const span = intervalOf(giver, point.interval);
    if (span === undefined) giver.skip("not_a_date", "interval");
    else if (key === "sleep") giveSleep(giver, point, span, source);
    else giveExercise(giver, span, minutesOf(point.activeDuration), source);
    return;
  }
  const when = timeOf(giver, point);
  if (when === undefined) {
    giver.skip("not_a_date", key);
    return;
  }
  for (const [field, metric, unit] of kinds.get(key)?.fields ?? [])
    giver.value(metric, when, point[field], unit, source, field);
  if (key === "dailySleepTemperatureDerivations") {
    const [nightly, baseline] = [point.nightlyTemperatureCelsius, point.baselineTemperatureCelsius].map(readNumber);
    if (nightly !== undefined && baseline !== undefined) giver.own("skin_temp", when, nightly - baseline, source);
  }
  if (key === "activeMinutes")
    for (const { activityLevel, activeMinutes } of objectsOf(point.activeMinutesByActivityLevel))
      if (activityLevel === "MODERATE" || activityLevel === "VIGOROUS")
        giver.value(activityLevel.toLowerCase(), when, activeMinutes, "min", source, "activeMinutes");
}

function giveRollup(giver: Giver, object: JsonObject, key: string, point: JsonObject, source: Source): void {
  const day = rollupDay(object);
  const rollup = kinds.get(key)?.rollup;
  const total: Source = { ...source, total: true };
  if (day === undefined) giver.skip("not_a_date", "civilStartTime");
  else if (rollup !== undefined)
    giver.value(rollup[1], { kind: "day", day }, point[rollup[0]], rollup[2], total, rollup[0]);
  else if (key === "activeMinutes")
    for (const { activityLevel, activeMinutesSum } of objectsOf(point.activeMinutesRollupByActivityLevel)) {
      if (activityLevel === "MODERATE" || activityLevel === "VIGOROUS")
        giver.value(
          activityLevel.toLowerCase(),
          { kind: "day", day },
          activeMinutesSum,
          "min",
          total,
          "activeMinutesSum",
        );
    }
  else giver.skip("unnamed_series", key);
}

function giveSleep(giver: Giver, sleep: JsonObject, span: Span, source: Source): void {
  let known = false;
  for (const stage of objectsOf(sleep.stages)) {
    const name = stages[textOf(stage.type)];
    const part = intervalOf(giver, stage);
    if (name === undefined || part === undefined) continue;
    known = true;
    giveStage(giver, name, { ...part, zone: span.zone }, source);
  }
  if (!known) giveSummary(giver, sleep.summary, span, source);
  if (at(sleep, "metadata", "nap") === true || at(sleep, "metadata", "mainSleep") === false)
    giver.own("naps", whenOf({ ...span, end: span.start }), 1, source);
}

function giveSummary(giver: Giver, summary: JsonValue | undefined, span: Span, source: Source): void {
  giver.value("sleep", whenOf(span), at(summary, "minutesAsleep"), "min", source, "minutesAsleep");
  for (const { type, minutes } of objectsOf(at(summary, "stagesSummary"))) {
    const name = stages[textOf(type)];
    if (name !== undefined && name !== "asleep")
      giver.value(`sleep_${name}`, whenOf(span), minutes, "min", source, "stagesSummary");
  }
}
