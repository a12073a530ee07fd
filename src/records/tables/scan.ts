// The first pass: what all rows together show, before any of them is read.
import { fail } from "../../base/errors.ts";
import type { Registry } from "../../task/metrics.ts";
import type { Bound, BoundValue } from "./bound.ts";
import { isSettled, plainNumber } from "./cells/numbers.ts";
import { type DateCell, type DateFormat, UTC_ONLY } from "./dates/cell.ts";
import { DateEvidence, type DatePlan } from "./dates/order.ts";
import { ValueEvidence, type ValuePlan } from "./evidence.ts";
import { Column, Dates, holds, inDay } from "./row.ts";
import type { RecordView } from "./text/split.ts";
import { type Walked, Walker } from "./walk.ts";

/** Units in words, for people. */
const words: Readonly<Record<string, string>> = {
  s: "seconds",
  ms: "milliseconds",
  h: "hours",
  min: "minutes",
  km: "kilometres",
  mi: "miles",
  ft: "feet",
  kJ: "kilojoules",
  cal: "calories, a thousandth of kcal",
  lb: "pounds",
  g: "grams",
  "1": "a ratio from 0 to 1",
};

/** What is kept of a file's beginning, for messages. */
const [HEAD_ROWS, HEAD_CELLS, HEAD_CHARS] = [120, 200, 200];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What is known of a column of dates once all were seen. */
export interface TimePlan {
  /** Every cell is a day, or the midnight that begins it. */
  readonly wholeDays: boolean;
  /** Times since 1970 that are all local midnights of one place: minutes east of UTC. */
  readonly midnightOffset: number | undefined;
  /** Most times are of the evening: for a night, where it began. */
  readonly evenings: boolean;
  /** Days are a spreadsheet's numbers. */
  readonly serial: boolean;
}

export interface ValueReading {
  readonly value: BoundValue;
  readonly plan: ValuePlan;
  readonly factor: number;
  /** The unit its numbers look like, where its known export says another: it is left out. */
  readonly suspect: string | undefined;
}

/** One table of the file, ready for the second pass. */
export interface TablePlan {
  readonly bound: Bound;
  readonly dates: DatePlan;
  readonly time: TimePlan;
  readonly values: readonly ValueReading[];
}

class TableScan {
  readonly bound: Bound;
  readonly values: readonly ValueEvidence[];
  #timed = 0;
  #civil = 0;
  #evenings = 0;
  #serial = false;
  #mornings = 0;
  readonly #midnights = new Set<number>();

  constructor(bound: Bound, registry: Registry) {
    this.bound = bound;
    this.values = bound.values.map((value) => new ValueEvidence(value, registry.metric(value.metric)));
  }
  time(cell: DateCell): void {
    const { time } = cell;
    if (cell.kind === "serial") this.#serial = true;
    if (cell.offset === UTC_ONLY && cell.kind === "instant") {
      if (this.#midnights.size < 4) this.#midnights.add(time);
    } else this.#civil++;
    if (!(time > 0 && time < DAY_MS)) return;
    this.#timed++;
    if (time >= 18 * HOUR_MS || time < 4 * HOUR_MS) this.#evenings++;
    else if (time < 14 * HOUR_MS) this.#mornings++;
  }
  timePlan(): TimePlan {
    const offset = this.#civil === 0 ? midnightOffset([...this.#midnights]) : undefined;
    return {
      wholeDays: this.#timed === 0,
      midnightOffset: offset === 0 ? undefined : offset,
      evenings: this.#evenings > 4 * this.#mornings,
      serial: this.#serial,
    };
  }
}

/** Of times of day in UTC that would all be midnights of one place, an hour apart where clocks change. */
function midnightOffset(times: readonly number[]): number | undefined {
  const offsets = times.map((time) => (time > 12 * HOUR_MS ? DAY_MS - time : -time) / 60_000).sort((a, b) => a - b);
  const [first, second] = offsets;
  if (first === undefined || offsets.length > 2 || offsets.some((offset) => offset % 30 !== 0)) return undefined;
  if (second !== undefined && second - first !== 60) return undefined;
  // the greater one leaves none on the day before
  return second ?? first;
}

export class Scan implements Walked<TableScan> {
  readonly walker: Walker<TableScan>;
  /** Whether a backslash before a quote was met where only doubled quotes were expected. */
  backslash = false;
  /** The first rows, for messages. */
  readonly head: string[][] = [];
  readonly #registry: Registry;
  readonly #file: string;
  readonly #format: DateFormat | undefined;
  readonly #order = new DateEvidence();
  readonly #dates = new Dates();
  readonly #member = new Column();
  readonly #cells = [new Column(), new Column(), new Column()] as const;
  #dateName = "";
  #lastMember = "";

