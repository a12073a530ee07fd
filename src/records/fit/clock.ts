// Where a FIT file's times were: the device writes UTC, and now and then its local time beside it.
import type { Zone } from "../sample.ts";
import type { Giver } from "../scan/giver.ts";
import { isInstant, isOffset } from "../scan/stamp.ts";

/** 1989-12-31, milliseconds since 1970. */
const EPOCH_MS = 631_065_600_000;
/** Smaller timestamps count seconds since the device was switched on. */
const ABSOLUTE_MIN = 0x1000_0000;
/** A local clock is set by hand or by satellite: it may be some seconds off. */
const QUARTER = 15;

export class FitClock {
  readonly #giver: Giver;
  /** In the file's order: from this timestamp on this offset in minutes. */
  readonly #offsets: { readonly from: number; readonly minutes: number }[] = [];
  /** Local seconds since 1989 less the seconds since the device was switched on, for devices that knew no UTC. */
  #sinceStart: number | undefined;

  constructor(giver: Giver) {
    this.#giver = giver;
  }

  /** What a message says of local time. What makes no sense is passed over: such files exist. */
  tell(timestamp: number, local: number): void {
    if (timestamp < ABSOLUTE_MIN) {
      if (local >= ABSOLUTE_MIN) this.#sinceStart = local - timestamp;
      return;
    }
    const minutes = Math.round((local - timestamp) / 60 / QUARTER) * QUARTER;
    if (isOffset(minutes)) this.#offsets.push({ from: timestamp, minutes });
  }

  /** Milliseconds since 1970 and the zone of a timestamp; undefined for one that tells no time. */
  at(timestamp: number | undefined): { readonly ms: number; readonly zone: Zone } | undefined {
    if (timestamp === undefined) return undefined;
    if (timestamp < ABSOLUTE_MIN) {
      const ms = (timestamp + (this.#sinceStart ?? Number.NaN)) * 1000 + EPOCH_MS;
      // Only the clock on the wall is known.
      return isInstant(ms) ? this.#giver.wall(ms) : undefined;
    }
    const ms = timestamp * 1000 + EPOCH_MS;
    if (!isInstant(ms)) return undefined;
    let minutes = this.#offsets[0]?.minutes;
    for (const offset of this.#offsets) if (offset.from <= timestamp) minutes = offset.minutes;
    return { ms, zone: minutes === undefined ? this.#giver.zoneAt(ms) : { offsetMinutes: minutes, from: "file" } };
  }
}
