// One outing: when it began, how long somebody moved, the highest heart rate.

import type { Source } from "../sample.ts";
import { MINUTE_MS, type Stamp } from "../scan/stamp.ts";
import type { Teller } from "../scan/teller.ts";
import type { MetricId } from "../types.ts";

/** Standing still for longer is a pause; for hours, another outing. */
const PAUSE_MS = 15 * MINUTE_MS;
const NEXT_MS = 180 * MINUTE_MS;
const source: Source = { key: "track", provider: "gpx-tcx", deviceClass: "unknown" };

export class Outing {
  readonly #teller: Teller;
  #start: Stamp | undefined;
  #last = 0;
  #activeMs = 0;
  #peak: Stamp | undefined;
  #rate = 0;

  constructor(teller: Teller) {
    this.#teller = teller;
  }

  /** A value at a time in UTC; a stamp that states another offset than UTC's knows its zone. */
  give(metric: MetricId, { ms, offset }: Stamp, value: number, lengthMs = 0): void {
    const zone = offset ? ({ offsetMinutes: offset, from: "record" } as const) : this.#teller.zoneAt(ms);
    this.#teller.own(metric, { kind: "span", start: ms, end: ms + lengthMs, zone }, value, source);
  }

  /** A point of the track. @param pause it begins a new part: the time since the last one does not count */
  point(at: Stamp, rate: number, pause: boolean): void {
    const passed = at.ms - this.#last;
    if (this.#start === undefined || passed < 0 || passed > NEXT_MS) {
      this.end();
      this.#start = at;
    } else if (!pause && passed <= PAUSE_MS) this.#activeMs += passed;
    this.#last = at.ms;
    if (rate > this.#rate) {
      this.#rate = rate;
      this.#peak = at;
    }
  }

  /** @param stated milliseconds that the file itself says @param from as it says, where it does */
  end(stated?: number, from?: Stamp): void {
    const ms = stated || this.#activeMs;
    const start = from ?? this.#start;
    if (start !== undefined && ms > 0) {
      this.give("exercise_sessions", start, 1);
      this.give("exercise", start, ms / MINUTE_MS, Math.max(ms, this.#last - start.ms));
    }
    if (this.#peak !== undefined) this.give("hr_max", this.#peak, this.#rate);
    this.#start = this.#peak = undefined;
    this.#activeMs = this.#rate = 0;
  }
}
