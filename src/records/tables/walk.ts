// Goes through a file's records and tells headers, rows and everything else apart: titles above a table, tables one after
// another, headers that are repeated where files were put together.
import { utf8 } from "../../base/bytes.ts";
import type { Bound } from "./bound.ts";
import { readDate } from "./dates/cell.ts";
import { isName, TITLE_ROWS_MAX } from "./header.ts";
import type { RecordView } from "./text/split.ts";

/** After a blank line, a title may stand above the next header. */
const LOOK_AFTER_BLANK = 3;
/** Tables of different columns in one file. */
const TABLES_MAX = 64;
/** Rows taken for headers that are none: after so many a file is not looked through for more. */
const FAILED_MAX = 2000;

export interface Walked<Table> {
  /** A table of columns that were not met before. */
  table(bound: Bound): Table;
  row(record: RecordView, table: Table): void;
  /** A record that is of no table. */
  other(record: RecordView, afterTable: boolean): void;
}

export class Walker<Table> {
  readonly #bind: (cells: readonly string[]) => Bound | undefined;
  readonly #walked: Walked<Table>;
  readonly #tables = new Map<string, Table>();
  /** By a header's text, so that one that is met again costs no more than a row. */
  readonly #headers = new Map<string, { readonly bound: Bound; readonly table: Table }>();
  #failed = 0;
  #bound: Bound | undefined;
  #table: Table | undefined;
  /** The table that a row after a blank line did not fit. */
  #left: Bound | undefined;
  #look = TITLE_ROWS_MAX;
  #names: Set<string> = new Set();
  /** By byte, whether a name of the header begins with it. */
  readonly #initials = new Array<boolean>(256).fill(false);
  /** The header's length up to its last name. */
  #named = 0;

  constructor(bind: (cells: readonly string[]) => Bound | undefined, walked: Walked<Table>) {
    this.#bind = bind;
    this.#walked = walked;
  }

  get tables(): ReadonlyMap<string, Table> {
    return this.#tables;
  }

  record(record: RecordView): void {
    if (this.#bound === undefined) this.#search(record);
    else if (record.afterBlank && this.#breaks(record, this.#bound)) return;
    else if (!this.#mayBegin(record, this.#bound) || !this.#begin(record))
      this.#walked.row(record, this.#table as Table);
  }

  /** Whether a row can be a header: the same once more, or without a blank line another one of another width. */
  #mayBegin(record: RecordView, bound: Bound): boolean {
    if (this.#repeats(record, bound)) return true;
    return !bound.headless && !bound.ragged && !this.fits(record) && isName(record.text(0).trim());
  }

  /** Looks for a header: among a file's first rows, and shortly after a blank line. */
  #search(record: RecordView): void {
    const left = this.#left;
    this.#left = undefined;
    if (record.afterBlank && this.#look < LOOK_AFTER_BLANK) this.#look = LOOK_AFTER_BLANK;
    if (this.#look > 0 && this.#begin(record)) return;
    this.#look--;
    // a row after a blank line was odd, and the table goes on behind it
    if (left !== undefined) {
      this.#bound = left;
      if (this.fits(record) && this.#isDated(record, left)) {
        this.#walked.row(record, this.#table as Table);
        return;
      }
      this.#bound = undefined;
    }
    this.#walked.other(record, this.#tables.size > 0);
  }

  /** Whether a record after a blank line is none of the table's rows: the header of another table, or a title. */
  #breaks(record: RecordView, bound: Bound): boolean {
    if (bound.headless) return false;
    if (isName(record.text(0).trim()) && this.#begin(record)) return true;
    if (this.fits(record)) return false;
    this.#bound = undefined;
    this.#left = bound;
    this.#look = LOOK_AFTER_BLANK;
    this.#walked.other(record, true);
    return true;
  }
  #isDated(record: RecordView, { date, start, end }: Bound): boolean {
    const column = date >= 0 ? date : start >= 0 ? start : end;
    return column >= 0 && column < record.count && readDate(record.text(column).trim()) !== undefined;
  }

  /** Whether a row is of the table's width; empty cells beyond the header are what a separator at the end leaves. */
  fits(record: RecordView): boolean {
    const bound = this.#bound as Bound;
    if (record.count === bound.header.length) return true;
    if (bound.ragged) return record.count >= Math.min(this.#named, bound.header.length) || record.count > bound.end;
    if (record.count < this.#named) return false;
    return record.count < bound.header.length || this.#isEmptyBeyond(record, bound.header.length);
  }

  #isEmptyBeyond(record: RecordView, from: number): boolean {
    for (let i = from; i < record.count; i++)
      if ((record.ends[i] as number) > (record.starts[i] as number) && record.text(i).trim() !== "") return false;
    return true;
  }

  /** Whether the record is a header that is met again, its columns perhaps in another order. */
  #repeats(record: RecordView, { headless }: Bound): boolean {
    // few cells of data begin as a column's name does
    if (headless || !this.#initials[record.bytes[record.starts[0] as number] as number]) return false;
    return this.#names.has(record.text(0).trim());
  }

  #begin(record: RecordView): boolean {
    if (this.#failed > FAILED_MAX) return false;
    const cells = record.texts();
    const text = cells.join("\u0000");
    let found = this.#headers.get(text);
    if (found === undefined) {
      found = this.#tableOf(cells);
      if (found === undefined) {
        this.#failed++;
        return false;
      }
      if (this.#headers.size < TABLES_MAX) this.#headers.set(text, found);
    }
    const { bound, table } = found;
    this.#bound = bound;
    this.#table = table;
    this.#names = new Set(bound.header);
    this.#names.delete("");
    this.#initials.fill(false);
    for (const name of this.#names)
      for (const byte of utf8(name[0] as string).subarray(0, 1)) this.#initials[byte] = true;
    this.#named = bound.header.findLastIndex((name) => name !== "") + 1;
    if (bound.headless) this.#walked.row(record, table);
    return true;
  }

  /** Tables of the same columns are one, wherever their headers stand. */
  #tableOf(cells: readonly string[]): { readonly bound: Bound; readonly table: Table } | undefined {
    const bound = this.#bind(cells);
    if (bound === undefined) return undefined;
    const key = JSON.stringify([
      bound.known?.title,
      bound.member,
      bound.date,
      bound.time,
      bound.start,
      bound.end,
      bound.zone,
      bound.values.map(({ metric, columns, counted, unit, where }) => [metric, columns, counted, unit, where]),
      bound.attributes,
    ]);
    let table = this.#tables.get(key);
    if (table === undefined) {
      if (this.#tables.size >= TABLES_MAX) return undefined;
      table = this.#walked.table(bound);
      this.#tables.set(key, table);
    }
    return { bound, table };
  }
}
