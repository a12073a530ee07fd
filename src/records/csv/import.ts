// Daily CSV files to members. What cannot be read is left out, counted and reported with its first place; nothing is
// guessed, and no message or report holds a cell's content.
import { fail } from "../../base/errors.ts";
import { builtIn, isPlausible, type Registry } from "../../task/metrics.ts";
import type { Member, MetricId } from "../types.ts";
import { readNumber } from "./cells.ts";
import { type ColumnMapping, requireColumns } from "./columns.ts";
import { type DateFormat, type DateReader, dateReader } from "./dates.ts";
import { MemberTable, type Outcome } from "./join.ts";
import { type CsvFile, readTable, type Table, type TableRow } from "./table.ts";
import { type Skipped, Tally } from "./tally.ts";

export interface CsvImportOptions {
  /** For every file without a mapping of its own. */
  readonly columns?: ColumnMapping;
  /** The order of year, month and day in every file; otherwise each file's column shows it. */
  readonly dateFormat?: DateFormat;
  /**
   * A metric that is 0 or absent only where nothing was worn, such as steps. Where nothing else in its row shows that the
   * device was worn, every 0 there is missing, not zero, but for what the operator's own systems count.
   */
  readonly notWorn?: MetricId;
  /** Its plausible bounds decide what is a fault; default: the built-in one. A metric it does not know passes. */
  readonly registry?: Registry;
}

export interface FileReport {
  readonly name: string;
  /** Rows below the header; `used` of them gave a value, each of the others is counted once in `skipped`, as a row. */
  readonly rows: number;
  readonly used: number;
  readonly dateFormat: DateFormat | "mixed";
  readonly skipped: readonly Skipped[];
}

export interface ImportReport {
  readonly files: readonly FileReport[];
  readonly members: number;
  readonly memberDays: number;
  /** Day numbers, both included. */
  readonly dateRange: { readonly firstDay: number; readonly lastDay: number };
}

export interface CsvImport {
  readonly members: readonly Member[];
  readonly report: ImportReport;
}

/**
 * Reads the files and joins them on member and date. Importing a file a second time changes nothing.
 * @throws PacelineError invalid_data for a file that is no table, lacks columns, leaves the order of its dates open or has
 * no usable row; invalid_argument when no mapping is given.
 */
export function importCsv(files: readonly CsvFile[], options: CsvImportOptions): CsvImport {
  if (files.length === 0) fail("invalid_argument", "no file to import");
  const opened = files.map((file) => {
    const mapping =
      file.columns ?? options.columns ?? fail("invalid_argument", `${file.name}: no column mapping is given`);
    const tally = new Tally();
    return { file, mapping, tally, table: readTable(file, mapping, tally) };
  });
  for (const mapping of new Set(opened.map((each) => each.mapping)))
    requireColumns(
      mapping,
      opened
        .filter((each) => each.mapping === mapping)
        .map(({ file, table }) => ({ file: file.name, header: table.header })),
    );
  const { notWorn } = options;
  if (notWorn !== undefined && !opened.some(({ mapping }) => mapping.metrics.has(notWorn)))
    fail("invalid_argument", `no column is mapped to ${notWorn}, whose zeros should mean not worn`);

  const into = new MemberTable();
  const reports = opened.map(({ file, table, tally }) => useTable(file, table, tally, into, options));
  const members = into.members();
  return { members, report: { files: reports, ...summary(members) } };
}

function useTable(file: CsvFile, table: Table, tally: Tally, into: MemberTable, options: CsvImportOptions): FileReport {
  const column = { file: file.name, name: table.header[table.bound.date] as string };
  const dates = dateReader(cellsOf(table.rows), column, options.dateFormat);
  let used = 0;
  for (const row of table.rows) if (useRow(row, table, dates, tally, into, options)) used++;
  const skipped = tally.list();
  if (used + tally.count("duplicate") === 0) {
    const reasons = skipped.map(({ reason, count, firstLine, firstColumn }) => {
      const where = firstColumn === undefined ? "" : `, column ${firstColumn}`;
      return `${count} ${reason} (first: line ${firstLine}${where})`;
    });
    fail("invalid_data", `${file.name}: none of ${table.count} rows is usable: ${reasons.join("; ")}`, {
      hint: "check the column mapping and the date format",
    });
  }
  return { name: file.name, rows: table.count, used, dateFormat: dates.format, skipped };
}

function* cellsOf(rows: readonly TableRow[]): Generator<string> {
  for (const row of rows) yield row.date;
}

/** Whether the row gave anything. */
function useRow(
  row: TableRow,
  { bound, header }: Table,
  dates: DateReader,
  tally: Tally,
  into: MemberTable,
  { notWorn, registry = builtIn }: CsvImportOptions,
): boolean {
  const day = dates.day(row.date);
  if (typeof day === "string") {
    tally.row(day, row.line, header[bound.date]);
    return false;
  }
  const outcomes = new Set<Outcome>();
  const note = (outcome: Outcome, column: number) => {
    outcomes.add(outcome);
    if (outcome === "conflict") tally.cell("conflict", row.line, header[column] as string);
  };
  const readings = bound.metrics.map(({ metric, column }) => ({
    metric,
    column,
    value: readNumber(row.cells[column] as string),
  }));
  const unworn = unwornIn(readings, notWorn, registry);
  if (unworn !== undefined) tally.cell("not_worn", row.line, header[unworn.column] as string);
  for (const { metric, column, value } of readings) {
    const known = registry.metric(metric);
    if (typeof value === "string") {
      if (column !== unworn?.column) tally.cell(value, row.line, header[column] as string);
    } else if (unworn !== undefined && value === 0 && known?.coverage !== "counted") continue;
    else if (known !== undefined && !isPlausible(known, value))
      tally.cell("implausible", row.line, header[column] as string);
    else note(into.putValue(row.id, day, metric, value), column);
  }
  for (const { attribute, column } of bound.profile) {
    const text = (row.cells[column] as string).trim();
    if (text === "") tally.cell("empty", row.line, header[column] as string);
    else note(into.putAttribute(row.id, attribute, text), column);
  }
  if (outcomes.size === 0) tally.row("no_values", row.line);
  else if (outcomes.size === 1 && outcomes.has("same")) tally.row("duplicate", row.line);
  else return true;
  return false;
}

interface Reading {
  readonly metric: MetricId;
  readonly column: number;
  readonly value: ReturnType<typeof readNumber>;
}

/** The reading that says that nothing was worn, where another does not say the contrary. */
function unwornIn(
  readings: readonly Reading[],
  notWorn: MetricId | undefined,
  registry: Registry,
): Reading | undefined {
  const active = readings.some(
    ({ metric, value }) => typeof value === "number" && value > 0 && registry.metric(metric)?.coverage === "worn",
  );
  return active
    ? undefined
    : readings.find(({ metric, value }) => metric === notWorn && (value === 0 || value === "empty"));
}

function summary(members: readonly Member[]): Omit<ImportReport, "files"> {
  let memberDays = 0;
  let firstDay = Number.POSITIVE_INFINITY;
  let lastDay = Number.NEGATIVE_INFINITY;
  for (const { days } of members) {
    memberDays += days.length;
    const [first, last] = [days[0], days.at(-1)];
    if (first !== undefined) firstDay = Math.min(firstDay, first.day);
    if (last !== undefined) lastDay = Math.max(lastDay, last.day);
  }
  if (memberDays === 0)
    fail("invalid_data", "the files hold no daily value", { hint: "map at least one metric column" });
  return { members: members.length, memberDays, dateRange: { firstDay, lastDay } };
}