  constructor(
    bind: (cells: readonly string[]) => Bound | undefined,
    registry: Registry,
    file: string,
    format: DateFormat | undefined,
  ) {
    this.walker = new Walker(bind, this);
    this.#registry = registry;
    this.#file = file;
    this.#format = format;
  }

  /** @returns whether to stop: the dialect turned out to be another */
  record(record: RecordView): boolean {
    if (record.strayQuote === "backslash") this.backslash = true;
    if (this.backslash) return true;
    if (this.head.length < HEAD_ROWS)
      this.head.push(
        record
          .texts()
          .slice(0, HEAD_CELLS)
          .map((cell) => cell.slice(0, HEAD_CHARS)),
      );
    this.walker.record(record);
    return false;
  }
  table(bound: Bound): TableScan {
    const column = bound.date >= 0 ? bound.date : bound.start >= 0 ? bound.start : bound.end;
    if (this.#dateName === "" && column >= 0) this.#dateName = bound.header[column] as string;
    return new TableScan(bound, this.#registry);
  }
  other(): void {}

  row(record: RecordView, table: TableScan): void {
    if (record.strayQuote !== false || !this.walker.fits(record)) return;
    const { bound } = table;
    const member = this.#member.read(record, bound.member);
    const sameMember = member === this.#lastMember;
    this.#lastMember = member;
    this.#date(record, bound.date, bound.time, 0, table, sameMember);
    this.#date(record, bound.start, -1, 1, table, sameMember);
    this.#date(record, bound.end, -1, 2, table, false);
    for (const evidence of table.values) {
      const { columns, where } = evidence.value;
      if (columns.length === 0 || (where.length > 0 && !holds(record, where))) continue;
      for (const column of columns) this.#value(record, column, evidence);
    }
  }

  #date(record: RecordView, column: number, clock: number, i: 0 | 1 | 2, table: TableScan, sameMember: boolean): void {
    if (column < 0) return;
    const cells = this.#cells[i];
    let text = cells.read(record, column);
    if (clock >= 0 && text !== "") text = `${text} ${record.text(clock).trim()}`;
    else if (cells.same && sameMember) return;
    const date = this.#dates.read(inDay(text, table.bound));
    if (date === undefined) return;
    table.time(date);
    if (table.bound.order === undefined) this.#order.add(date, sameMember && i < 2);
  }

  #value(record: RecordView, column: number, evidence: ValueEvidence): void {
    const [from, to] = [record.starts[column] as number, record.ends[column] as number];
    const value = plainNumber(record.bytes, from, to);
    if (!Number.isNaN(value) && isSettled(record.bytes, from, to)) evidence.plain(value, !Number.isInteger(value));
    else evidence.text(record.text(column).trim());
  }

  /** @throws PacelineError invalid_data where dates, numbers or units may be read in two ways */
  plans(): Map<Bound, TablePlan> {
    const tables = [...this.walker.tables.values()];
    const where = `${this.#file}, column ${this.#dateName}`;
    const dates = this.#order.settle(where, this.#format);
    const all = tables.flatMap(({ values }) => values);
    const file = {
      point: all.reduce((sum, { point }) => sum + point, 0),
      comma: all.reduce((sum, { comma }) => sum + comma, 0),
    };
    return new Map(
      tables.map((table): [Bound, TablePlan] => {
        const { bound } = table;
        const own: DatePlan =
          bound.order === undefined ? dates : { order: this.#format ?? bound.order, repaired: false };
        const values = table.values.map((evidence) => this.#reading(evidence, file, bound));
        return [bound, { bound, dates: own, time: table.timePlan(), values }];
      }),
    );
  }

  #reading(evidence: ValueEvidence, file: { point: number; comma: number }, { known }: Bound): ValueReading {
    const { value, factor } = evidence;
    const where = `${this.#file}, column ${value.name}`;
    const plan = evidence.plan(file);
    if (plan === undefined)
      fail("invalid_data", `${where}: the mark in its numbers may stand before thousands or before decimals`, {
        hint: "export the numbers without separators between thousands",
      });
    const suspect = evidence.suspect(plan.numbers, known !== undefined && known.provider !== "table");
    if (suspect !== undefined && known === undefined) {
      const unit = evidence.metric?.unit ?? "";
      const name = /[,|[\]@:="]/.test(value.name) ? `"${value.name.replaceAll('"', '""')}"` : value.name;
      fail(
        "invalid_data",
        `${where}: the numbers look like ${words[suspect] ?? suspect}, and ${value.metric} is in ${words[unit] ?? unit}`,
        {
          hint: `say which: ${value.metric}=${name}@${suspect}, or ${value.metric}=${name}@${unit} where they are ${words[unit] ?? unit} after all`,
        },
      );
    }
    return { value, plan, factor, suspect };
  }
}
