// Huawei Health's JSON: points that devices sampled, minutes of movement, workouts. Times are milliseconds since 1970, beside them stands
// the zone. What a point is its key says; the numbers of its type change with the device.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Source } from "../sample.ts";
import { devicesOf } from "../scan/devices.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, eachObject, objectIn, objectsOf, textOf, wordOf } from "../scan/json-file.ts";
import { type Field, giveExercise, giveFields, giveHeartRate, type Span, spanBeside, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { giveStage, type Stage } from "../scan/stages.ts";
import { MINUTE_MS, readOffset } from "../scan/stamp.ts";

const account: Source = { key: "huawei", provider: "huawei", deviceClass: "watch" };
const scale: Source = { ...account, deviceClass: "scale" };

const stages: ReadonlyMap<string, Stage> = new Map([
  ["PROFESSIONAL_SLEEP_DEEP", "deep"],
  ["PROFESSIONAL_SLEEP_SHALLOW", "light"],
  ["PROFESSIONAL_SLEEP_DREAM", "rem"],
  ["PROFESSIONAL_SLEEP_NOON", "asleep"],
  ["SLEEP_DEEP", "deep"],
  ["SLEEP_LIGHT", "light"],
]);

/** Points of one number. */
const points: ReadonlyMap<string, readonly [metric: string, unit: string, source: Source]> = new Map([
  ["DATA_POINT_REST_HEARTRATE", ["rhr", "/min", account]],
  ["DATA_POINT_NEW_REST_HEARTRATE", ["rhr", "/min", account]],
  ["BLOOD_OXYGEN_SATURATION", ["spo2", "%", account]],
  ["WEIGHT_BODYWEIGHT", ["weight", "kg", scale]],
  ["WEIGHT_BODYFAT", ["body_fat", "%", scale]],
]);

const weighed: readonly Field[] = [
  ["bodyWeight", "weight", "kg"],
  ["bodyFatRate", "body_fat", "%"],
  ["bmi", "bmi", "kg/m2"],
];

const moved: readonly Field[] = [
  ["steps", "steps", "{steps}"],
  ["floor", "floors", "{floors}"],
  ["distance", "distance", "m"],
];

/** Running and walking, in older and newer numbers: outdoors, indoors, across country, up a hill. */
const ON_FOOT: ReadonlySet<number> = new Set([2, 4, 5, 101, 118, 257, 258, 260, 264, 282]);

export async function readHuawei(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const file = new HuaweiFile(new Giver(input, sink, options));
  await eachObject(
    input,
    options,
    file.giver,
    (path) => path === "data",
    (object) => file.take(object),
  );
  file.end();
}

class HuaweiFile {
  readonly giver: Giver;
  readonly #deviceOf = devicesOf(account);
  #others = 0;

  constructor(giver: Giver) {
    this.giver = giver;
  }

  take(record: JsonObject): void {
    // somebody else on the same scale
    if (record.subUser !== undefined && record.subUser !== null && record.subUser !== "") this.#others += 1;
    else if (Array.isArray(record.samplePoints))
      for (const point of objectsOf(record.samplePoints)) this.#point(point, record);
    else if (Array.isArray(record.sportDataUserData))
      for (const minute of objectsOf(record.sportDataUserData)) this.#minute(minute);
    else if (Array.isArray(record.motionPathData))
      for (const workout of objectsOf(record.motionPathData)) this.take(workout);
    else if (record.sportBasicInfos !== undefined) this.#minute(record);
    else if (record.startTime !== undefined) this.#workout(record);
    else if (!Array.isArray(record.data)) this.#others += 1;
  }

  #spanOf(from: JsonValue | undefined, to: JsonValue | undefined, timeZone: JsonValue | undefined): Span | undefined {
    const [start, end] = [readNumber(from), readNumber(to ?? from)].map((ms) => ms ?? Number.NaN) as [number, number];
    const span = spanBeside(this.giver, start, end, readOffset(textOf(timeZone)));
    if (span === undefined) this.giver.skip("not_a_date", "startTime");
    return span;
  }

  #point(point: JsonObject, record: JsonObject): void {
    const key = textOf(point.key);
    const [stage, known] = [stages.get(key), points.get(key)];
    const beats = key === "DATA_POINT_DYNAMIC_HEARTRATE";
    if (stage === undefined && known === undefined && !beats && key !== "WEIGHT_BODYFAT_BROAD") {
      this.#others += 1;
      return;
    }
    const span = this.#spanOf(point.startTime ?? record.startTime, point.endTime ?? record.endTime, record.timeZone);
    if (span === undefined) return;
    const at = whenOf({ ...span, end: span.start });
    const { value } = point;
    if (stage !== undefined) giveStage(this.giver, stage, span, account);
    else if (key === "WEIGHT_BODYFAT_BROAD") giveFields(this.giver, at, objectIn(value), weighed, scale);
    else if (readNumber(value) === 0) this.giver.skip("not_measured", key);
    else if (beats) giveHeartRate(this.giver, at, readNumber(value) ?? value, account, key);
    else if (known !== undefined) this.giver.value(known[0], at, readNumber(value) ?? value, known[1], known[2], key);
  }

  /**
   * A minute of movement, at its beginning, since a device has one for each kind of it; what was not done in it is written as 0. Its energy
   * is in a unit that differs from one export to another.
   */
  #minute(minute: JsonObject): void {
    const span = this.#spanOf(minute.startTime, minute.endTime, minute.timeZone);
    if (span === undefined) return;
    const source = this.#deviceOf(wordOf(minute.deviceCode));
    if (source === undefined) {
      this.giver.skip("many_devices", "deviceCode");
      return;
    }
    const onFoot = ON_FOOT.has(readNumber(minute.sportType) ?? -1);
    for (const info of objectsOf(minute.sportBasicInfos)) {
      const done = moved.filter(
        ([field, metric]) => readNumber(info[field]) !== 0 && (onFoot || metric !== "distance"),
      );
      giveFields(this.giver, whenOf({ ...span, end: span.start }), info, done, source);
    }
  }

  /** What it was is beside it, or in a summary of its own; its track is left where it is. */
  #workout(record: JsonObject): void {
    const summary = { ...record, ...asObject(record.summaryData) };
    const length = readNumber(summary.totalTime);
    const start = readNumber(record.startTime) ?? Number.NaN;
    const end = record.endTime ?? start + Math.max(0, length ?? 0);
    if (length === undefined && record.endTime === undefined && summary.sportType === undefined) {
      this.#others += 1;
      return;
    }
    const span = this.#spanOf(record.startTime, end, record.timeZone);
    if (span === undefined) return;
    giveExercise(this.giver, span, length === undefined ? undefined : length / MINUTE_MS, account);
    if (ON_FOOT.has(readNumber(summary.sportType) ?? -1))
      this.giver.value("distance", whenOf(span), summary.totalDistance, "m", account, "totalDistance");
  }

  end(): void {
    if (this.#others > 0) this.giver.note("other_kinds", this.#others);
  }
}
