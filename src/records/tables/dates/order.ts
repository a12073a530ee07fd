// Which order of year, month and day a file's dates are in. 4/12/2016 is April in one country and December in another, so
// the order is settled from all dates together, one for the file; it is never guessed. Programs that read days up to the
// twelfth in the wrong order, and left the others, are found out by how the dates follow one another.
import { fail } from "../../../base/errors.ts";
import type { DateCell, DateFormat } from "./cell.ts";

/** A readable date that is no use here: both orders fit and the column does not settle it, or it is not in the order. */
export type DateProblem = "ambiguous_date" | "other_date_format";

const orders: readonly DateFormat[] = ["Y/M/D", "M/D/Y", "D/M/Y"];
const [YMD, MDY, DMY] = [1, 2, 4];
/** Dates this many days apart follow one another. */
const NEAR_DAYS = 3;
/** Fewer following dates than this do not show which order was meant. */
const REPAIR_LEAST = 3;

/** Reads `M/D/Y`, `d.m.y`, `ISO` and the like. @throws PacelineError invalid_argument */
export function parseDateFormat(text: string): DateFormat {
  const letters = text
    .toUpperCase()
    .replaceAll(/[^A-Z]+/g, "/")
    .replaceAll(/([YMD])\1+/g, "$1");
  const found = letters === "ISO" ? "Y/M/D" : orders.find((order) => order === letters);
  return found ?? fail("invalid_argument", "not a date format", { hint: `one of ISO, ${orders.join(", ")}` });
}

/** How a file's dates are read. */
export interface DatePlan {
  /** Of dates in digits; `mixed` when only dates that speak for themselves are used. */
  readonly order: DateFormat | "mixed";
  /** Days up to the twelfth, and months, stand the other way round. */
  readonly repaired: boolean;
}

/** What is counted while a file's dates pass by, in order of the rows. */
export class DateEvidence {
  /** By the set of orders that fit: dates that do not begin with a year of four digits. */
  readonly #fits = new Array<number>(8).fill(0);
  #differing = 0;
  /** Days from the first to the last, by each order. */
  readonly #spans = { "Y/M/D": new Span(), "M/D/Y": new Span(), "D/M/Y": new Span() };
  #last: DateCell | undefined;
  readonly #ofMember = newFollows();
  readonly #ofAnyone = newFollows();

