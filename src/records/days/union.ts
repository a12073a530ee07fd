// Sums over a day: the union of what several sources saw, never their sum. Spans of the most believed source count whole;
// of a span of the next one only the part that nobody before has covered.
import { localDay } from "../sample.ts";
import type { Series } from "./series.ts";
import type { Span } from "./spans.ts";

export interface DaySum {
  value: number;
  /** The most believed source that contributed. */
  readonly by: Series;
}

const MINUTE_MS = 60_000;

/** Disjoint stretches of time in order, as pairs of start and end. */
type Cover = number[];

export interface UnionOptions {
  /** Whether a span is one event, such as a session: it counts once, on the day on which it began. */
  readonly whole: boolean;
  /** Days on which the series' provider has a total of its own, so that its spans are left aside. */
  totalled(series: Series, day: number): boolean;
  duplicates(count: number): void;
  /** A span of which another source's counted in whole or in part. */
  overlaps(count: number): void;
}

/** @param series the most believed first @returns by local day */
export function unionByDay(series: readonly Series[], options: UnionOptions): Map<number, DaySum> {
  const days = new Map<number, DaySum>();
  let cover: Cover = [];
  for (const one of series) {
    if (one.spans.rows === 0) continue;
    const own: Cover = [];
    const free = new Uncovered(cover);
    let overlapping = 0;
    for (const span of one.spans.inOrder(options.duplicates)) {
      let cut = false;
      for (const piece of options.whole ? [span] : byMidnight(span)) {
        const day = localDay(piece.start, span.offsetMinutes);
        if (options.totalled(one, day)) {
          cut = true;
          continue;
        }
        const share = shareOf(piece, own, free);
        if (share < 1) cut = true;
        const value = options.whole ? (share >= 0.5 ? piece.value : 0) : piece.value * share;
        extend(own, piece.start, piece.end);
        // What is covered whole adds nothing; 0 that was measured is a value of the day.
        if (share === 0) continue;
        const sum = days.get(day);
        if (sum === undefined) days.set(day, { value, by: one });
        else sum.value += value;
      }
      if (cut) overlapping++;
    }
    if (overlapping > 0) options.overlaps(overlapping);
    cover = merged(cover, options.whole ? widened(own) : byMinute(own));
  }
  return days;
}

/** The span's part in each local day, its value by the share of time. */
export function* byMidnight(span: Span): Generator<Span, void, void> {
  const { start, end, value, offsetMinutes } = span;
  const length = end - start;
  if (length === 0 || localDay(start, offsetMinutes) === localDay(end - 1, offsetMinutes)) {
    yield span;
    return;
  }
  let from = start;
  while (from < end) {
    const midnight = (localDay(from, offsetMinutes) + 1) * 86_400_000 - offsetMinutes * 60_000;
    const to = Math.min(end, midnight);
    yield { start: from, end: to, value: (value * (to - from)) / length, offsetMinutes };
    from = to;
  }
}

/** What part of a piece is neither in its own source's earlier spans nor in what others have covered. */
function shareOf({ start, end }: Span, own: Cover, free: Uncovered): number {
  const ownEnd = own.at(-1) ?? Number.NEGATIVE_INFINITY;
  // An instant of a source lies beside its other instants: two taps on one counter at one time are told apart by value alone.
  if (start === end) return start < ownEnd || free.covers(start) ? 0 : 1;
  const from = Math.max(start, ownEnd);
  return from >= end ? 0 : free.length(from, end) / (end - start);
}

function extend(cover: Cover, start: number, end: number): void {
  const last = cover.length - 1;
  if (last > 0 && start <= (cover[last] as number)) cover[last] = Math.max(cover[last] as number, end);
  else cover.push(start, end);
}

/** Asked in order of start, so that each stretch is passed once. */
class Uncovered {
  readonly #cover: Cover;
  #at = 0;

  constructor(cover: Cover) {
    this.#cover = cover;
  }

  /** Moves to the first stretch that ends after an instant, or is that instant. */
  #seek(instant: number): void {
    while (this.#at < this.#cover.length) {
      const [start, end] = [this.#cover[this.#at] as number, this.#cover[this.#at + 1] as number];
      if (end > instant || (start === end && end === instant)) return;
      this.#at += 2;
    }
  }

  /** An instant that another source has too is the same event. */
  covers(instant: number): boolean {
    this.#seek(instant);
    return this.#at < this.#cover.length && (this.#cover[this.#at] as number) <= instant;
  }

  length(start: number, end: number): number {
    this.#seek(start);
    let length = end - start;
    for (let at = this.#at; at < this.#cover.length && (this.#cover[at] as number) < end; at += 2) {
      const overlap = Math.min(end, this.#cover[at + 1] as number) - Math.max(start, this.#cover[at] as number);
      if (overlap > 0) length -= overlap;
    }
    return length;
  }
}

/** Sources that put an event within this time of one another saw the same. */
const SAME_EVENT_MS = 600_000;

/** Events of no length, as the time in which another source's is the same. */
function widened(cover: Cover): Cover {
  const wide: Cover = [];
  for (let at = 0; at < cover.length; at += 2) {
    const [start, end] = [cover[at] as number, cover[at + 1] as number];
    const by = start === end ? SAME_EVENT_MS : 0;
    extend(wide, start - by, end + by);
  }
  return wide;
}

/** What is counted at an instant is mostly of its minute, in which another source has counted the same. */
function byMinute(cover: Cover): Cover {
  const wide: Cover = [];
  for (let at = 0; at < cover.length; at += 2) {
    const [start, end] = [cover[at] as number, cover[at + 1] as number];
    if (start < end) extend(wide, start, end);
    else extend(wide, start - (start % MINUTE_MS), start - (start % MINUTE_MS) + MINUTE_MS);
  }
  return wide;
}

function merged(a: Cover, b: Cover): Cover {
  if (a.length === 0) return b;
  const all: Cover = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const first = j >= b.length || (i < a.length && (a[i] as number) <= (b[j] as number));
    const [from, at] = first ? [a, i] : [b, j];
    extend(all, from[at] as number, from[at + 1] as number);
    if (first) i += 2;
    else j += 2;
  }
  return all;
}
