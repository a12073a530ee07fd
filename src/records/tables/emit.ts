// The second pass: rows to samples. What gives nothing is skipped with its reason and place; no cell goes into either.
import type { ReadOptions, Sink } from "../reader.ts";
import { localDay, type Place, type Source, type When, type Zone } from "../sample.ts";
import type { SkipReason } from "../says.ts";
import { instantOfWall, zoneOfInstant } from "../zones.ts";
import type { Bound, BoundValue } from "./bind.ts";
import { isMissing, isSettled, plainNumber } from "./cells/numbers.ts";
import { type DateCell, readOffset, UTC_ONLY } from "./dates/cell.ts";
import { dayOf, isTurned } from "./dates/order.ts";
import { readValue } from "./evidence.ts";
import { isTotalsWord, readMember } from "./ids.ts";
import { Column, Dates, holds, holdsOne } from "./row.ts";
import type { TablePlan, ValueReading } from "./scan.ts";
import type { RecordView } from "./text/split.ts";
import { type Walked, Walker } from "./walk.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Members of one file whose ids are compared. */
const IDS_MAX = 200_000;

const nightMetrics = /^sleep(?:_deep|_light|_rem)?$/;

interface Table {
  readonly plan: TablePlan;
  readonly part: Source;
  readonly total: Source;
}
interface Moment {
  readonly instant: number;
  readonly zone: Zone;
}

