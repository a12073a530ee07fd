// Stages of sleep to nights: the stages themselves go on as spans, so that two devices of one night are united and not added. What
// only a whole night shows, when sleep began, is told here.
import { localDay, type Source, type When, type Zone } from "../sample.ts";
import type { Giver } from "./giver.ts";
import { DAY_MS, MINUTE_MS } from "./stamp.ts";

export type Stage = "asleep" | "deep" | "light" | "rem";

const metricOf = { asleep: undefined, deep: "sleep_deep", light: "sleep_light", rem: "sleep_rem" } as const;

/** Awake for longer ends a sleep. */
const GAP_MS = 2 * 60 * MINUTE_MS;
/** Shorter sleeps are naps: when they began says nothing about the night. */
const NIGHT_MS = 3 * 60 * MINUTE_MS;
/** No sleep lasts longer, and stages of two recordings are not one. */
const STAGE_MS_MAX = DAY_MS;

interface Asleep {
  readonly start: number;
  readonly end: number;
  readonly zone: Zone;
  readonly source: Source;
}

export class Nights {
  readonly #giver: Giver;
  readonly #asleep: Asleep[] = [];

  constructor(giver: Giver) {
    this.#giver = giver;
  }

  /** One stage, in milliseconds since 1970. */
  stage(stage: Stage, start: number, end: number, zone: Zone, source: Source, member = ""): void {
    if (!(end > start) || end - start > STAGE_MS_MAX) {
      this.#giver.skip("damaged_record");
      return;
    }
    const when: When = { kind: "span", start, end, zone };
    const minutes = (end - start) / MINUTE_MS;
    this.#giver.value("sleep", when, minutes, "min", source, undefined, member);
    const metric = metricOf[stage];
    if (metric !== undefined) this.#giver.value(metric, when, minutes, "min", source, undefined, member);
    if (member === "") this.#asleep.push({ start, end, zone, source });
  }

  /** After the last stage: the onset of each night, on the day of waking. */
  end(): void {
    const bySource = new Map<string, Asleep[]>();
    for (const each of this.#asleep) {
      const own = bySource.get(each.source.key);
      if (own === undefined) bySource.set(each.source.key, [each]);
      else own.push(each);
    }
    for (const own of bySource.values()) this.#onsets(own.sort((a, b) => a.start - b.start || a.end - b.end));
    this.#asleep.length = 0;
  }

  #onsets(spans: readonly Asleep[]): void {
    /** The longest sleep of each day of waking. */
    const longest = new Map<number, { readonly first: Asleep; readonly ms: number }>();
    let [first, end, ms] = [spans[0], Number.NEGATIVE_INFINITY, 0];
    const close = () => {
      if (first === undefined || ms < NIGHT_MS) return;
      const day = localDay(end, first.zone.offsetMinutes);
      if ((longest.get(day)?.ms ?? 0) < ms) longest.set(day, { first, ms });
    };
    for (const span of spans) {
      if (span.start - end > GAP_MS) {
        close();
        [first, ms] = [span, 0];
      }
      ms += Math.max(0, span.end - Math.max(span.start, end));
      end = Math.max(end, span.end);
    }
    close();
    for (const [
      day,
      {
        first: { start, zone, source },
      },
    ] of longest) {
      const onset = onsetMinutes(start + zone.offsetMinutes * MINUTE_MS, day);
      if (onset !== undefined) this.#giver.value("sleep_onset", { kind: "day", day }, onset, "min", source);
    }
  }
}

/** Minutes after the noon before the day of waking. @param wall on the wall's clock, milliseconds */
export function onsetMinutes(wall: number, wakeDay: number): number | undefined {
  const minutes = Math.floor((wall - (wakeDay - 0.5) * DAY_MS) / MINUTE_MS);
  return minutes >= 0 && minutes < 1440 ? minutes : undefined;
}
