// Whoop's records, API versions 1 and 2: cycles from sleep to sleep, sleeps, recoveries, workouts. A record's fields tell its kind.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import { localDay, type Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject } from "../scan/json.ts";
import { at, eachObject, textOf, wordOf } from "../scan/json-file.ts";
import { giveExercise, type Span, spanOf, whenOf } from "../scan/moments.ts";
import { DAY_MS, readOffset } from "../scan/stamp.ts";

const source: Source = { key: "whoop", provider: "whoop", deviceClass: "band" };
const total: Source = { ...source, total: true };
const ON_FOOT = /^(?:running|walking|hiking|hiking\/rucking|track & field|trail running)$/i;
/** More recoveries than days of a life would be held back. */
const RECOVERIES_MAX = 50_000;

const asleep = [
  ["deep", "total_slow_wave_sleep_time_milli"],
  ["light", "total_light_sleep_time_milli"],
  ["rem", "total_rem_sleep_time_milli"],
] as const;

const recovered: readonly (readonly [string, string, string])[] = [
  ["resting_heart_rate", "rhr", "/min"],
  ["hrv_rmssd_milli", "hrv_rmssd", "ms"],
  ["spo2_percentage", "spo2", "%"],
  ["recovery_score", "readiness", "{readiness}"],
];

export async function readWhoop(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  const file = new WhoopFile(giver);
  await eachObject(
    input,
    options,
    giver,
    (path) => !path.includes("."),
    (object) => file.take(object),
  );
  file.end();
}

class WhoopFile {
  readonly #giver: Giver;
  /** Local day of waking, by the sleep's or the cycle's id: what a recovery names and does not know. */
  readonly #days = new Map<string, number>();
  readonly #recoveries: JsonObject[] = [];
  #others = 0;

  constructor(giver: Giver) {
    this.#giver = giver;
  }

  take(record: JsonObject): void {
    if (record.score_state === undefined) {
      if (!Object.values(record).some(Array.isArray)) this.#others += 1;
      return;
    }
    const offset = readOffset(textOf(record.timezone_offset));
    const span = spanOf(this.#giver, record.start, record.end, offset);
    if (record.recovery_score !== undefined || record.sleep_id !== undefined) this.#keep(record);
    else if (span === undefined) this.#giver.skip("not_a_date", "start");
    else if (record.nap !== undefined) this.#sleep(record, span);
    else if (record.sport_id !== undefined || record.sport_name !== undefined) this.#workout(record, span);
    else this.#cycle(record, span);
  }

  #scored(record: JsonObject): boolean {
    if (record.score_state !== "SCORED") this.#giver.skip("not_measured", "score_state");
    return record.score_state === "SCORED";
  }

  #keep(record: JsonObject): void {
    if (this.#recoveries.length < RECOVERIES_MAX) this.#recoveries.push(record);
    else this.#recovery(record);
  }

  #sleep(record: JsonObject, span: Span): void {
    const day = localDay(span.end, span.zone.offsetMinutes);
    if (record.nap !== true) this.#days.set(wordOf(record.id), day).set(wordOf(record.cycle_id), day);
    if (!this.#scored(record)) return;
    const summary = at(record, "score", "stage_summary");
    let sum = 0;
    for (const [stage, field] of asleep) {
      const value = at(summary, field);
      this.#giver.value(`sleep_${stage}`, whenOf(span), value, "ms", source, field);
      if (typeof value === "number") sum += value;
    }
    this.#giver.value("sleep", whenOf(span), sum > 0 ? sum : undefined, "ms", source, "stage_summary");
    if (record.nap === true) this.#giver.own("naps", whenOf({ ...span, end: span.start }), 1, source);
    else {
      const when = { kind: "day", day } as const;
      this.#giver.value("resp_rate", when, at(record, "score", "respiratory_rate"), "/min", source, "respiratory_rate");
      const efficiency = at(record, "score", "sleep_efficiency_percentage");
      this.#giver.value("sleep_efficiency", when, efficiency, "%", source, "sleep_efficiency_percentage");
    }
  }

  #workout(record: JsonObject, span: Span): void {
    giveExercise(this.#giver, span, undefined, source);
    const metres = at(record, "score", "distance_meter");
    if (ON_FOOT.test(textOf(record.sport_name)))
      this.#giver.value("distance", whenOf(span), metres, "m", source, "distance_meter");
    const rate = at(record, "score", "max_heart_rate");
    this.#giver.value("hr_max", whenOf({ ...span, end: span.start }), rate, "/min", source, "max_heart_rate");
  }

  /** From falling asleep to falling asleep: the day is the one in its middle. Its energy is with the basal rate. */
  #cycle(record: JsonObject, { start, end, zone }: Span): void {
    const middle = record.end === undefined || record.end === null ? start + DAY_MS / 2 : (start + end) / 2;
    const day = localDay(middle, zone.offsetMinutes);
    if (!this.#scored(record)) return;
    const when = { kind: "day", day } as const;
    for (const [field, metric] of [
      ["average_heart_rate", "hr_mean"],
      ["max_heart_rate", "hr_max"],
    ] as const)
      this.#giver.value(metric, when, at(record, "score", field), "/min", total, field);
  }

  #recovery(record: JsonObject): void {
    if (!this.#scored(record)) return;
    // Of recoveries alone the day is that of their making, soon after waking.
    const made = spanOf(this.#giver, record.created_at);
    const day =
      this.#days.get(wordOf(record.sleep_id)) ??
      this.#days.get(wordOf(record.cycle_id)) ??
      (made === undefined ? undefined : localDay(made.start, made.zone.offsetMinutes));
    if (day === undefined) this.#giver.skip("no_date", "created_at");
    else
      for (const [field, metric, unit] of recovered)
        this.#giver.value(metric, { kind: "day", day }, at(record, "score", field), unit, source, field);
  }

  end(): void {
    for (const record of this.#recoveries) this.#recovery(record);
    if (this.#others > 0) this.#giver.note("other_kinds", this.#others);
  }
}
