// FIT messages to samples.
import { concat } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Input, ReadOptions, Sink } from "../reader.ts";
import { localDay, type Source, type Zone } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import { giveStage, type Stage } from "../scan/stages.ts";
import { isInstant, isOffset, MINUTE_MS } from "../scan/stamp.ts";
import { FitClock } from "./clock.ts";
import { decodeFit, type FitFields, isFit, TIMESTAMP } from "./decode.ts";
import { Monitoring } from "./monitoring.ts";
import { clockProfile, dataProfile, FILE, KIND, localTimes, NAP, ownTime, readings, SESSION } from "./profile.ts";

/** The longest activities are a few megabytes; what is read passes over the file twice. */
const BYTES_MAX = 64 * 1024 * 1024;
const ACTIVITY_FILE = 4;
/** Transitions between the sports of a triathlon. */
const TRANSITION = 3;
const ON_FOOT: readonly number[] = [1, 11, 17];
const stages: readonly (Stage | undefined)[] = [undefined, undefined, "light", "deep", "rem"];
/** A stage lasts until the next one; longer than this, the device was taken off in between. */
const STAGE_MS_MAX = 240 * MINUTE_MS;
/** The weight field says that the scale is still at it. */
const WEIGHING = 0xfffe;

export async function readFit(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const bytes = await whole(input, options);
  if (!isFit(bytes)) fail("invalid_data", `${input.path}: not a FIT file`);
  const giver = new Giver(input, sink, options);
  const clocks = [new FitClock(giver)];
  const last = <T>(list: readonly T[]): T => list.at(-1) as T;
  decodeFit(bytes, clockProfile, {
    message(kind, fields, time) {
      const local = fields.get(localTimes.get(kind) as number);
      if (time !== undefined && local !== undefined) last(clocks).tell(time, local);
    },
    fileEnd: () => clocks.push(new FitClock(giver)),
    damage: () => {},
  });
  let files = 0;
  let file = new FitFile(giver, clocks[0] as FitClock);
  decodeFit(bytes, dataProfile, {
    message(kind, fields, time) {
      giver.next();
      file.message(kind, fields, time);
    },
    fileEnd() {
      file.end();
      files += 1;
      file = new FitFile(giver, clocks[files] as FitClock);
    },
    damage: (what) => giver.note(what),
  });
}

async function whole(input: Input, { signal }: ReadOptions): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input.open()) {
    signal?.throwIfAborted();
    // A copy: whoever reads may use its buffer again.
    pieces.push(piece.slice());
    length += piece.length;
    if (length > BYTES_MAX) fail("invalid_data", `${input.path}: a FIT file of more than 64 MiB`);
  }
  return concat(...pieces);
}

/** One file of a chain. */
class FitFile {
  readonly #giver: Giver;
  readonly #clock: FitClock;
  #source: Source = { key: "fit", provider: "fit", deviceClass: "unknown" };
  #monitoring: Monitoring | undefined;
  #type: number | undefined;
  #sessions = 0;
  /** Of the records: for recordings that broke off before their session was written. */
  #first: number | undefined;
  #last: number | undefined;
  #hrMax: { readonly rate: number; readonly time: number | undefined } | undefined;
  #level: { readonly level: number; readonly time: number } | undefined;

  constructor(giver: Giver, clock: FitClock) {
    this.#giver = giver;
    this.#clock = clock;
  }

  message(kind: number, fields: FitFields, time: number | undefined): void {
    if (kind === KIND.fileId) this.#fileId(fields);
    else if (kind === KIND.session) this.#session(fields, time);
    else if (kind === KIND.record) this.#record(fields.get(3), time);
    else if (kind === KIND.monitoring) {
      this.#monitoring ??= new Monitoring(this.#giver, this.#source);
      this.#monitoring.message(fields, time, this.#clock);
    } else if (kind === KIND.sleepLevel) this.#sleepLevel(fields.get(0), time);
    else if (kind === KIND.hrvValue) this.#reading(fields, time, [0, 128, "hrv_rmssd", "ms"]);
    else if (kind === KIND.nap) this.#nap(fields);
    else
      for (const reading of readings.get(kind) ?? [])
        this.#reading(fields, fields.get(ownTime.get(kind) ?? TIMESTAMP) ?? time, reading);
  }

