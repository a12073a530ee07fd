// All-day monitoring. Its counters run from midnight, one for each kind of activity, and are written now and then: the highest of
// each is the day's.
import { localDay, type Source } from "../sample.ts";
import type { Giver } from "../scan/giver.ts";
import type { FitClock } from "./clock.ts";
import { type FitFields, TIMESTAMP } from "./decode.ts";
import { MONITORING } from "./profile.ts";

const RUNNING = 1;
const WALKING = 6;

/** Counter, what the stored number is divided by, metric, unit, and whether only walking and running count. */
const counters = [
  [MONITORING.cycles, 1, "steps", "{steps}", true],
  [MONITORING.distance, 100, "distance", "m", true],
  [MONITORING.activeEnergy, 1, "active_energy", "kcal", false],
] as const;

export class Monitoring {
  readonly #giver: Giver;
  readonly #source: Source;
  readonly #total: Source;
  /** Day → metric → kind of activity → highest counter. */
  readonly #days = new Map<number, Map<string, Map<number, number>>>();
  #time: number | undefined;

  constructor(giver: Giver, source: Source) {
    this.#giver = giver;
    this.#source = source;
    this.#total = { ...source, total: true };
  }

  /** @param time of the last timestamp before it, or its own */
  message(fields: FitFields, time: number | undefined, clock: FitClock): void {
    const at = clock.at(this.#advance(fields, time));
    if (at === undefined) {
      this.#giver.skip("no_date");
      return;
    }
    const { ms, zone } = at;
    const when = { kind: "span", start: ms, end: ms, zone } as const;
    for (const metric of ["hr_mean", "hr_max"])
      this.#giver.value(metric, when, fields.get(MONITORING.heartRate), "/min", this.#source);
    // Minutes since the message before, of activity that counts.
    this.#giver.value("moderate", when, fields.get(MONITORING.moderate), "min", this.#source);
    this.#giver.value("vigorous", when, fields.get(MONITORING.vigorous), "min", this.#source);
    const packed = fields.get(MONITORING.typeAndIntensity);
    const type = fields.get(MONITORING.type) ?? (packed === undefined ? undefined : packed & 31);
    // What is written at midnight belongs to the day that ends.
    const day = localDay(ms - 1000, zone.offsetMinutes);
    for (const [field, over, metric, , onFoot] of counters) {
      const count = fields.get(field);
      if (count === undefined || (onFoot && type !== WALKING && type !== RUNNING)) continue;
      const metrics = this.#days.get(day) ?? new Map<string, Map<number, number>>();
      const kinds = metrics.get(metric) ?? new Map<number, number>();
      kinds.set(type ?? -1, Math.max(kinds.get(type ?? -1) ?? 0, count / over));
      this.#days.set(day, metrics.set(metric, kinds));
    }
  }

  /** Most messages carry only the low 16 bits of their time, above the last one that was whole. */
  #advance(fields: FitFields, time: number | undefined): number | undefined {
    const own = fields.get(TIMESTAMP);
    const low = fields.get(MONITORING.time16);
    if (time !== undefined && (this.#time === undefined || own !== undefined || time > this.#time)) this.#time = time;
    if (own === undefined && low !== undefined && this.#time !== undefined)
      this.#time += (low - (this.#time & 0xffff)) & 0xffff;
    return this.#time;
  }

  end(): void {
    for (const [day, metrics] of this.#days)
      for (const [, , metric, unit] of counters) {
        const kinds = metrics.get(metric);
        const sum = [...(kinds?.values() ?? [])].reduce((a, b) => a + b, 0);
        if (kinds !== undefined) this.#giver.value(metric, { kind: "day", day }, sum, unit, this.#total);
      }
    this.#days.clear();
  }
}
