// Fitbit's JSON: the files of its archive and of Google Takeout, and answers of its Web API. No time has a zone. The archive's, with
// the month first, are UTC where they are of a minute or an exercise; sleep and the Web API go by the wall's clock.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject, JsonValue } from "../scan/json.ts";
import { asObject, at, eachObject, objectsOf, textOf } from "../scan/json-file.ts";
import { giveExercise, giveHeartRate, spanOf } from "../scan/moments.ts";
import { readNumber } from "../scan/numbers.ts";
import { DAY_MS, dayOfParts, MINUTE_MS, readDay, timeOfDay } from "../scan/stamp.ts";
import { dailySeries, intradaySeries, summaryFields, takeoutSeries } from "./series.ts";
import { giveSleep } from "./sleep.ts";

const source: Source = { key: "fitbit", provider: "fitbit", deviceClass: "band" };
const total: Source = { ...source, total: true };

/** `04/13/26 07:00:00`, month first in every language: milliseconds since 1970 of that clock. */
function archiveTime(text: unknown): number | undefined {
  const match = typeof text === "string" ? /^(\d\d)\/(\d\d)\/(\d\d)(?: (\d\d):(\d\d):(\d\d))?$/.exec(text) : null;
  if (match === null) return undefined;
  const [month, day, year, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const number = dayOfParts(2000 + (year as number), month as number, day as number);
  const time = timeOfDay(hour, minute, second);
  return number === undefined || time === undefined ? undefined : number * DAY_MS + time;
}

export async function readFitbit(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  const name = input.path.split("/").at(-1) ?? "";
  const file = new FitbitFile(giver, name);
  const streams = (path: string) => path === "sleep" || path === "activities" || path === "weight";
  await eachObject(input, options, giver, streams, (object) => file.take(object));
  file.end();
}

class FitbitFile {
  readonly #giver: Giver;
  /** Of an archive: which series the file holds, which its name alone tells. */
  readonly #series: (typeof takeoutSeries)[number] | undefined;
  /** Of an answer that does not say of which day it is. */
  readonly #day: number | undefined;
  #others = 0;

  constructor(giver: Giver, name: string) {
    this.#giver = giver;
    this.#series = takeoutSeries.find(([pattern]) => pattern.test(name));
    this.#day = readDay(/\d{4}-\d\d-\d\d/.exec(name)?.[0]);
  }

  take(object: JsonObject): void {
    if (object.dateOfSleep !== undefined) giveSleep(this.#giver, object, source);
    else if (object.duration !== undefined && (object.activityName ?? object.name) !== undefined)
      this.#exercise(object);
    else if (object.bmi !== undefined && object.date !== undefined) this.#weighing(object);
    else if (object.dateTime !== undefined) this.#entry(object);
    else this.#answer(object);
  }

  /** A value of a series of an archive. */
  #entry({ dateTime, value }: JsonObject): void {
    const wall = archiveTime(dateTime) ?? archiveTime(at(value, "date"));
    const day = wall === undefined ? readDay(dateTime) : Math.floor(wall / DAY_MS);
    if (day === undefined) this.#giver.skip("not_a_date", "dateTime");
    else if (at(value, "bpm") !== undefined && wall !== undefined) {
      const when = { kind: "span", start: wall, end: wall, zone: this.#giver.zoneAt(wall) } as const;
      giveHeartRate(this.#giver, when, at(value, "bpm"), source, "bpm");
    } else if (asObject(value) !== undefined) this.#daily(day, asObject(value) as JsonObject);
    else if (wall === undefined || this.#series === undefined) this.#giver.skip("unnamed_series");
    else {
      const [, metric, unit, whole] = this.#series;
      if (metric === undefined) this.#others += 1;
      else if (whole) this.#giver.value(metric, { kind: "day", day }, value, unit, total, "value");
      else {
        const zone = this.#giver.zoneAt(wall);
        const when = { kind: "span", start: wall, end: wall + MINUTE_MS, zone } as const;
        this.#giver.value(metric, when, value, unit, source, "value");
      }
    }
  }

  /** The values of one day or night, by the fields that hold them. */
  #daily(day: number, value: JsonObject): void {
    let known = false;
    for (const [field, metric, unit] of dailySeries) {
      if (value[field] === undefined) continue;
      known = true;
      // Zero is what stands for none.
      if (readNumber(value[field]) === 0 && metric !== "skin_temp") this.#giver.skip("not_measured", field);
      else this.#giver.value(metric, { kind: "day", day }, value[field], unit, source, field);
    }
    if (!known) this.#others += 1;
  }

  #exercise(object: JsonObject): void {
    const duration = readNumber(object.duration);
    const active = readNumber(object.activeDuration) ?? duration;
    const stated =
      textOf(object.startDate) === "" ? object.startTime : `${textOf(object.startDate)}T${textOf(object.startTime)}`;
    const wall = archiveTime(stated);
    const start =
      wall === undefined ? spanOf(this.#giver, stated) : { start: wall, end: wall, zone: this.#giver.zoneAt(wall) };
    if (start === undefined || duration === undefined || active === undefined) this.#giver.skip("no_date");
    else giveExercise(this.#giver, { ...start, end: start.start + duration }, active / MINUTE_MS, source);
  }

  #fromWall(wall: number) {
    const { ms, zone } = this.#giver.wall(wall);
    return { start: ms, end: ms, zone };
  }

  /** Weights are in the member's own unit, which is not said; the index has none. */
  #weighing(object: JsonObject): void {
    const wall = archiveTime(object.date);
    const day = wall === undefined ? readDay(object.date) : Math.floor(wall / DAY_MS);
    if (day === undefined) {
      this.#giver.skip("not_a_date", "date");
      return;
    }
    const when = { kind: "day", day } as const;
    if (object.weight !== undefined) this.#giver.skip("unstated_unit", "weight");
    this.#giver.value("bmi", when, object.bmi, "kg/m2", source, "bmi");
    this.#giver.value("body_fat", when, object.fat, "%", source, "fat");
  }

  /** An answer of the Web API, but for the lists that come one by one. */
  #answer(object: JsonObject): void {
    for (const [key, value] of Object.entries(object)) {
      const resource = /^activities-(?:tracker-)?(.*)$/.exec(key)?.[1];
      if (key === "summary") this.#summary(value);
      else if (resource === undefined)
        for (const each of objectsOf(value)) {
          if (each.dateTime !== undefined) this.#entry(each);
        }
      else if (resource.endsWith("-intraday")) this.#intraday(resource.slice(0, -9), value, object);
      else this.#resource(resource, objectsOf(value));
    }
  }

  #resource(resource: string, entries: readonly JsonObject[]): void {
    const daily = summaryFields.find(([, name]) => name === resource);
    for (const { dateTime, value } of entries) {
      const day = readDay(dateTime);
      if (day === undefined) this.#giver.skip("not_a_date", "dateTime");
      else if (asObject(value) !== undefined) this.#daily(day, asObject(value) as JsonObject);
      else if (resource === "distance") this.#giver.skip("unstated_unit", resource);
      else if (daily === undefined) this.#others += 1;
      else this.#giver.value(daily[2], { kind: "day", day }, value, daily[3], total, resource);
    }
  }

  #intraday(resource: string, value: JsonValue, answer: JsonObject): void {
    const day = readDay(objectsOf(answer[`activities-${resource}`])[0]?.dateTime) ?? this.#day;
    const interval = readNumber(at(value, "datasetInterval")) ?? 1;
    const length = interval * (at(value, "datasetType") === "second" ? 1000 : MINUTE_MS);
    const series = intradaySeries[resource];
    for (const { time, value: each } of objectsOf(at(value, "dataset"))) {
      const [hour, minute, second = 0] = textOf(time).split(":").map(Number) as [number, number, number?];
      const clock = timeOfDay(hour, minute, second);
      if (day === undefined || clock === undefined) this.#giver.skip("no_date", "time");
      else {
        const { start, zone } = this.#fromWall(day * DAY_MS + clock);
        const span = { kind: "span", start, end: start + (resource === "heart" ? 0 : length), zone } as const;
        if (resource === "heart") giveHeartRate(this.#giver, span, each, source, "value");
        else if (series === undefined) this.#others += 1;
        else this.#giver.value(series[0], span, each, series[1], source, "value");
      }
    }
  }

  #summary(summary: JsonValue): void {
    const known = summaryFields.filter(([field]) => at(summary, field) !== undefined);
    if (known.length > 0 && this.#day === undefined) this.#giver.skip("no_date", "summary");
    else
      for (const [field, , metric, unit] of known)
        this.#giver.value(metric, { kind: "day", day: this.#day as number }, at(summary, field), unit, total, field);
  }

  end(): void {
    if (this.#others > 0) this.#giver.note("other_kinds", this.#others);
  }
}