  /** The model of a device, which says nothing of whose it is; never its serial number. */
  #fileId(fields: FitFields): void {
    this.#type = fields.get(FILE.type);
    const model = `${fields.get(FILE.manufacturer) ?? 0}/${fields.get(FILE.product) ?? 0}`;
    // Bicycle computers and watches write activities; only what is worn all day writes the rest.
    const worn = this.#type !== undefined && [15, 28, 32, 44, 49, 55, 58, 68, 73].includes(this.#type);
    this.#source = { key: `fit/${model}`, provider: "fit", deviceClass: worn ? "watch" : "unknown" };
  }

  #session(fields: FitFields, time: number | undefined): void {
    const start = this.#clock.at(fields.get(SESSION.start) ?? time);
    if (start === undefined) {
      this.#giver.skip("no_date");
      return;
    }
    this.#sessions += 1;
    const { ms, zone } = start;
    const elapsed = fields.get(SESSION.elapsed) ?? 0;
    const timer = fields.get(SESSION.timer) ?? fields.get(SESSION.elapsed);
    const sport = fields.get(SESSION.sport);
    this.#exercise(ms, ms + Math.max(elapsed, timer ?? 0), timer, zone, sport !== TRANSITION);
    const span = { kind: "span", start: ms, end: ms + elapsed, zone } as const;
    const distance = fields.get(SESSION.distance);
    if (sport !== undefined && ON_FOOT.includes(sport) && distance !== undefined)
      this.#giver.value("distance", span, distance / 100, "m", this.#source);
    const now = { kind: "span", start: ms, end: ms, zone } as const;
    this.#giver.value("hr_max", now, fields.get(SESSION.hrMax), "/min", this.#source);
  }

  /** @param activeMs undefined where nothing says how long it was */
  #exercise(start: number, end: number, activeMs: number | undefined, zone: Zone, counts: boolean): void {
    if (!isInstant(end)) {
      this.#giver.skip("damaged_record");
      return;
    }
    const instant = { kind: "span", start, end: start, zone } as const;
    if (counts) this.#giver.value("exercise_sessions", instant, 1, "{sessions}", this.#source);
    if (activeMs === undefined) this.#giver.skip("empty");
    else this.#giver.value("exercise", { kind: "span", start, end, zone }, activeMs / MINUTE_MS, "min", this.#source);
  }

  #record(rate: number | undefined, time: number | undefined): void {
    if (time === undefined) return;
    this.#first ??= time;
    this.#last = time;
    if (rate !== undefined && rate > (this.#hrMax?.rate ?? 0)) this.#hrMax = { rate, time };
  }

  #sleepLevel(level: number | undefined, time: number | undefined): void {
    const [from, to] = [this.#clock.at(this.#level?.time), this.#clock.at(time)];
    const stage = stages[this.#level?.level ?? 0];
    if (from !== undefined && to !== undefined && stage !== undefined) {
      if (to.ms - from.ms <= STAGE_MS_MAX)
        giveStage(this.#giver, stage, { start: from.ms, end: to.ms, zone: from.zone }, this.#source);
      else this.#giver.skip("damaged_record");
    }
    this.#level = level === undefined || time === undefined ? undefined : { level, time };
  }

  #nap(fields: FitFields): void {
    const start = this.#clock.at(fields.get(NAP.start));
    if (start === undefined || fields.get(NAP.deleted) === 1) {
      this.#giver.skip("not_measured");
      return;
    }
    const offset = fields.get(NAP.startOffset);
    const zone =
      offset !== undefined && isOffset(offset) ? ({ offsetMinutes: offset, from: "record" } as const) : start.zone;
    this.#giver.value("naps", { kind: "span", start: start.ms, end: start.ms, zone }, 1, "{naps}", this.#source);
  }

  #reading(
    fields: FitFields,
    time: number | undefined,
    [field, over, metric, unit]: readonly [number, number, string, string],
  ): void {
    const stored = fields.get(field);
    if (stored === undefined) return;
    // Negative stress and breathing, and weights that are being taken, are reasons why there is none.
    if ((stored < 0 && metric !== "skin_temp") || (metric === "weight" && stored === WEIGHING)) {
      this.#giver.skip("not_measured");
      return;
    }
    const at = this.#clock.at(time);
    if (at === undefined) {
      this.#giver.skip("no_date");
      return;
    }
    const night = metric === "hrv_rmssd" && over === 128 && field === 1;
    this.#giver.value(
      metric,
      night
        ? { kind: "day", day: localDay(at.ms, at.zone.offsetMinutes) }
        : { kind: "span", start: at.ms, end: at.ms, zone: at.zone },
      stored / over,
      unit,
      this.#source,
    );
  }

  end(): void {
    const [from, to] = [this.#clock.at(this.#first), this.#clock.at(this.#last)];
    if (
      this.#sessions === 0 &&
      this.#type === ACTIVITY_FILE &&
      from !== undefined &&
      to !== undefined &&
      to.ms >= from.ms
    )
      this.#exercise(from.ms, to.ms, to.ms - from.ms || undefined, from.zone, true);
    const peak = this.#clock.at(this.#hrMax?.time);
    if (peak !== undefined && this.#hrMax !== undefined) {
      const when = { kind: "span", start: peak.ms, end: peak.ms, zone: peak.zone } as const;
      this.#giver.value("hr_max", when, this.#hrMax.rate, "/min", this.#source);
    }
    this.#monitoring?.end();
  }
}
