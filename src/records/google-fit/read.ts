// Google Fit's JSON: data points and sessions of a Takeout, and answers of the Fitness API, which is no more. Times are UTC.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { at, eachObject, objectsOf, textOf } from "../scan/json-file.ts";
import { giveExercise, type Span, spanOf, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { giveStage, type Stage } from "../scan/stages.ts";
import { isInstant, MINUTE_MS } from "../scan/stamp.ts";

/** By the type's name without `com.google.`: metrics and unit. Calories are with the basal rate, heart minutes count twice. */
const types: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ["step_count.delta", ["{steps}", "steps"]],
  ["distance.delta", ["m", "distance"]],
  ["heart_rate.bpm", ["/min", "hr_mean", "hr_max"]],
  ["weight", ["kg", "weight"]],
  ["body.fat.percentage", ["%", "body_fat"]],
  ["oxygen_saturation", ["%", "spo2"]],
]);
const stages: readonly (Stage | undefined)[] = [undefined, undefined, "asleep", undefined, "light", "deep", "rem"];
/** Sessions that are no exercise. */
const REST = /^(?:sleep|still|in_vehicle|unknown|tilting|meditation)/i;

export async function readGoogleFit(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  const source = sourceOf(input.path);
  let others = 0;
  const take = (object: JsonObject, path = ""): void => {
    // the pieces of a session, which follows whole
    if (path === "segment") return;
    if (object.dataTypeName !== undefined) others += givePoint(giver, object, source) ? 0 : 1;
    else if (REST.test(textOf(object.fitnessActivity))) others += 1;
    else if (object.fitnessActivity !== undefined) giveSession(giver, object, source);
    // Buckets of the API hold sets of points.
    else for (const set of objectsOf(object.dataset)) for (const point of objectsOf(set.point)) take(point);
  };
  await eachObject(input, options, giver, (path) => !path.includes("."), take);
  if (others > 0) giver.note("other_kinds", others);
}

/**
 * Takeout has one file a stream: what an app or device counted, and what Google made of all of them. The stream's name is in the
 * file's, with models and ids of devices, of which nothing is kept: merged streams are one source, the others another. The phone is
 * where they are merged, and goes before what went into it.
 */
function sourceOf(path: string): Source {
  const merged = /merge_|estimated_steps|:merged|_merged/.test(path.split("/").at(-1) ?? "");
  return {
    key: `google-fit/${merged ? "merged" : "stream"}`,
    provider: "google-fit",
    deviceClass: merged ? "phone" : "unknown",
  };
}

function instantOf(nanos: JsonValue | undefined): number | undefined {
  const ms = Math.floor((readNumber(nanos) ?? Number.NaN) / 1e6);
  return isInstant(ms) ? ms : undefined;
}

function givePoint(giver: Giver, point: JsonObject, source: Source): boolean {
  const name = textOf(point.dataTypeName).replace("com.google.", "");
  const type = types.get(name);
  if (type === undefined && name !== "sleep.segment") return false;
  const start = instantOf(point.startTimeNanos);
  const end = instantOf(point.endTimeNanos) ?? start;
  if (start === undefined || end === undefined) {
    giver.skip("not_a_date", "startTimeNanos");
    return true;
  }
  const span: Span = { start, end, zone: giver.zoneAt(start) };
  const value = objectsOf(point.fitValue ?? point.value)[0];
  const number = numberOf(at(value, "value") === undefined ? value : at(value, "value"));
  if (type === undefined) {
    const stage = stages[readNumber(number) ?? 0];
    if (stage !== undefined) giveStage(giver, stage, span, source);
    return true;
  }
  const [unit, ...metrics] = type;
  for (const metric of metrics) giver.value(metric, whenOf(span), number, unit, source, name);
  return true;
}

const numberOf = (value: JsonValue | undefined): JsonValue | undefined => at(value, "intVal") ?? at(value, "fpVal");

function giveSession(giver: Giver, session: JsonObject, source: Source): void {
  const span = spanOf(giver, session.startTime, session.endTime);
  const seconds = readNumber(/^([\d.]{1,12})s$/.exec(textOf(session.duration))?.[1]);
  if (span === undefined) giver.skip("not_a_date", "startTime");
  else giveExercise(giver, span, seconds === undefined ? undefined : (seconds * 1000) / MINUTE_MS, source);
}
