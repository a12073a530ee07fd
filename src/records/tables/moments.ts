// When a row's values are of: a local day, an instant or a span, and in which zone.
import type { ReadOptions } from "../reader.ts";
import { localDay, type When, type Zone } from "../sample.ts";
import type { SkipReason } from "../says.ts";
import { instantOfWall, zoneOfInstant } from "../zones.ts";
import type { Bound } from "./bound.ts";
import { isMissing } from "./cells/numbers.ts";
import { type DateCell, readOffset, UTC_ONLY } from "./dates/cell.ts";
import { dayOf, isTurned } from "./dates/order.ts";
import { Column, Dates, inDay } from "./row.ts";
import type { TablePlan } from "./scan.ts";
import type { RecordView } from "./text/split.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface Moment {
  readonly instant: number;
  readonly zone: Zone;
}

export class Moments {
  readonly #options: ReadOptions;
  readonly #turned: (place: { readonly line: number; readonly column: string }) => void;
  readonly #dates = new Dates();
  readonly #date = new Column();
  readonly #time = new Column();
  readonly #start = new Column();
  readonly #end = new Column();
  readonly #zoneCell = new Column();
  readonly #zones = new Map<number, Zone>();
  #last: When | SkipReason | undefined;
  #lastPlan: TablePlan | undefined;

  /** @param turned is told of each date whose day and month are turned back */
  constructor(options: ReadOptions, turned: (place: { readonly line: number; readonly column: string }) => void) {
    this.#options = options;
    this.#turned = turned;
  }

  /** Of neighbouring rows with the same cells the same object. */
  whenOf(record: RecordView, plan: TablePlan): When | SkipReason {
    const { bound } = plan;
    const date = this.#date.read(record, bound.date);
    const time = this.#time.read(record, bound.time);
    const start = this.#start.read(record, bound.start);
    const end = this.#end.read(record, bound.end);
    const zone = this.#zoneCell.read(record, bound.zone);
    const same = this.#date.same && this.#time.same && this.#start.same && this.#end.same && this.#zoneCell.same;
    if (same && this.#last !== undefined && this.#lastPlan === plan) return this.#last;
    const offset = zone === "" ? Number.NaN : readOffset(zone);
    this.#lastPlan = plan;
    this.#last =
      bound.date >= 0
        ? this.#single(inDay(time === "" ? date : `${date} ${time}`, bound), offset, record, plan)
        : this.#span(start, end, offset, record, plan);
    return this.#last;
  }

  #single(text: string, columnOffset: number, record: RecordView, plan: TablePlan): When | SkipReason {
    const cell = this.#cellOf(text);
    if (typeof cell === "string") return cell;
    const day = this.#dayOf(cell, record, plan, plan.bound.date);
    if (typeof day === "string") return day;
    const { midnightOffset, wholeDays } = plan.time;
    const known = this.#options.offsetAt !== undefined;
    if (midnightOffset !== undefined && !known)
      return { kind: "day", day: localDay(day * DAY_MS + cell.time, midnightOffset) };
    // midnights in UTC are days by name; where nobody says where it was, as instants they are the same days, and told
    if (wholeDays && (cell.kind !== "instant" || known)) return { kind: "day", day };
    const { instant, zone } = this.#momentOf(cell, day, columnOffset, plan.bound);
    return { kind: "span", start: instant, end: instant, zone };
  }

  #span(start: string, end: string, offset: number, record: RecordView, plan: TablePlan): When | SkipReason {
    const { bound } = plan;
    const from = start === "" ? undefined : this.#momentIn(start, offset, record, plan, bound.start);
    if (typeof from === "string") return from;
    const to = end === "" ? undefined : this.#momentIn(end, offset, record, plan, bound.end);
    if (typeof to === "string") return to;
    // of a span without its other end, the end that is known
    const [first, last] = [from ?? to, to ?? from];
    if (first === undefined || last === undefined) return "no_date";
    return { kind: "span", start: first.instant, end: last.instant, zone: last.zone };
  }
  #momentIn(text: string, offset: number, record: RecordView, plan: TablePlan, column: number): Moment | SkipReason {
    const cell = this.#cellOf(text);
    if (typeof cell === "string") return cell;
    const day = this.#dayOf(cell, record, plan, column);
    return typeof day === "string" ? day : this.#momentOf(cell, day, offset, plan.bound);
  }

  #cellOf(text: string): DateCell | "no_date" | "not_a_date" {
    if (isMissing(text)) return "no_date";
    return this.#dates.read(text) ?? "not_a_date";
  }
  #dayOf(cell: DateCell, { line }: RecordView, { dates, bound }: TablePlan, column: number): number | SkipReason {
    if (isTurned(cell, dates)) this.#turned({ line, column: bound.header[column] as string });
    return dayOf(cell, dates);
  }

  #momentOf(cell: DateCell, day: number, columnOffset: number, { utc }: Bound): Moment {
    const wall = day * DAY_MS + (Number.isNaN(cell.time) ? 0 : cell.time);
    const inUtc = cell.offset === UTC_ONLY;
    const own = inUtc ? Number.NaN : cell.offset;
    const offset = Number.isNaN(own) ? columnOffset : own;
    if (inUtc || (utc && Number.isNaN(own)))
      return { instant: wall, zone: Number.isNaN(offset) ? zoneOfInstant(this.#options, wall) : this.#zone(offset) };
    if (Number.isNaN(offset)) return instantOfWall(this.#options, wall);
    // a time that is written in UTC says no place; a column may
    const place = offset === 0 && !Number.isNaN(columnOffset) ? columnOffset : offset;
    return { instant: wall - offset * MINUTE_MS, zone: this.#zone(place) };
  }
  #zone(offsetMinutes: number): Zone {
    let zone = this.#zones.get(offsetMinutes);
    if (zone === undefined) {
      zone = { offsetMinutes, from: "record" };
      this.#zones.set(offsetMinutes, zone);
    }
    return zone;
  }
}
