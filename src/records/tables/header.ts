// Where a table begins: below titles, under a vendor's line of its own; and what to say where no header is found, without
// showing a cell of data.
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import { readDuration } from "./cells/durations.ts";
import { isMissing, readNumber } from "./cells/numbers.ts";
import { readDate } from "./dates/cell.ts";
import type { ColumnMapping } from "./mapping.ts";

/** Rows above the header, at most. */
export const TITLE_ROWS_MAX = 100;
const LISTED_MAX = 40;

type Row = readonly string[];

/** Whether a cell can be a column's name: not a number, a date, a length of time or a word for nothing. */
export function isName(cell: string): boolean {
  if (cell !== "" && isMissing(cell)) return false;
  return readNumber(cell) === undefined && readDate(cell) === undefined && readDuration(cell) === undefined;
}
function isValue(cell: string): boolean {
  return !isMissing(cell) && !isName(cell);
}

/**
 * The row that is a header beyond doubt, so that its cells may be shown: names only, each once, and below it a column that holds
 * numbers or dates in most rows.
 */
export function certainHeader(rows: readonly Row[]): Row | undefined {
  for (let i = 0; i < Math.min(rows.length - 1, TITLE_ROWS_MAX); i++) {
    const row = rows[i] as Row;
    const named = row.filter((cell) => cell !== "");
    if (named.length < 2 || !row.every(isName)) continue;
    if (new Set(named).size < named.length) continue;
    const below = rows.slice(i + 1, i + 21).filter((each) => each.length >= row.length);
    const typed = row.some(
      (name, column) =>
        name !== "" && below.filter((each) => isValue(each[column] as string)).length > below.length / 2,
    );
    // Of two columns the first may be words and the second somebody's answers: "Name" and a name.
    const pairs =
      named.length === 2 && !below.every((each) => isValue(each[row.indexOf(named[0] as string)] as string));
    if (below.length > 0 && typed && !pairs) return row;
  }
  return undefined;
}

/** What to say of a file in which the mapping's columns were not found. */
export function refuseWithMapping(mapping: ColumnMapping, rows: readonly Row[], file: string): never {
  const wanted: readonly [string, readonly { readonly name: string }[] | undefined][] = [
    ["member", mapping.member],
    ["date", mapping.date ?? mapping.start ?? mapping.end],
    ...mapping.metrics,
    ...mapping.profile,
  ];
  const header = certainHeader(rows);
  if (header === undefined) {
    refuseUnreadable(rows, file);
    fail("invalid_data", `${file}: none of its first rows has the columns of the mapping`, {
      hint: "check the names of the columns, and that a line with them stands above the rows",
    });
  }
  const lacking = wanted.find(
    ([, choices]) => choices !== undefined && !choices.some(({ name }) => header.includes(name)),
  );
  const names = (lacking?.[1] ?? []).map(({ name }) => name);
  const near = names.map((name) => closest(name, header)).find((name) => name !== undefined);
  const said = names.map((name) => `"${name}"`).join(" or ");
  fail("invalid_data", `${file}: no column ${said}${near === undefined ? "" : `; did you mean "${near}"?`}`, {
    hint: listing(header),
  });
}

/** What to say of a file that is no known export, where no mapping is given. */
export function refuseUnknown(rows: readonly Row[], file: string): never {
  const header = certainHeader(rows);
  if (header !== undefined)
    fail("invalid_data", `${file}: a table that is no known export`, {
      hint: `say what its columns mean, for example --columns member=…,date=…,steps=…; ${listing(header)}`,
    });
  refuseUnreadable(rows, file);
  fail("invalid_data", `${file}: a table that is no known export, and what its header is cannot be told`, {
    hint: "say what its columns mean, for example --columns member=Id,date=Day,steps=Steps",
  });
}

/** Refuses what has no header for a reason that can be told. */
function refuseUnreadable(rows: readonly Row[], file: string): void {
  const first = rows[0] ?? [];
  if (/^[{[]/.test(first[0] ?? ""))
    fail("invalid_data", `${file}: this is JSON, not a table`, {
      hint: "import the file as its source exports it, or make a CSV file of it with one row a day",
    });
  if (rows.length < 2) fail("invalid_data", `${file}: a table needs a header and rows`);
  if (first.some(isValue))
    fail("invalid_data", `${file}: there is no header: the first row holds values`, {
      hint: "add a line with the columns' names, or give columns by number, for example --columns member=#1,date=#2,steps=#3",
    });
}

function listing(header: Row): string {
  const columns = header.filter((name) => name !== "");
  const more = columns.length > LISTED_MAX ? `, and ${columns.length - LISTED_MAX} more` : "";
  const names = columns.slice(0, LISTED_MAX).map((column) => column.slice(0, 60));
  return `the columns are ${names.join(", ")}${more}`;
}
