// Which day a cell names. 4/12/2016 is April in one country and December in another, so the order of month and day is
// settled for a whole column from the cells that leave no choice; it is never guessed.
import { dayNumber } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";

/** The order of year, month and day. `Y/M/D` includes ISO 8601: the separator may be `-`, `/` or `.`. */
export type DateFormat = "Y/M/D" | "M/D/Y" | "D/M/Y";

/** A readable date that is no use here: both orders fit and the column does not settle it, or it is not in the order asked for. */
export type DateProblem = "not_a_date" | "ambiguous_date" | "other_date_format";

export interface DateReader {
  /** The order the column was read in; `mixed` when only cells that speak for themselves are used. */
  readonly format: DateFormat | "mixed";
  day(cell: string): number | DateProblem;
}

const formats: readonly DateFormat[] = ["Y/M/D", "M/D/Y", "D/M/Y"];
const YEAR_MIN = 1970;
const YEAR_MAX = 2199;

/** The day the cell names in each order in which it names one. */
type Reading = { readonly [format in DateFormat]?: number } & { readonly shortYear: boolean };

// A time of day and a zone may follow; the date stands for the local day and they are dropped.
const pattern =
  /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ] ?(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?: ?[AP]\.?M\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?$/i;

/** Reads `M/D/Y`, `d.m.y`, `ISO` and the like. @throws PacelineError invalid_argument */
export function parseDateFormat(text: string): DateFormat {
  const letters = text.toUpperCase().replaceAll(/[^A-Z]+/g, "/");
  const found = letters === "ISO" ? "Y/M/D" : formats.find((format) => format === letters);
  return found ?? fail("invalid_argument", "not a date format", { hint: `one of ISO, ${formats.join(", ")}` });
}

/**
 * Looks at every cell of a column and answers how to read one.
 * @throws PacelineError invalid_data when both orders fit every date, or all years have two digits, and no format is given.
 */
export function dateReader(
  cells: Iterable<string>,
  column: { readonly file: string; readonly name: string },
  format: DateFormat | undefined,
): DateReader {
  const readings = new Map<string, Reading | undefined>();
  const shown = new Set<Shown>();
  let shortYears = false;
  for (const cell of cells) {
    if (readings.has(cell)) continue;
    const reading = read(cell);
    readings.set(cell, reading);
    if (reading === undefined) continue;
    if (reading.shortYear) shortYears = true;
    else shown.add(orderShown(reading));
  }
  if (format !== undefined) return { format, day: (cell) => dayIn(readings.get(cell), format) };
  const where = `${column.file}, column ${column.name}`;
  if (shortYears && shown.size === 0)
    fail("invalid_data", `${where}: years of two digits do not show which part is the year`, { hint: choice(formats) });
  if (shown.has("open") && !shown.has("M/D/Y") && !shown.has("D/M/Y"))
    fail("invalid_data", `${where}: every date reads both as month/day/year and as day/month/year`, {
      hint: choice(["M/D/Y", "D/M/Y"]),
    });
  const orders = formats.filter((order) => shown.has(order));
  const open = shown.has("M/D/Y") && shown.has("D/M/Y") ? undefined : shown.has("M/D/Y") ? "M/D/Y" : "D/M/Y";
  return {
    format: orders.length > 1 ? "mixed" : (orders[0] ?? "M/D/Y"),
    day: (cell) => dayShown(readings.get(cell), open),
  };
}

function choice(orders: readonly DateFormat[]): string {
  return `say which: ${orders.map((order) => `--date-format ${order}`).join(" or ")}`;
}

function read(cell: string): Reading | undefined {
  const match = pattern.exec(cell);
  if (match === null) return undefined;
  const [first, second, third] = [match[1] as string, match[3] as string, match[4] as string];
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  const reading: { [format in DateFormat]?: number } & { shortYear: boolean } = { shortYear: false };
  const put = (format: DateFormat, year: number, month: number, day: number) => {
    const number = year < YEAR_MIN || year > YEAR_MAX ? undefined : dayNumber(year, month, day);
    if (number !== undefined) reading[format] = number;
  };
  if (first.length === 4 && third.length <= 2) put("Y/M/D", a, b, c);
  else if (first.length <= 2 && (third.length === 4 || third.length === 2)) {
    reading.shortYear = third.length === 2;
    // wearables are younger than the century, so 16 is 2016
    const year = reading.shortYear ? 2000 + c : c;
    put("M/D/Y", year, a, b);
    put("D/M/Y", year, b, a);
    if (reading.shortYear && first.length === 2) put("Y/M/D", 2000 + a, b, c);
  }
  return formats.some((format) => reading[format] !== undefined) ? reading : undefined;
}

/** What a cell with a full year says about its order: one of the formats, `any` as in 4/4/2016, or it leaves it open. */
type Shown = DateFormat | "any" | "open";

function orderShown(reading: Reading): Shown {
  if (reading["Y/M/D"] !== undefined) return "Y/M/D";
  if (reading["M/D/Y"] === reading["D/M/Y"]) return "any";
  if (reading["D/M/Y"] === undefined) return "M/D/Y";
  return reading["M/D/Y"] === undefined ? "D/M/Y" : "open";
}

function dayIn(reading: Reading | undefined, format: DateFormat): number | DateProblem {
  return reading === undefined ? "not_a_date" : (reading[format] ?? "other_date_format");
}

/** The cell's own order, else the order of the column for cells that leave it open, if it has one. */
function dayShown(reading: Reading | undefined, open: DateFormat | undefined): number | DateProblem {
  if (reading === undefined) return "not_a_date";
  if (reading.shortYear) return "ambiguous_date";
  const shown = orderShown(reading);
  if (shown === "open") return open === undefined ? "ambiguous_date" : dayIn(reading, open);
  return dayIn(reading, shown === "any" ? "M/D/Y" : shown);
}