export class Emitter implements Walked<Table> {
  readonly walker: Walker<Table>;
  readonly ids = new Set<string>();
  /** Samples and attributes given. */
  given = 0;
  rows = 0;
  readonly skipped = new Map<SkipReason, Place>();
  readonly #plans: readonly TablePlan[];
  readonly #sink: Sink;
  readonly #options: ReadOptions;
  readonly #file: string;
  readonly #dates = new Dates();
  readonly #columns = {
    member: new Column(),
    date: new Column(),
    time: new Column(),
    start: new Column(),
    end: new Column(),
    zone: new Column(),
  };
  readonly #zones = new Map<number, Zone>();
  #lastId: { cell: string; id: ReturnType<typeof readMember> } = { cell: "", id: "no_member" };
  #lastWhen: { readonly when: When | SkipReason; readonly table: Table } | undefined;

  constructor(
    bind: (cells: readonly string[]) => Bound | undefined,
    plans: Iterable<TablePlan>,
    sink: Sink,
    file: string,
    options: ReadOptions,
  ) {
    this.#plans = [...plans];
    this.#sink = sink;
    this.#file = file;
    this.#options = options;
    this.walker = new Walker(bind, this);
  }

  record(record: RecordView): void {
    this.walker.record(record);
  }
  /** Tables come in the order in which the first pass met them. */
  table(bound: Bound): Table {
    const plan = this.#plans[this.walker.tables.size] as TablePlan;
    const provider = bound.known?.provider ?? "table";
    const source = { key: provider, provider, deviceClass: bound.known?.device ?? "unknown" } as const;
    if (plan.time.midnightOffset !== undefined) this.#sink.note("zone_inferred", { file: this.#file });
    return { plan, part: source, total: { ...source, total: true } };
  }
  other(record: RecordView, afterTable: boolean): void {
    if (afterTable) this.#skip("other_table", record.line);
  }

  row(record: RecordView, table: Table): void {
    this.rows++;
    const { line } = record;
    const { bound } = table.plan;
    if (record.strayQuote !== false) this.#skip("stray_quote", line);
    else if (!this.walker.fits(record)) this.#skip("ragged_row", line);
    else if (bound.member < 0) this.given += this.#cells(record, table, "");
    else {
      const member = this.#memberOf(this.#columns.member.read(record, bound.member));
      if (typeof member === "string") this.#skip(member, line, bound.header[bound.member]);
      else {
        const given = this.#cells(record, table, member.id);
        this.given += given;
        if (given > 0 && this.ids.size < IDS_MAX) this.ids.add(member.id);
      }
    }
  }

  /** @returns how many samples and attributes the row gave */
  #cells(record: RecordView, table: Table, member: string): number {
    const { bound, values } = table.plan;
    const { line } = record;
    let given = 0;
    for (const { attribute, name, column } of bound.attributes) {
      const text = column < record.count ? record.text(column).trim() : "";
      if (isMissing(text)) this.#skip("empty", line, name);
      else {
        this.#sink.attribute(member, attribute, text, { file: this.#file, line, column: name });
        given++;
      }
    }
    if (values.length === 0) return given;
    const when = this.#whenOf(record, table);
    if (typeof when !== "string") return given + this.#values(record, table, member, when);
    const column = bound.date >= 0 ? bound.date : bound.start >= 0 ? bound.start : bound.end;
    const totals = when === "not_a_date" && isTotalsWord(record.text(column).trim());
    this.#skip(totals ? "totals_row" : when, line, bound.header[column]);
    return given;
  }

  #memberOf(cell: string): ReturnType<typeof readMember> {
    if (cell !== this.#lastId.cell) this.#lastId = { cell, id: readMember(cell) };
    return this.#lastId.id;
  }

  /** @returns how many samples the row gave */
  #values(record: RecordView, table: Table, member: string, when: When): number {
    const { plan } = table;
    let given = 0;
    for (const reading of plan.values) {
      const { value } = reading;
      if (value.where.length > 0 && !holds(record, value.where)) continue;
      const read = this.#read(record, reading);
      const place = { file: this.#file, line: record.line, column: value.name };
      if (typeof read === "string") {
        this.#skip(read, record.line, value.name);
        continue;
      }
      const total = typeof value.total === "boolean" ? value.total : holdsOne(record, value.total);
      const factored = reading.factor === 1 ? undefined : value.unit?.name;
      this.#sink.sample({
        member,
        metric: value.metric,
        when: this.#whenOfValue(when, value, read, total, plan),
        value: read,
        source: total ? table.total : table.part,
        place,
        ...(factored === undefined ? {} : { converted: factored }),
      });
      given++;
    }
    return given;
  }

  #read(record: RecordView, { value, plan, factor, suspect }: ValueReading): number | SkipReason {
    if (suspect !== undefined) return "unclear_unit";
    if (value.columns.length === 0) {
      const { counted } = value;
      return counted === undefined || !isMissing(record.text(counted).trim()) ? 1 : "empty";
    }
    let sum = 0;
    for (const column of value.columns) {
      if (column >= record.count) return "empty";
      const [from, to] = [record.starts[column] as number, record.ends[column] as number];
      let read: number | SkipReason = plainNumber(record.bytes, from, to);
      if (
        Number.isNaN(read) ||
        (plan.numbers !== "point" && !isSettled(record.bytes, from, to)) ||
        plan.numbers === "comma"
      )
        read = readValue(record.text(column).trim(), plan, this.#options.registry.metric(value.metric), factor);
      else read *= factor;
      if (typeof read === "string") return read;
      sum += read;
    }
    // factors leave digits behind that nobody measured
    return factor === 1 || Math.abs(sum) > 1e6 ? sum : Math.round(sum * 1e9) / 1e9;
  }

  /** Totals stand for the local day; a night that is known by its beginning lasts as long as its value says. */
  #whenOfValue(when: When, { metric }: BoundValue, value: number, total: boolean, { bound, time }: TablePlan): When {
    if (when.kind === "day") return when;
    if (total) return { kind: "day", day: localDay(when.end, when.zone.offsetMinutes) };
    if (bound.date < 0 || !time.evenings || !nightMetrics.test(metric) || value < 0) return when;
    return { ...when, end: when.start + value * MINUTE_MS };
  }

  #whenOf(record: RecordView, table: Table): When | SkipReason {
    const { bound } = table.plan;
    const { date, time, start, end, zone } = this.#columns;
    const [dateText, startText, endText] = [
      date.read(record, bound.date),
      start.read(record, bound.start),
      end.read(record, bound.end),
    ];
    const clock = time.read(record, bound.time);
    const zoneText = zone.read(record, bound.zone);
    const same = date.same && start.same && end.same && time.same && zone.same;
    if (!same || this.#lastWhen?.table !== table) {
      const whole = clock === "" ? dateText : `${dateText} ${clock}`;
      this.#lastWhen = { when: this.#readWhen(whole, startText, endText, zoneText, record, table), table };
    }
    const last = this.#lastWhen as { when: When | SkipReason };
    return last.when;
  }

  #readWhen(
    date: string,
    start: string,
    end: string,
    zone: string,
    record: RecordView,
    table: Table,
  ): When | SkipReason {
    const { bound, time } = table.plan;
    const offset = zone === "" ? Number.NaN : readOffset(zone);
    if (bound.date >= 0) {
      const cell = this.#cellOf(date);
      if (typeof cell === "string") return cell;
      const day = this.#dayOf(cell, record, table);
      if (typeof day === "string") return day;
      if (time.midnightOffset !== undefined && this.#options.offsetAt === undefined)
        return { kind: "day", day: localDay(day * DAY_MS + cell.time, time.midnightOffset) };
      if (time.wholeDays && (cell.kind !== "instant" || this.#options.offsetAt !== undefined))
        return { kind: "day", day };
      const { instant, zone: of } = this.#momentOf(cell, day, offset, bound);
      return { kind: "span", start: instant, end: instant, zone: of };
    }
    const moments = [start, end].map((text): Moment | SkipReason | undefined => {
      if (text === "") return undefined;
      const cell = this.#cellOf(text);
      if (typeof cell === "string") return cell;
      const day = this.#dayOf(cell, record, table);
      return typeof day === "string" ? day : this.#momentOf(cell, day, offset, bound);
    });
    const fault = moments.find((moment) => typeof moment === "string");
    if (fault !== undefined) return fault;
    const [from, to] = moments as (Moment | undefined)[];
    if (from === undefined && to === undefined) return "no_date";
    // of a span without its other end, the end that is known
    const [first, last] = [from ?? to, to ?? from] as [Moment, Moment];
    return { kind: "span", start: first.instant, end: last.instant, zone: last.zone };
  }

  #cellOf(text: string): DateCell | "no_date" | "not_a_date" {
    if (isMissing(text)) return "no_date";
    return this.#dates.read(text) ?? "not_a_date";
  }
  #dayOf(cell: DateCell, record: RecordView, { plan }: Table): number | SkipReason {
    if (isTurned(cell, plan.dates)) {
      const { bound } = plan;
      const column = bound.header[bound.date >= 0 ? bound.date : bound.start];
      this.#sink.note("repaired_dates", {
        file: this.#file,
        line: record.line,
        ...(column === undefined ? {} : { column }),
      });
    }
    return dayOf(cell, plan.dates);
  }

  #momentOf(cell: DateCell, day: number, columnOffset: number, bound: Bound): Moment {
    const wall = day * DAY_MS + (Number.isNaN(cell.time) ? 0 : cell.time);
    const own = Number.isNaN(cell.offset) || cell.offset === UTC_ONLY ? Number.NaN : cell.offset;
    const offset = Number.isNaN(own) ? columnOffset : own;
    if (cell.offset === UTC_ONLY || (bound.utc && Number.isNaN(own)))
      return { instant: wall, zone: Number.isNaN(offset) ? zoneOfInstant(this.#options, wall) : this.#zone(offset) };
    if (Number.isNaN(offset)) return instantOfWall(this.#options, wall);
    return { instant: wall - offset * MINUTE_MS, zone: this.#zone(offset) };
  }
  #zone(offsetMinutes: number): Zone {
    let zone = this.#zones.get(offsetMinutes);
    if (zone === undefined) {
      zone = { offsetMinutes, from: "record" };
      this.#zones.set(offsetMinutes, zone);
    }
    return zone;
  }

  #skip(reason: SkipReason, line: number, column?: string): void {
    const place = { file: this.#file, line, ...(column === undefined ? {} : { column }) };
    if (!this.skipped.has(reason)) this.skipped.set(reason, place);
    this.#sink.skip(reason, place);
  }
}