  /** @param sameMember whether the date before was of the same member */
  add(cell: DateCell, sameMember: boolean): void {
    if (cell.kind !== "civil") return;
    if (!cell.yearFirst) {
      const set = fitting(cell);
      this.#fits[set] = (this.#fits[set] as number) + 1;
      if (cell.mdy !== cell.dmy) this.#differing++;
      this.#spans["Y/M/D"].add(cell.ymd);
      this.#spans["M/D/Y"].add(cell.mdy);
      this.#spans["D/M/Y"].add(cell.dmy);
    }
    const last = this.#last;
    this.#last = cell;
    if (last === undefined) return;
    count(this.#ofAnyone, last, cell);
    if (sameMember) count(this.#ofMember, last, cell);
  }

  /**
   * @param where the file and column, for messages @param format the order asked for: then nothing is settled or repaired
   * @throws PacelineError invalid_data where more than one order fits, or where dates look turned round but too few show it
   */
  settle(where: string, format: DateFormat | undefined): DatePlan {
    if (format !== undefined) return { order: format, repaired: false };
    const order = this.#order(where);
    if (order === "mixed") return { order, repaired: false };
    // rows may be in order of members, or of days with every member below
    const follow = this.#ofMember[order].pairs >= REPAIR_LEAST ? this.#ofMember : this.#ofAnyone;
    const shown = follow[order].verdict();
    if (shown === "doubtful")
      fail("invalid_data", `${where}: some dates follow the others only when day and month are turned round`, {
        hint: `say which: --date-format ${order} to read all as written, or correct the export: a spreadsheet may have changed the dates up to the twelfth of each month`,
      });
    return { order, repaired: shown === "turned" };
  }

  /**
   * Years of two digits: an order that takes days for years scatters days that follow one another over years, and so shows
   * that it is not meant.
   */
  #likely(fitting: readonly DateFormat[]): readonly DateFormat[] {
    const least = Math.min(...fitting.map((order) => this.#spans[order].days));
    return fitting.filter((order) => this.#spans[order].days <= 10 * least + 300);
  }

  #order(where: string): DateFormat | "mixed" {
    const all = this.#fits.reduce((sum, count) => sum + count, 0);
    if (all === 0) return "Y/M/D";
    const whole = orders.filter((_, i) => this.#fits.every((count, set) => count === 0 || (set & (1 << i)) !== 0));
    const possible = whole.includes("Y/M/D") ? this.#likely(whole) : whole;
    const [only] = possible;
    if (only === undefined) return "mixed";
    if (possible.length === 1) return only;
    if (possible.includes("Y/M/D"))
      fail("invalid_data", `${where}: years of two digits do not show which part is the year`, {
        hint: choice(possible),
      });
    if (this.#differing === 0) return "M/D/Y";
    fail("invalid_data", `${where}: every date reads both as month/day/year and as day/month/year`, {
      hint: choice(possible),
    });
  }
}

class Span {
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /** @param day NaN is passed over */
  add(day: number): void {
    if (day < this.#first) this.#first = day;
    if (day > this.#last) this.#last = day;
  }
  get days(): number {
    return this.#last - this.#first;
  }
}

/** The day that a date names, or why it names none. Of dates in two orders, those count that fit one only. */
export function dayOf(cell: DateCell, { order, repaired }: DatePlan): number | DateProblem {
  if (cell.kind !== "civil") return cell.ymd;
  if (cell.yearFirst && !(order === "Y/M/D" && repaired)) return cell.ymd;
  if (order === "mixed") {
    const set = fitting(cell);
    if (set === YMD) return cell.ymd;
    if (set === MDY || (set === (MDY | DMY) && cell.mdy === cell.dmy)) return cell.mdy;
    return set === DMY ? cell.dmy : "ambiguous_date";
  }
  const [own, other] =
    order === "Y/M/D" ? [cell.ymd, cell.ydm] : order === "M/D/Y" ? [cell.mdy, cell.dmy] : [cell.dmy, cell.mdy];
  if (repaired && !Number.isNaN(other)) return other;
  return Number.isNaN(own) ? "other_date_format" : own;
}

/** Whether a repair changes what this date names. */
export function isTurned(cell: DateCell, { order, repaired }: DatePlan): boolean {
  if (!repaired || cell.kind !== "civil") return false;
  const other = order === "Y/M/D" ? cell.ydm : order === "M/D/Y" ? cell.dmy : cell.mdy;
  const own = order === "Y/M/D" ? cell.ymd : order === "M/D/Y" ? cell.mdy : cell.dmy;
  return !Number.isNaN(other) && other !== own;
}

function fitting(cell: DateCell): number {
  return (Number.isNaN(cell.ymd) ? 0 : YMD) | (Number.isNaN(cell.mdy) ? 0 : MDY) | (Number.isNaN(cell.dmy) ? 0 : DMY);
}

function choice(possible: readonly DateFormat[]): string {
  return `say which: ${possible.map((order) => `--date-format ${order}`).join(" or ")}`;
}

type Follows = Readonly<Record<DateFormat, Follow>>;

function newFollows(): Follows {
  return { "Y/M/D": new Follow(), "M/D/Y": new Follow(), "D/M/Y": new Follow() };
}

function count(follows: Follows, last: DateCell, cell: DateCell): void {
  follows["Y/M/D"].add(last.ymd, last.ydm, cell.ymd, cell.ydm);
  if (cell.yearFirst && last.yearFirst) return;
  follows["M/D/Y"].add(last.mdy, last.dmy, cell.mdy, cell.dmy);
  follows["D/M/Y"].add(last.dmy, last.mdy, cell.dmy, cell.mdy);
}

/** How often dates that can be turned round follow their neighbours as written, and turned. */
class Follow {
  pairs = 0;
  #written = 0;
  #turned = 0;
  /** Turned ones that join a date that cannot be turned: what a healthy monthly series does not have. */
  #joints = 0;
  /** Neighbours neither of which can be turned, and those of them that follow one another. */
  readonly #fixed = { pairs: 0, near: 0 };

  /** @param ownA the one date's day as written @param otherA turned, NaN where it cannot be @param ownB of the next date */
  add(ownA: number, otherA: number, ownB: number, otherB: number): void {
    if (ownA === ownB && otherA === otherB) return; // the same day again, or neither fits
    const turnedA = Number.isNaN(otherA) ? ownA : otherA;
    const turnedB = Number.isNaN(otherB) ? ownB : otherB;
    if (turnedA === ownA && turnedB === ownB) {
      this.#fixed.pairs++;
      if (Math.abs(ownA - ownB) <= NEAR_DAYS) this.#fixed.near++;
      return;
    }
    this.pairs++;
    const written = Math.abs(ownA - ownB) <= NEAR_DAYS;
    const turned = Math.abs(turnedA - turnedB) <= NEAR_DAYS;
    if (written) this.#written++;
    if (turned) this.#turned++;
    if (turned && !written && Number.isNaN(otherA) !== Number.isNaN(otherB)) this.#joints++;
  }
  verdict(): "as written" | "turned" | "doubtful" {
    const share = this.#turned / this.pairs;
    // dates that cannot be turned and lie far apart show a series of weeks or months
    const apart = this.#fixed.near < this.#fixed.pairs / 2;
    if (this.#joints === 0 || apart || share < 0.5 || this.#turned <= 2 * this.#written) return "as written";
    const plain =
      this.#fixed.pairs > 0 && share >= 0.8 && this.#written <= 0.2 * this.pairs && this.#turned >= REPAIR_LEAST;
    return plain ? "turned" : "doubtful";
  }
}
