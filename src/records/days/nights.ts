// Nights: pieces of sleep with little time between them are one, and it belongs to the local day on which it ended.
import { localDay } from "../sample.ts";
import type { Series } from "./series.ts";
import type { Span } from "./spans.ts";
import type { DaySum, UnionOptions } from "./union.ts";

/** Metrics of nights; test/records/days holds them to what the registry's table says of each. */
export const nightMetrics: ReadonlySet<string> = new Set([
  "hrv_rmssd",
  "sleep",
  "sleep_deep",
  "sleep_light",
  "sleep_rem",
  "sleep_efficiency",
  "sleep_onset",
  "spo2",
  "resp_rate",
  "skin_temp",
]);

export const sleepParts: readonly string[] = ["sleep", "sleep_deep", "sleep_light", "sleep_rem"];

/** Awake for longer than this: what follows is another sleep. */
const AWAKE_MS_MAX = 2 * 3_600_000;
/** A chain of pieces that goes on for longer is no night. */
const NIGHT_MS_MAX = 24 * 3_600_000;
/** What is measured in the evening, outside of any known sleep, belongs to the night that begins. */
const EVENING_MINUTES = 18 * 60;

export interface Night {
  readonly start: number;
  readonly end: number;
  /** The beginning on the wall's clock, in milliseconds. */
  readonly wall: number;
  /** The local day of waking. */
  readonly day: number;
  /** Minutes from the local noon before it to falling asleep. */
  readonly onset: number;
}

/** Sleeps of any length, naps too, in order. */
export class Nights {
  readonly all: readonly Night[];

  /** @param pieces in order of start */
  constructor(pieces: Iterable<Span>) {
    const all: Night[] = [];
    let open: { start: number; end: number; offsetMinutes: number; startOffset: number } | undefined;
    const close = () => {
      if (open === undefined) return;
      const day = localDay(open.end - 1, open.offsetMinutes);
      const noon = (day - 1) * 86_400_000 + 43_200_000;
      const wall = open.start + open.startOffset * 60_000;
      all.push({ start: open.start, end: open.end, wall, day, onset: (wall - noon) / 60_000 });
    };
    for (const { start, end, offsetMinutes } of pieces) {
      if (open !== undefined && start - open.end <= AWAKE_MS_MAX && end - open.start <= NIGHT_MS_MAX) {
        if (end > open.end) {
          open.end = end;
          open.offsetMinutes = offsetMinutes;
        }
      } else {
        close();
        open = { start, end, offsetMinutes, startOffset: offsetMinutes };
      }
    }
    close();
    this.all = all;
  }

  /** The sleep that holds an instant, undefined for one awake. */
  at(instant: number): Night | undefined {
    let [low, high] = [0, this.all.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const night = this.all[middle] as Night;
      if (instant < night.start) high = middle - 1;
      else if (instant > night.end) low = middle + 1;
      else return night;
    }
    return undefined;
  }

  /** The day that something measured at an instant of the night belongs to. */
  dayOf(instant: number, offsetMinutes: number): number {
    const night = this.at(instant);
    if (night !== undefined) return night.day;
    const local = instant + offsetMinutes * 60_000;
    return localDay(instant, offsetMinutes) + (Math.floor(local / 60_000) % 1440 >= EVENING_MINUTES ? 1 : 0);
  }
}

/** Spans of several series, in order of start. */
export function piecesOf(series: readonly Series[]): Span[] {
  return series.flatMap((one) => [...one.spans.inOrder(() => {})]).sort((a, b) => a.start - b.start || b.end - a.end);
}

interface Asleep {
  readonly series: Series;
  readonly value: number;
  readonly rows: number;
}

/** Of sources in the order of belief. */
const better = (a: Asleep, b: Asleep) => (b.series.rank === a.series.rank && b.value > a.value ? b : a);

/**
 * Time asleep by day of waking: of each sleep the most believed source's, since another's would fill the minutes in which the first saw its
 * wearer awake; sleeps of one day add up.
 */
export function sleepByDay(
  series: readonly Series[],
  nights: Nights,
  options: Omit<UnionOptions, "whole">,
): Map<number, DaySum> {
  const found = new Map<Night, Asleep[]>();
  for (const one of series) {
    const asleep = new Map<Night, { end: number; value: number; rows: number }>();
    for (const { start, end, value } of one.spans.inOrder(options.duplicates)) {
      const night = nights.at(start);
      if (night === undefined || options.totalled(one, night.day)) {
        options.overlaps(1);
        continue;
      }
      const so = asleep.get(night) ?? { end: Number.NEGATIVE_INFINITY, value: 0, rows: 0 };
      // Stages of one device may overlap; an instant has a value and no length.
      const fresh = start === end ? 1 : Math.max(0, end - Math.max(start, so.end)) / (end - start);
      so.value += value * fresh;
      so.end = Math.max(so.end, end);
      so.rows++;
      asleep.set(night, so);
    }
    for (const [night, { value, rows }] of asleep) {
      const those = found.get(night);
      if (those === undefined) found.set(night, [{ series: one, value, rows }]);
      else those.push({ series: one, value, rows });
    }
  }
  const days = new Map<number, DaySum>();
  for (const [{ day }, those] of found) {
    const best = those.reduce(better);
    // What one provider has with a zone and what it has without one are two sleeps: the same in both was left out before.
    const { source, unplaced } = best.series;
    const beside = those.filter(
      ({ series }) => series.source.provider === source.provider && series.unplaced !== unplaced,
    );
    const counted = beside.length === 0 ? [best] : [best, beside.reduce(better)];
    for (const each of those) if (!counted.includes(each)) options.overlaps(each.rows);
    for (const { series: one, value } of counted) {
      const sum = days.get(day);
      if (sum === undefined) days.set(day, { value, by: one });
      else days.set(day, { value: sum.value + value, by: sum.by.rank <= one.rank ? sum.by : one });
    }
  }
  return days;
}
