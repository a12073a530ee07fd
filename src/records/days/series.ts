// What one source gave of one metric of one member: spans of time, and values of whole local days.
import type { Source } from "../sample.ts";
import { Spans } from "./spans.ts";

interface DayValue {
  readonly file: number;
  readonly value: number;
}

export class Series {
  readonly source: Source;
  readonly rank: number;
  /** Nights whose zone the file does not say: where in time they lie is what is known of the member, or assumed. */
  readonly unplaced: boolean;
  readonly spans = new Spans();
  /** By local day: one value mostly. */
  readonly days = new Map<number, DayValue | DayValue[]>();
  /** By local day, of metrics of a day whose rule is the greatest: no single value needs to be kept. */
  readonly greatest = new Map<number, { value: number; count: number }>();

  constructor(source: Source, rank: number, unplaced = false) {
    this.source = source;
    this.rank = rank;
    this.unplaced = unplaced;
  }

  /** @returns whether it is the day's first value of this file, its second or a further one, and the one before once more */
  addDay(day: number, value: number, file: number): { readonly nth: 1 | 2 | 3; readonly same: boolean } {
    const before = this.days.get(day);
    const added = { file, value };
    if (before === undefined) this.days.set(day, added);
    else if (Array.isArray(before)) before.push(added);
    else this.days.set(day, [before, added]);
    // A file's values come together.
    const [last, former] = Array.isArray(before) ? [before.at(-2), before.at(-3)] : [before, undefined];
    return { nth: last?.file !== file ? 1 : former?.file !== file ? 2 : 3, same: last?.value === value };
  }

  addGreatest(day: number, value: number): void {
    const before = this.greatest.get(day);
    if (before === undefined) this.greatest.set(day, { value, count: 1 });
    else {
      before.count++;
      before.value = Math.max(before.value, value);
    }
  }

  /** Every day's values, each file's together. */
  *byDay(): Generator<readonly [day: number, files: ReadonlyMap<number, readonly number[]>], void, void> {
    for (const [day, values] of this.days) {
      const files = new Map<number, number[]>();
      for (const { file, value } of Array.isArray(values) ? values : [values]) {
        const list = files.get(file);
        if (list === undefined) files.set(file, [value]);
        else list.push(value);
      }
      yield [day, files];
    }
  }
}

/** The most believed first; equals in an order that does not depend on which file came first. */
export function bySource(a: Series, b: Series): number {
  return a.rank - b.rank || compare(a.source.provider, b.source.provider) || compare(a.source.key, b.source.key);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
