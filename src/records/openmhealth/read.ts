// Open mHealth and IEEE 1752.1 data points: a header and a body, or a body alone; one, a list, or lines of them.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Source, When } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, at, eachObject, textOf } from "../scan/json-file.ts";
import { giveExercise, whenOf } from "../scan/moments.ts";
import { durationOf, type Frame, frameOf } from "./frame.ts";
import { measures } from "./measures.ts";

const source: Source = { key: "openmhealth", provider: "openmhealth", deviceClass: "unknown" };
const ON_FOOT = /\b(?:walk|walking|run|running|jog|jogging|hike|hiking)\b/i;

export async function readOpenMHealth(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  let others = 0;
  const take = (object: JsonObject, path: string) => {
    const body = asObject(object.body) ?? object;
    if (givePoint(giver, object, body)) return;
    if (path !== "" || !Object.values(object).some(Array.isArray)) others += 1;
  };
  await eachObject(input, options, giver, (path) => !path.includes("."), take);
  if (others > 0) giver.note("other_kinds", others);
}

/** @returns whether anything in the body is known */
function givePoint(giver: Giver, point: JsonObject, body: JsonObject): boolean {
  const known = Object.keys(body).filter((key) => measures.has(key));
  const activity = body.activity_name !== undefined || body.physical_activity !== undefined;
  if (known.length === 0 && !activity) return false;
  const frame = frameOf(giver, body.effective_time_frame) ?? fromHeader(giver, point);
  if (frame === undefined) {
    giver.skip("no_date", "effective_time_frame");
    return true;
  }
  const member = textOf(at(point, "header", "user_id"));
  if (activity) giveActivity(giver, body, frame, member);
  else for (const key of known) giveMeasure(giver, key, body, frame, member);
  return true;
}

/** When a point was made is the only time that some have. */
function fromHeader(giver: Giver, point: JsonObject): Frame | undefined {
  const header = point.header;
  const made = at(header, "source_creation_date_time") ?? at(header, "creation_date_time");
  const frame = frameOf(giver, { date_time: made ?? null });
  if (frame !== undefined) giver.note("time_of_making");
  return frame;
}

function metricsOf(key: string, body: JsonObject): readonly string[] {
  const statistic = textOf(body.descriptive_statistic);
  if (key !== "heart_rate")
    return statistic === "" || /^(?:average|mean|sum|count|median)$/.test(statistic)
      ? (measures.get(key)?.metrics ?? [])
      : [];
  if (statistic === "maximum") return ["hr_max"];
  if (statistic !== "" && !/^(?:average|mean)$/.test(statistic)) return [];
  const rest = textOf(body.temporal_relationship_to_physical_activity) === "at rest";
  return rest ? ["rhr"] : statistic === "" ? ["hr_mean", "hr_max"] : ["hr_mean"];
}

function giveMeasure(giver: Giver, key: string, body: JsonObject, frame: Frame, member: string): void {
  const metrics = metricsOf(key, body);
  // The lowest, a quartile, a deviation: of no metric here.
  if (metrics.length === 0) giver.skip("other_statistic", key);
  const when: When =
    measures.get(key)?.night === true && frame.span === undefined ? { kind: "day", day: frame.wakeDay } : frame.when;
  const efficiency = key === "sleep_efficiency_percentage";
  const [value, unit] = amountOf(body[key]);
  for (const metric of metrics)
    giver.value(metric, efficiency ? { kind: "day", day: frame.wakeDay } : when, value, unit, source, key, member);
}

function amountOf(value: JsonValue | undefined): readonly [JsonValue | undefined, string] {
  return asObject(value) === undefined ? [value, "%"] : [at(value, "value"), textOf(at(value, "unit"))];
}

function giveActivity(giver: Giver, body: JsonObject, { when, span }: Frame, member: string): void {
  const duration = durationOf(body.duration);
  if (span !== undefined && (span.end > span.start || duration !== undefined)) {
    const minutes = duration === undefined ? undefined : duration / 60_000;
    giveExercise(giver, { ...span, end: Math.max(span.end, span.start + (duration ?? 0)) }, minutes, source, member);
  } else {
    giver.own("exercise_sessions", when, 1, source, member);
    if (duration !== undefined) giver.own("exercise", when, duration / 60_000, source, member);
  }
  const [metres, unit] = amountOf(body.distance);
  if (ON_FOOT.test(textOf(body.activity_name)))
    giver.value("distance", span === undefined ? when : whenOf(span), metres, unit, source, "distance", member);
}
