// Mi Fitness: what devices recorded, days that the account made of it, and sport, in three tables of one form: a key says what a row is,
// a cell of JSON holds it. Times are seconds since 1970; beside some stands the zone in quarters of an hour.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import { localDay, type Source } from "../sample.ts";
import { devicesOf } from "../scan/devices.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { objectIn } from "../scan/json-file.ts";
import { type Field, giveExercise, giveFields, giveHeartRate, type Span, spanBeside, whenOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { DAY_MS, isInstant, MINUTE_MS } from "../scan/stamp.ts";
import { eachRecord } from "../tables/read.ts";
import type { RecordView } from "../tables/text/split.ts";

const account: Source = { key: "xiaomi", provider: "xiaomi", deviceClass: "band" };
const total: Source = { ...account, total: true };
const ON_FOOT = /running|walking|hiking|treadmill/;

/** In which unit a weight is the cell does not say; the index has none. */
const body: readonly Field[] = [
  ["bmi", "bmi", "kg/m2"],
  ["body_fat_rate", "body_fat", "%"],
];
const steps: readonly Field[] = [
  ["steps", "steps", "{steps}"],
  ["distance", "distance", "m"],
];
const asleep: readonly Field[] = [
  ["duration", "sleep", "min"],
  ["sleep_deep_duration", "sleep_deep", "min"],
  ["sleep_light_duration", "sleep_light", "min"],
  ["sleep_rem_duration", "sleep_rem", "min"],
];

/** Of a moment, by the row's key. */
const recorded = new Map<string, readonly Field[]>(
  Object.entries({
    steps,
    spo2: [["spo2", "spo2", "%"]],
    single_spo2: [["spo2", "spo2", "%"]],
    stress: [["stress", "stress", "{stress}"]],
    single_stress: [["stress", "stress", "{stress}"]],
    resting_heart_rate: [["bpm", "rhr", "/min"]],
    vo2_max: [["vo2_max", "vo2max", "mL/kg/min"]],
    weight: body,
  }),
);

/** Of a day that the account made. Its sleep is of all its nights, which are recorded one by one. */
const reported = new Map<string, readonly Field[]>(
  Object.entries({
    steps,
    heart_rate: [
      ["avg_hr", "hr_mean", "/min"],
      ["avg_rhr", "rhr", "/min"],
    ],
    spo2: [["avg_spo2", "spo2", "%"]],
    stress: [["avg_stress", "stress", "{stress}"]],
  }),
);

export async function readXiaomi(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const file = new XiaomiFile(new Giver(input, sink, options));
  await eachRecord(input, options, (record) => file.record(record));
  file.end();
}

class XiaomiFile {
  readonly #giver: Giver;
  readonly #columns = new Map<string, number>();
  readonly #deviceOf = devicesOf(account);
  #account = "";
  #others = 0;

  constructor(giver: Giver) {
    this.#giver = giver;
  }

  record(record: RecordView): void {
    if (this.#columns.size === 0) {
      for (const [at, name] of record.texts().entries()) this.#columns.set(name.toLowerCase(), at);
      return;
    }
    this.#giver.next();
    const cell = (name: string) => {
      const column = this.#columns.get(name) ?? -1;
      return column < 0 || column >= record.count ? "" : record.text(column).trim();
    };
    const value = record.strayQuote === false ? objectIn(cell("value")) : undefined;
    const time = msOf(cell("time"));
    const uid = cell("uid");
    if (value !== undefined) this.#account ||= uid;
    if (value === undefined) this.#giver.skip("damaged_record", "Value");
    else if (uid !== "" && uid !== this.#account) this.#giver.skip("other_account", "Uid");
    else if (!(time > 0 && isInstant(time))) this.#giver.skip("not_a_date", "Time");
    else if (cell("tag") !== "") this.#day(cell("tag"), cell("key"), time, value);
    else if (this.#columns.has("category")) this.#sport(cell("key"), time, value);
    else {
      const source = this.#deviceOf(cell("sid"));
      if (source === undefined) this.#giver.skip("many_devices", "Sid");
      else this.#recorded(cell("key"), time, value, source);
    }
  }

  #spanOf(start: number, end: number, { timezone }: JsonObject, column = "Time"): Span | undefined {
    const span = spanBeside(this.#giver, start, end, (readNumber(timezone) ?? Number.NaN) * 15);
    if (span === undefined) this.#giver.skip("not_a_date", column);
    return span;
  }

  #recorded(key: string, time: number, value: JsonObject, source: Source): void {
    const fields = recorded.get(key);
    if (/^(?:sleep|watch_(?:night|daytime)_sleep)$/.test(key)) {
      this.#sleep(value, source);
      return;
    }
    const span = this.#spanOf(time, time, value);
    if (span === undefined) return;
    const at = whenOf(span);
    if (/^(?:single_)?heart_rate$/.test(key)) {
      if (readNumber(value.bpm) === 0) this.#giver.skip("not_measured", "bpm");
      else giveHeartRate(this.#giver, at, value.bpm, source, "bpm");
    } else if (fields === undefined || giveFields(this.#giver, at, value, fields, source) === 0) this.#others += 1;
    if (key === "weight" && value.weight !== undefined) this.#giver.skip("unstated_unit", "weight");
  }

  #sleep(value: JsonObject, source: Source): void {
    const start = msOf(value.bedtime ?? value.device_bedtime);
    const end = msOf(value.wake_up_time ?? value.device_wake_up_time);
    const span = this.#spanOf(start, end, value, "bedtime");
    if (span === undefined) return;
    giveFields(this.#giver, whenOf(span), value, asleep, source);
    const day = { kind: "day", day: localDay(span.end, span.zone.offsetMinutes) } as const;
    if (readNumber(value.avg_breath) !== 0)
      giveFields(this.#giver, day, value, [["avg_breath", "resp_rate", "/min"]], source);
  }

  #day(tag: string, key: string, time: number, value: JsonObject): void {
    const fields = tag === "daily_report" ? reported.get(key) : undefined;
    const day = fields && this.#midnight(time);
    if (fields !== undefined && day === undefined) this.#giver.skip("not_a_date", "Time");
    else if (!fields || day === undefined || giveFields(this.#giver, { kind: "day", day }, value, fields, total) === 0)
      this.#others += 1;
  }

  /**
   * The day that begins at a midnight of some place: the member's where it is one there, else of the nearest midnight; undefined for one
   * that may be at +13 as well as at −11, which are a day apart.
   */
  #midnight(ms: number): number | undefined {
    const { offsetMinutes, from } = this.#giver.zoneAt(ms);
    const known = from !== "assumed" && (ms + offsetMinutes * MINUTE_MS) % DAY_MS === 0;
    if (known) return localDay(ms, offsetMinutes);
    const hour = (ms % DAY_MS) / 3_600_000;
    if (hour > 10 && hour < 12) return undefined;
    if (hour !== 0) this.#giver.note("zone_inferred");
    return localDay(ms, 12 * 60);
  }

  #sport(key: string, time: number, value: JsonObject): void {
    const start = msOf(value.start_time) || time;
    const seconds = readNumber(value.duration);
    const span = this.#spanOf(start, msOf(value.end_time) || start + Math.max(0, seconds ?? 0) * 1000, value);
    if (span === undefined) return;
    giveExercise(this.#giver, span, seconds === undefined ? undefined : seconds / 60, account);
    if (ON_FOOT.test(key)) this.#giver.value("distance", whenOf(span), value.distance, "m", account, "distance");
    const rate = value.max_hrm;
    if (readNumber(rate) !== 0)
      this.#giver.value("hr_max", whenOf({ ...span, end: start }), rate, "/min", account, "max_hrm");
  }

  end(): void {
    if (this.#others > 0) this.#giver.note("other_kinds", this.#others);
  }
}

/** NaN for what is no number. */
const msOf = (seconds: JsonValue | undefined) => (readNumber(seconds) ?? Number.NaN) * 1000;
