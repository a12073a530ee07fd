// A day that stands in a file twice, without a time: two parts of it, such as two workouts, or one that is stated again, such as a
// total that an earlier export had cut short. The file as a whole shows which.

/** Metrics of which people have several a day, each in a row. */
const events = /^(?:exercise|sleep|naps|visits|classes|support_contacts|app_opens)/;
/** Of a file's days, those that occur again up to which they are days stated again. */
const [EVENTS_SHARE, TOTALS_SHARE] = [0.05, 0.25];

export class Restated {
  readonly #files = new Map<string, { days: number; again: number }>();

  /** @param nth whether it is the first of the member's values of that day and file, the second or a further one */
  add(file: number, metric: string, nth: 1 | 2 | 3): void {
    const key = `${file} ${metric}`;
    let seen = this.#files.get(key);
    if (seen === undefined) {
      seen = { days: 0, again: 0 };
      this.#files.set(key, seen);
    }
    if (nth === 1) seen.days++;
    else if (nth === 2) seen.again++;
  }

  /** Whether a day that occurs twice in this file is one day stated again. */
  is(file: number, metric: string): boolean {
    const { days, again } = this.#files.get(`${file} ${metric}`) ?? { days: 1, again: 0 };
    return again <= days * (events.test(metric) ? EVENTS_SHARE : TOTALS_SHARE);
  }
}
