// One file's rows, split and checked as rows; what the cells say comes later, once the whole column of dates was seen.
import { fail } from "../../base/errors.ts";
import { readMember } from "./cells.ts";
import { type BoundColumns, bindColumns, type ColumnMapping } from "./columns.ts";
import { csvRecords } from "./parse.ts";
import type { Tally } from "./tally.ts";

export interface CsvFile {
  /** For messages. */
  readonly name: string;
  /** The whole text, or its pieces, cut anywhere. */
  readonly text: string | Iterable<string>;
  /** This file's own mapping, where it differs from the others'. */
  readonly columns?: ColumnMapping;
}

export interface TableRow {
  readonly line: number;
  readonly id: string;
  readonly date: string;
  readonly cells: readonly string[];
}

export interface Table {
  readonly header: readonly string[];
  readonly bound: BoundColumns;
  readonly rows: readonly TableRow[];
  /** Rows of data in the file, the ones left out included. */
  readonly count: number;
}

/** @throws PacelineError invalid_data for a file that is no table with a header and rows, or lacks the mapping's columns. */
export function readTable(file: CsvFile, mapping: ColumnMapping, tally: Tally): Table {
  const records = csvRecords(typeof file.text === "string" ? [file.text] : file.text, file.name);
  const first = records.next();
  if (first.done) fail("invalid_data", `${file.name} is empty`);
  const header = readHeader(first.value.cells, file.name);
  const bound = bindColumns(mapping, header, file.name);
  const rows: TableRow[] = [];
  let count = 0;
  for (const { line, cells, strayQuote } of records) {
    count++;
    if (strayQuote !== undefined) tally.row("stray_quote", line, header[strayQuote]);
    else if (cells.length !== header.length) tally.row("ragged_row", line);
    else {
      const member = readMember(cells[bound.member] as string);
      const date = (cells[bound.date] as string).trim();
      if (typeof member === "string") tally.row(member, line, header[bound.member]);
      else if (date === "") tally.row("no_date", line, header[bound.date]);
      else rows.push({ line, id: member.id, date, cells });
    }
  }
  if (count === 0) fail("invalid_data", `${file.name} has a header and no rows`);
  return { header, bound, rows, count };
}

function readHeader(cells: readonly string[], file: string): string[] {
  const text = cells.join(",");
  // NUL shows UTF-16 or a binary file, U+FFFD bytes that were not UTF-8, PK a zip, which .xlsx files are
  if (/[\0\ufffd]/.test(text) || text.startsWith("PK\u0003\u0004"))
    fail("invalid_data", `${file} is not a text file in UTF-8`, { hint: "export the table as CSV (UTF-8)" });
  if (cells.length === 1 && /[;\t]/.test(text))
    fail("invalid_data", `${file}: the columns are not separated by commas`, {
      hint: "export the table with commas between the columns",
    });
  return cells.map((cell) => cell.trim());
}
