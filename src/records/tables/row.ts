// Cells of a row as both passes need them. Neighbouring rows hold the same member and day again and again: a cell with the bytes
// of the one before is not read again.
import type { Bound, BoundWhere } from "./bound.ts";
import { type DateCell, readDate } from "./dates/cell.ts";
import type { RecordView } from "./text/split.ts";

/** Dates kept by their text. */
const DATES_MAX = 10_000;

/** The trimmed text of one column's cell. */
export class Column {
  #bytes = new Uint8Array(64);
  #length = -1;
  #text = "";
  /** Whether the last cell read was the same as the one before it. */
  same = false;

  read(record: RecordView, column: number): string {
    if (column < 0 || column >= record.count) {
      this.same = this.#length === -2;
      this.#length = -2;
      return "";
    }
    const { bytes } = record;
    const from = record.starts[column] as number;
    const length = (record.ends[column] as number) - from;
    if (length === this.#length && this.#equals(bytes, from)) {
      this.same = true;
      return this.#text;
    }
    this.same = false;
    this.#text = record.text(column).trim();
    if (length <= 64) {
      for (let i = 0; i < length; i++) this.#bytes[i] = bytes[from + i] as number;
      this.#length = length;
    } else this.#length = -1;
    return this.#text;
  }
  #equals(bytes: Uint8Array, from: number): boolean {
    for (let i = this.#length - 1; i >= 0; i--) if (this.#bytes[i] !== bytes[from + i]) return false;
    return true;
  }
}

/** Dates by their text, so that each is read once. */
export class Dates {
  readonly #known = new Map<string, DateCell | undefined>();

  /** Of a trimmed cell; undefined where it is none. */
  read(cell: string): DateCell | undefined {
    const known = this.#known.get(cell);
    if (known !== undefined) return known;
    const date = readDate(cell);
    if (this.#known.size >= DATES_MAX) this.#known.clear();
    if (date !== undefined) this.#known.set(cell, date);
    return date;
  }
}

/** Whether a row is one of those that a value counts in. */
export function holds(record: RecordView, where: readonly BoundWhere[]): boolean {
  for (const each of where) if (!holdsOne(record, each)) return false;
  return true;
}

export function holdsOne(record: RecordView, { column, is, not }: BoundWhere): boolean {
  if (column >= record.count) return false;
  const cell = record.text(column).trim().toLowerCase();
  return not ? !is.some((word) => cell.includes(word)) : is.includes(cell);
}

/** A cell of the date column with the day that the file's name gives, where its cells have none. */
export function inDay(cell: string, { day }: Bound): string {
  return day === "" || cell === "" ? cell : `${day} ${cell}`;
}
