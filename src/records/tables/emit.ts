// The second pass: rows to samples. What gives nothing is skipped with its reason and place; no cell goes into either.
import type { ReadOptions, Sink } from "../reader.ts";
import { type DeviceClass, localDay, type Place, type Source, type When } from "../sample.ts";
import type { SkipReason } from "../says.ts";
import { devicesOf } from "../scan/devices.ts";
import type { Bound, BoundValue } from "./bound.ts";
import { isMissing, isSettled, plainNumber } from "./cells/numbers.ts";
import { readValue } from "./evidence.ts";
import { isTotalsWord, readMember } from "./ids.ts";
import { Moments } from "./moments.ts";
import { Column, holds, holdsOne } from "./row.ts";
import type { TablePlan, ValueReading } from "./scan.ts";
import type { RecordView } from "./text/split.ts";
import { type Walked, Walker } from "./walk.ts";

const MINUTE_MS = 60_000;
/** Members of one file whose ids are compared. */
const IDS_MAX = 200_000;

const nightMetrics = /^sleep(?:_deep|_light|_rem)?$/;

interface Table {
  readonly plan: TablePlan;
  readonly part: Source;
  /** Of which the mapping says that they add up. */
  readonly parts: Source;
  readonly total: Source;
  /** By what the rows call them. */
  readonly deviceOf: (name: string) => Source | undefined;
}

const classes: readonly (readonly [RegExp, DeviceClass])[] = [
  [/watch/i, "watch"],
  [/phone|handy|android|pixel|mobiletrack/i, "phone"],
  [/\bring\b|oura/i, "ring"],
  [/band|fitbit|whoop/i, "band"],
  [/scale|waage/i, "scale"],
];

/** By what a row calls its device; a number says nothing. */
const classOf = (device: string): DeviceClass => classes.find(([names]) => names.test(device))?.[1] ?? "unknown";

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
  readonly #member = new Column();
  readonly #moments: Moments;
  #lastId: { cell: string; id: ReturnType<typeof readMember> } = { cell: "", id: "no_member" };

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
    this.#moments = new Moments(options, (place) => sink.note("repaired_dates", { file, ...place }));
    this.walker = new Walker(bind, this);
  }

  record(record: RecordView): void {
    this.walker.record(record);
  }
  /** Tables come in the order in which the first pass met them. */
  table(bound: Bound): Table {
    const plan = this.#plans[this.walker.tables.size] as TablePlan;
    const provider = bound.known?.provider ?? "table";
    const source = {
      key: bound.known?.key ?? provider,
      provider,
      deviceClass: bound.known?.device ?? "unknown",
    } as const;
    if (plan.time.midnightOffset !== undefined) this.#sink.note("zone_inferred", { file: this.#file });
    return {
      plan,
      part: source,
      parts: { ...source, parts: true },
      total: { ...source, total: true },
      deviceOf: devicesOf(source, classOf),
    };
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
      const member = this.#memberOf(this.#member.read(record, bound.member));
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
    const when = this.#moments.whenOf(record, table.plan);
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
      const read = this.#read(record, reading, when);
      const place = { file: this.#file, line: record.line, column: value.name };
      if (typeof read === "string") {
        this.#skip(read, record.line, value.name);
        continue;
      }
      const source = this.#sourceOf(record, value, table);
      if (source === undefined) {
        this.#skip("many_devices", record.line);
        continue;
      }
      const total = source === table.total;
      const factored = reading.factor === 1 ? undefined : value.unit?.name;
      this.#sink.sample({
        member,
        metric: value.metric,
        when: this.#whenOfValue(when, value, read, total, plan, record),
        value: read,
        source,
        place,
        ...(factored === undefined ? {} : { converted: factored }),
      });
      given++;
    }
    return given;
  }

  /** Rows of one day, each of another device, are other sources than the row of all of them. */
  #sourceOf(record: RecordView, { total, ruled }: BoundValue, table: Table): Source | undefined {
    if (ruled) return table.parts;
    if (typeof total === "boolean") return total ? table.total : table.part;
    if (holdsOne(record, total)) return table.total;
    return table.deviceOf(record.text(total.column).trim());
  }

  #read(record: RecordView, reading: ValueReading, when: When): number | SkipReason {
    const { value } = reading;
    const { unmeasured } = value;
    if (unmeasured?.rows !== undefined && holdsOne(record, unmeasured.rows)) return "not_measured";
    const read = value.columns.length === 0 && value.length ? "empty" : this.#cell(record, reading);
    if (typeof read === "number" && unmeasured?.numbers.includes(read / reading.factor)) return "not_measured";
    // a row that does not say when it ended lasts for no known time
    const lasts = value.length && when.kind === "span" && when.end !== when.start;
    return read === "empty" && lasts ? (when.end - when.start) / MINUTE_MS : read;
  }

  #cell(record: RecordView, { value, plan, factor, suspect }: ValueReading): number | SkipReason {
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

  /** Totals stand for the local day; a night or a workout that is known by its beginning lasts as long as its value says. */
  #whenOfValue(
    when: When,
    { metric }: BoundValue,
    value: number,
    total: boolean,
    { bound, time }: TablePlan,
    record: RecordView,
  ): When {
    if (when.kind === "day") return when;
    if (total) return { kind: "day", day: localDay(when.end, when.zone.offsetMinutes) };
    if (metric === "exercise" && bound.known !== undefined && when.end === when.start && value > 0)
      return { ...when, end: when.start + value * MINUTE_MS };
    if (!nightMetrics.test(metric) || value < 0) return when;
    const fromStart =
      bound.date >= 0
        ? time.evenings
        : when.end === when.start && bound.start >= 0 && record.text(bound.start).trim() !== "";
    return fromStart ? { ...when, end: when.start + value * MINUTE_MS } : when;
  }

  #skip(reason: SkipReason, line: number, column?: string): void {
    const place = { file: this.#file, line, ...(column === undefined ? {} : { column }) };
    if (!this.skipped.has(reason)) this.skipped.set(reason, place);
    this.#sink.skip(reason, place);
  }
}
