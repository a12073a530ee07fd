// A day that stands in a file twice, without a time: two parts of it, such as two workouts, or one that is stated again, such as a
// total that an earlier export had cut short. The file as a whole shows which.

/** Metrics of which people have several a day, each in a row. */
const events = /^(?:exercise|sleep|naps|visits|classes|support_contacts|app_opens)/;
/** Of a file's days, those that occur again up to which they are days stated again. */
const [EVENTS_SHARE, TOTALS_SHARE] = [0.05, 0.25];

interface Seen {
  days: number;
  again: number;
  /** Whether a day's values were ever other than the first of it. */
  other: boolean;
}

export class Restated {
  readonly #files = new Map<string, Seen>();

  /**
   * @param nth whether it is the first of the member's values of that day and file, the second or a further one
   * @param same whether it is the value before it once more
   */
  add(file: number, metric: string, nth: 1 | 2 | 3, same: boolean): void {
    const key = `${file} ${metric}`;
    let seen = this.#files.get(key);
    if (seen === undefined) {
      seen = { days: 0, again: 0, other: false };
      this.#files.set(key, seen);
    }
    if (nth === 1) seen.days++;
    else {
      if (nth === 2) seen.again++;
      if (!same) seen.other = true;
    }
  }

  /** Whether a day that occurs twice in this file is one day stated again. Parts of a day are not all alike: repeated rows are. */
  is(file: number, metric: string): boolean {
    const { days, again, other } = this.#files.get(`${file} ${metric}`) ?? { days: 1, again: 0, other: false };
    return events.test(metric) ? again <= days * EVENTS_SHARE : !other || again <= days * TOTALS_SHARE;
  }
}
