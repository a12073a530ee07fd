// Apple's export.xml to samples, tag by tag: what is held does not grow with the file, but for the nights and days that it tells of.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import { localDay, type Source, type Zone } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import { readNumber } from "../scan/numbers.ts";
import { giveStage } from "../scan/stages.ts";
import { MINUTE_MS, readDay, readStamp } from "../scan/stamp.ts";
import { attribute, rawAttribute, XmlTags } from "../scan/xml.ts";
import { AppleSources } from "./sources.ts";
import { EXERCISE_TIME, quantities, SLEEP, stages, unitOf } from "./types.ts";
import { namedZone } from "./zone.ts";

/** The rings' own totals of a day. */
const rings: Source = { key: "apple-health/rings", provider: "apple-health", deviceClass: "watch", total: true };

interface Span {
  readonly start: number;
  readonly end: number;
  readonly zone: Zone;
}

export async function readApple(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  const file = new AppleFile(giver);
  const tags = new XmlTags(file);
  for await (const piece of input.open()) {
    options.signal?.throwIfAborted();
    tags.push(piece);
  }
  tags.end();
  if (!file.ended) giver.note("truncated");
  else if (tags.damaged) giver.note("damaged");
  file.end();
}

class AppleFile {
  ended = false;
  readonly #giver: Giver;
  readonly #sources = new AppleSources();
  /** A record or workout whose metadata may follow. */
  #open: string | undefined;
  #zoneName: string | undefined;
  /** What a Correlation holds stands beside it once more. */
  #correlations = 0;
  /** Local days of which the watch told its exercise minutes. */
  readonly #exerciseDays = new Set<number>();
  #others = 0;
  #positions = false;

  constructor(giver: Giver) {
    this.#giver = giver;
  }

  open(name: string, tag: string, closed: boolean): void {
    if (name === "Record" || name === "Workout") {
      this.#giver.next();
      this.#zoneName = undefined;
      if (this.#correlations > 0) return;
      const type = attribute(tag, "type") ?? "";
      if (name === "Record" && !quantities.has(type) && type !== SLEEP) this.#others += 1;
      else {
        this.#open = tag;
        if (closed) this.close(name);
      }
    } else if (name === "MetadataEntry") {
      if (this.#open !== undefined && tag.includes("HKTimeZone")) this.#zoneName = attribute(tag, "value");
    } else if (name === "ActivitySummary") {
      this.#giver.next();
      this.#summary(tag);
    } else if (name === "Correlation") this.#correlations += closed ? 0 : 1;
    else if (name === "Location" || name === "FileReference") this.#positions = true;
  }

  close(name: string): void {
    if (name === "HealthData") this.ended = true;
    else if (name === "Correlation") this.#correlations = Math.max(0, this.#correlations - 1);
    else if ((name === "Record" || name === "Workout") && this.#open !== undefined) {
      const open = this.#open;
      this.#open = undefined;
      const span = this.#span(open);
      if (span === undefined) this.#giver.skip("not_a_date");
      else if (span.end < span.start) this.#giver.skip("ends_before_it_starts");
      else if (name === "Workout") this.#workout(open, span);
      else this.#record(open, span);
    }
  }

  #span(open: string): Span | undefined {
    const [from, to] = [attribute(open, "startDate"), attribute(open, "endDate")];
    const start = readStamp(from);
    const end = to === undefined || to === from ? start : readStamp(to);
    if (start?.offset === undefined || end === undefined) return undefined;
    const named = this.#zoneName === undefined ? undefined : namedZone(this.#zoneName, start.ms);
    return { start: start.ms, end: end.ms, zone: named ?? { offsetMinutes: start.offset, from: "file" } };
  }

  #record(open: string, span: Span): void {
    const type = attribute(open, "type") as string;
    const source = this.#sources.of(rawAttribute(open, "device"), rawAttribute(open, "sourceName"));
    const value = attribute(open, "value");
    if (type === SLEEP) {
      const stage = stages.get(value ?? "");
      if (stage === undefined) this.#others += 1;
      else giveStage(this.#giver, stage, span, source);
      return;
    }
    // XML has no other numbers than those in quotes.
    const number = readNumber(value);
    if (number === undefined) {
      this.#giver.skip(value === undefined || value === "" ? "empty" : "not_a_number");
      return;
    }
    if (type === EXERCISE_TIME) this.#exerciseDays.add(localDay(span.start, span.zone.offsetMinutes));
    for (const metric of quantities.get(type) ?? [])
      this.#giver.value(metric, { kind: "span", ...span }, number, unitOf(attribute(open, "unit"), number), source);
  }

  #workout(open: string, span: Span): void {
    const source = this.#sources.of(rawAttribute(open, "device"), rawAttribute(open, "sourceName"));
    const { start, end, zone } = span;
    this.#giver.value("exercise_sessions", { kind: "span", start, end: start, zone }, 1, "count", source);
    // The watch's exercise minutes hold those of its workouts.
    if (this.#exerciseDays.has(localDay(start, zone.offsetMinutes))) return;
    const stated = readNumber(attribute(open, "duration"));
    const [minutes, unit] =
      stated === undefined ? [(end - start) / MINUTE_MS, "min"] : [stated, attribute(open, "durationUnit")];
    this.#giver.value("exercise", { kind: "span", ...span }, minutes, unit ?? "min", source);
  }

  #summary(summary: string): void {
    const day = readDay(attribute(summary, "dateComponents"));
    const energy = readNumber(attribute(summary, "activeEnergyBurned"));
    const exercise = readNumber(attribute(summary, "appleExerciseTime"));
    if (day === undefined) this.#giver.skip("not_a_date");
    // Rings that never moved were not worn.
    if (day === undefined || !((energy ?? 0) > 0 || (exercise ?? 0) > 0)) return;
    const when = { kind: "day", day } as const;
    this.#giver.value("active_energy", when, energy, attribute(summary, "activeEnergyBurnedUnit") ?? "kcal", rings);
    this.#giver.value("exercise", when, exercise, "min", rings);
  }

  end(): void {
    if (this.#others > 0) this.#giver.note("other_kinds", this.#others);
    if (this.#positions) this.#giver.note("coordinates_dropped");
  }
}
