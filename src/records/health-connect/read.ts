// Health Connect's records as its plugins for React Native and Capacitor give them. Health Connect's own export is a database, which
// no reader here opens.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { DeviceClass, Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, at, eachObject, objectsOf, textOf, wordOf } from "../scan/json-file.ts";
import { giveExercise, giveHeartRate, type Span, spanOf, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { giveStage, type Stage } from "../scan/stages.ts";
import { isInstant, readOffset } from "../scan/stamp.ts";
import { aliases, kinds, tagged, tells } from "./kinds.ts";

/** Device.TYPE_… of Health Connect. */
const classes: readonly DeviceClass[] = [
  "unknown",
  "watch",
  "phone",
  "scale",
  "ring",
  "other",
  "band",
  "chest",
  "other",
];
const stages: Readonly<Record<string, Stage>> = {
  "2": "asleep",
  "4": "light",
  "5": "deep",
  "6": "rem",
  sleeping: "asleep",
  asleep: "asleep",
  light: "light",
  deep: "deep",
  rem: "rem",
};

export async function readHealthConnect(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  const fromName = kindOf(/([a-zA-Z]+)[^/a-zA-Z]*\.\w+$/.exec(input.path)?.[1] ?? "");
  let others = 0;
  const take = (object: JsonObject, path: string) => {
    const time = object.startTime ?? object.time ?? object.startDate ?? object.date;
    if (time === undefined) {
      others += path === "" && Object.values(object).some(Array.isArray) ? 0 : 1;
      return;
    }
    const kind = kindOf(saidOf(object) ?? "") ?? kindOf(path) ?? fromName ?? toldOf(object);
    if (kind === undefined) giver.skip("unnamed_series");
    else giveRecord(giver, kind, object);
  };
  await eachObject(input, options, giver, (path) => !path.includes("."), take);
  if (others > 0) giver.note("other_kinds", others);
}

/** The kind that a record names. */
const saidOf = (object: JsonObject): string | undefined =>
  [object.recordType, object.type, object.dataType].map(textOf).find((each) => kindOf(each) !== undefined);

/** The kind that its fields tell. */
const toldOf = (object: JsonObject): string | undefined =>
  tells.find(([field]) => object[field] !== undefined)?.[1] ?? plainSteps(object);

/** "StepsRecord", "steps" and "STEPS" are one; undefined for a kind that no metric is made of. */
export function kindOf(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "")
    .replace(/record$/, "");
  const kind = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
  const special = ["sleepsession", "exercisesession", "activityintensity", "skintemperature"];
  return kinds.has(kind) || special.includes(kind) ? kind : undefined;
}

/** Only pushes of a wheelchair are counted by the same field. */
function plainSteps(object: JsonObject): string | undefined {
  return object.count !== undefined && object.endTime !== undefined && textOf(object.type) === "" ? "steps" : undefined;
}

/** The app's package and the class of device: nothing of the person. */
function sourceOf(object: JsonObject): Source {
  const origin = at(object, "metadata", "dataOrigin") ?? object.dataOrigin ?? object.sourceId;
  const app = textOf(origin) || textOf(at(origin, "packageName"));
  const device = at(object, "metadata", "device") ?? object.device;
  const type = readNumber(asObject(device) === undefined ? device : at(device, "type"));
  const deviceClass = classes[type ?? 0] ?? "unknown";
  const known = /^[a-z0-9_]+(?:\.[A-Za-z0-9_]+){1,6}$/.test(app) ? app : "app";
  return { key: `health-connect/${known}/${deviceClass}`, provider: "health-connect", deviceClass };
}

function offsetOf(object: JsonObject): number | undefined {
  const stated = object.startZoneOffset ?? object.zoneOffset;
  const seconds = readNumber(at(stated, "totalSeconds"));
  if (seconds !== undefined) return seconds / 60;
  return readOffset(textOf(stated) || textOf(at(stated, "id")));
}

/** Stamps are ISO 8601, or milliseconds since 1970. */
function momentOf(
  giver: Giver,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  offset: number | undefined,
): Span | undefined {
  if (typeof from !== "number") return spanOf(giver, from, to, offset);
  const end = typeof to === "number" ? to : from;
  if (!isInstant(from) || !isInstant(end)) return undefined;
  const zone = offset === undefined ? giver.zoneAt(from) : ({ offsetMinutes: offset, from: "record" } as const);
  return { start: from, end, zone };
}

/** @param kind as of kindOf() */
export function giveRecord(giver: Giver, kind: string, object: JsonObject): void {
  const source = sourceOf(object);
  const offset = offsetOf(object);
  const from = object.startTime ?? object.time ?? object.startDate ?? object.date;
  const span = momentOf(giver, from, object.endTime ?? object.endDate, offset);
  if (span === undefined) giver.skip("not_a_date", "startTime");
  else if (span.end < span.start) giver.skip("ends_before_it_starts");
  else if (kind === "sleepsession") giveSleep(giver, object, span, source);
  else if (kind === "exercisesession") giveExercise(giver, span, undefined, source);
  else if (kind === "activityintensity") giveIntensity(giver, object, span, source);
  else if (kind === "skintemperature") giveDeltas(giver, object, span, source);
  else if (kind === "heartrate" && Array.isArray(object.samples))
    for (const sample of objectsOf(object.samples)) {
      const moment = momentOf(giver, sample.time, undefined, offset) ?? span;
      giveHeartRate(giver, whenOf({ ...moment, end: moment.start }), sample.beatsPerMinute, source, "samples");
    }
  else giveValue(giver, kind, object, span, source);
}

function giveValue(giver: Giver, name: string, object: JsonObject, span: Span, source: Source): void {
  const kind = kinds.get(name);
  if (kind === undefined) return;
  const value = object[kind.field] ?? object.value;
  const [number, unit] = measured(value, textOf(object.unit) || kind.unit);
  // HealthKit's percents, which plugins for both platforms pass on, are shares of 1.
  const share = kind.unit === "%" && (readNumber(number) ?? 100) <= 1;
  if (value === undefined) giver.skip("empty", kind.field);
  else if (unit === "") giver.skip("unstated_unit", kind.field);
  else
    for (const metric of kind.metrics)
      giver.value(metric, whenOf(span), number, share ? "ratio" : unit, source, kind.field);
}

/** A number, `{value, unit}`, or a value in several units by name. */
function measured(value: JsonValue | undefined, unit: string): readonly [JsonValue | undefined, string] {
  if (asObject(value) === undefined) return [value, unit];
  for (const [name, said] of tagged) if (at(value, name) !== undefined) return [at(value, name), said];
  return [at(value, "value"), textOf(at(value, "unit")) || unit];
}

function giveSleep(giver: Giver, object: JsonObject, span: Span, source: Source): void {
  const parts = objectsOf(object.stages);
  let known = 0;
  for (const part of parts) {
    const stage =
      stages[
        wordOf(part.stage ?? part.type)
          .toLowerCase()
          .replace(/^sleep(?:ing)?_/, "")
      ];
    const moment = momentOf(giver, part.startTime ?? part.startDate, part.endTime ?? part.endDate, undefined);
    if (stage === undefined || moment === undefined) continue;
    known += 1;
    giveStage(giver, stage, { ...moment, zone: span.zone }, source);
  }
  // A session without stages is all that is known of a sleep.
  if (parts.length === 0) giveStage(giver, "asleep", span, source);
  else if (known === 0) giver.skip("no_values", "stages");
}

function giveIntensity(giver: Giver, object: JsonObject, span: Span, source: Source): void {
  const vigorous = /1|vigorous/i.test(wordOf(object.activityIntensityType));
  const metric = vigorous ? "vigorous" : "moderate";
  if (span.end === span.start) giver.skip("empty", "endTime");
  else giver.own(metric, whenOf(span), (span.end - span.start) / 60_000, source);
}

function giveDeltas(giver: Giver, object: JsonObject, span: Span, source: Source): void {
  for (const { time, delta } of objectsOf(object.deltas)) {
    const moment = momentOf(giver, time, undefined, undefined) ?? span;
    const when = whenOf({ start: moment.start, end: moment.start, zone: span.zone });
    giver.value("skin_temp", when, at(delta, "inCelsius") ?? delta, "K", source, "deltas");
  }
}
