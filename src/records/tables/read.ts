// A table to samples, in two passes over its bytes: what all rows show together, then each row.
import { concat } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { SkipReason } from "../says.ts";
import { bindMapping, isPositional } from "./bind.ts";
import { bindKnown } from "./bind-known.ts";
import type { Bound } from "./bound.ts";
import { readDate } from "./dates/cell.ts";
import { Emitter } from "./emit.ts";
import { certainHeader, refuseUnknown, refuseWithMapping } from "./header.ts";
import { nearTwins } from "./ids.ts";
import { knownTables } from "./known/tables.ts";
import { type ColumnMapping, checkUnits } from "./mapping.ts";
import { Scan, type TablePlan } from "./scan.ts";
import { type Found, findDialect } from "./text/dialect.ts";
import { type Encoding, sniffEncoding, toUtf8, transcoder, Utf8Check } from "./text/encoding.ts";
import { type Dialect, type RecordView, Splitter } from "./text/split.ts";

const HEAD_BYTES = 65_536;
/** A file of another 8-bit encoding has hardly any sequences that are UTF-8 by chance. */
const MIXED_SHARE = 0.25;

type Bind = (cells: readonly string[]) => Bound | undefined;

/** How the file's bytes become records. */
interface Form {
  readonly encoding: Encoding;
  readonly skip: Found["skip"];
  readonly dialect: Dialect;
}

/** @throws PacelineError invalid_data for a file that is no table, lacks columns, or may be read in two ways; see Reader.read */
export async function readTable(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const { path } = input;
  const { columns } = options;
  if (columns !== undefined) checkUnits(columns, options.registry);
  const bind = () => binder(columns, path, options);
  const head = await headOf(input);
  let form = formOf(head, path);
  let scan: Scan | "windows-1252" | "backslash";
  for (let tries = 0; ; tries++) {
    scan = await scanned(input, form, bind(), options);
    if (typeof scan !== "string") break;
    // each may be found out once
    if (tries === 2) fail("invalid_data", `${path}: how its quotes or letters are written cannot be told`);
    if (scan === "backslash") form = { ...form, dialect: { ...form.dialect, backslash: true } };
    else form = { ...formOf(head, path, "windows-1252"), encoding: "windows-1252" };
  }
  if (form.encoding === "windows-1252") sink.note("other_encoding", { file: path });
  if (scan.walker.tables.size === 0) {
    if (columns !== undefined) refuseWithMapping(columns, scan.head, path);
    refuseUnknown(scan.head, path);
  }
  const plans = [...scan.plans().values()];
  const emitter = new Emitter(bind(), plans, sink, path, options);
  await pass(input, form, options, (record) => {
    emitter.record(record);
    return false;
  });
  finish(emitter, plans, sink, path);
}

/** The records of a table that another reader knows, those with a stray quote too. @throws PacelineError invalid_data where it is no text */
export async function eachRecord(
  input: Input,
  options: ReadOptions,
  take: (record: RecordView) => void,
): Promise<void> {
  await pass(input, formOf(await headOf(input), input.path), options, (record) => {
    take(record);
    return false;
  });
}

function finish(emitter: Emitter, plans: readonly TablePlan[], sink: Sink, path: string): void {
  for (const { bound, values, time } of plans) {
    for (const target of bound.missing) sink.note("column_missing", { file: path, column: target });
    for (const { value, plan } of values) {
      const place = { file: path, column: value.name };
      if (plan.numbers === "comma") sink.note("decimal_comma", place);
      if (plan.thousands) sink.note("thousands", place);
      if (plan.minutesAndSeconds) sink.note("minutes_and_seconds", place);
      if (value.unit?.from === "header") sink.note("unit_from_header", place);
    }
    if (time.serial) sink.note("serial_dates", { file: path });
    if (time.evenings && bound.date >= 0 && values.some(({ value }) => value.metric.startsWith("sleep")))
      sink.note("night_from_start", { file: path, column: bound.header[bound.date] as string });
  }
  const twins = nearTwins(emitter.ids);
  const member = plans.find(({ bound }) => bound.member >= 0)?.bound;
  if (twins > 0 && member !== undefined)
    sink.note("near_twin_ids", { file: path, column: member.header[member.member] as string }, twins);
  if (emitter.given > 0) return;
  const known = plans[0]?.bound.known;
  if (known !== undefined && plans.every(({ values }) => values.length === 0))
    fail("invalid_data", `${path}: ${known.title}: it holds nothing that a metric of the registry measures`);
  if (emitter.rows === 0) fail("invalid_data", `${path}: it has a header and no rows`);
  const reasons = [...emitter.skipped].map(([reason, { line, column }]) => {
    return `${reason} (first: line ${line}${column === undefined ? "" : `, column ${column}`})`;
  });
  fail("invalid_data", `${path}: none of ${emitter.rows} rows is usable: ${reasons.join("; ")}`, {
    hint: hintFor([...emitter.skipped.keys()]),
  });
}

function hintFor(reasons: readonly SkipReason[]): string {
  if (reasons.includes("damaged_member_id"))
    return "the members' ids look like numbers that a program changed (101.0, 1.5E+09): export the ids as text";
  if (reasons.includes("no_member")) return "check which column holds the members' ids";
  if (reasons.includes("not_a_date") || reasons.includes("other_date_format"))
    return "check which column holds the dates, and the date format";
  if (reasons.includes("ragged_row"))
    return "rows have more or fewer cells than the header: look for separators in cells that are not quoted";
  return "check the column mapping";
}

/** Binds a record as a header: to the mapping, else as a known export. */
function binder(columns: ColumnMapping | undefined, path: string, { registry }: ReadOptions): Bind {
  if (columns === undefined) return (cells) => bindKnown(knownTables, cells, path);
  const positional = isPositional(columns);
  const asRow: Bind = (cells) => {
    const bound = bindMapping(columns, cells, registry, path);
    // the first row is one of data where its date is a date
    const at = bound === undefined ? -1 : bound.date >= 0 ? bound.date : bound.start >= 0 ? bound.start : bound.end;
    if (bound === undefined) return undefined;
    const headless = at >= 0 && readDate(cells[at] as string) !== undefined;
    return { ...bound, headless, header: cells.map((_, i) => `#${i + 1}`), ...numbered(bound) };
  };
  let begun = false;
  return (cells) => {
    if (!positional) return bindMapping(columns, cells, registry, path);
    if (begun) return undefined;
    const bound = asRow(cells);
    begun = bound !== undefined;
    return bound;
  };
}

/** Names of columns that were given by number: the first row may hold a person's cells, which must not be shown. */
function numbered({ values, attributes }: Bound): Pick<Bound, "values" | "attributes"> {
  return {
    values: values.map(({ unit, ...each }) => ({
      ...each,
      ...(unit?.from === "given" ? { unit } : {}),
      name: `#${(each.columns[0] ?? each.counted ?? 0) + 1}`,
    })),
    attributes: attributes.map((each) => ({ ...each, name: `#${each.column + 1}` })),
  };
}

async function scanned(
  input: Input,
  form: Form,
  bind: Bind,
  options: ReadOptions,
): Promise<Scan | "windows-1252" | "backslash"> {
  const scan = new Scan(bind, options.registry, input.path, options.dateFormat);
  const check = new Utf8Check();
  const checked = form.encoding === "utf-8" || form.encoding === "windows-1252" ? check : undefined;
  await pass(
    input,
    form,
    options,
    (record) => scan.record(record),
    (piece) => {
      checked?.push(piece);
      return form.encoding === "utf-8" && check.invalid > 0;
    },
  );
  if (scan.backslash && !form.dialect.backslash) return "backslash";
  if (options.isCutOff?.(input.path) !== true) check.end();
  if (form.encoding === "utf-8" && check.invalid > 0) return "windows-1252";
  if (form.encoding === "windows-1252" && check.valid > check.invalid * MIXED_SHARE)
    fail("invalid_data", `${input.path}: some of it is UTF-8 and some is not`, {
      hint: "it was put together from files of two encodings: import them one by one",
    });
  return scan;
}

/** @param look sees the bytes as they are, and may say to stop */
async function pass(
  input: Input,
  form: Form,
  { signal, isCutOff }: ReadOptions,
  record: (record: RecordView) => boolean,
  look?: (piece: Uint8Array) => boolean,
): Promise<void> {
  const splitter = new Splitter(input.path, form.dialect, record, form.skip.lines + 1);
  let skip = form.skip.bytes;
  let stopped = false;
  async function* raw(): AsyncGenerator<Uint8Array> {
    for await (const piece of input.open()) {
      signal?.throwIfAborted();
      stopped = look?.(piece) === true;
      if (stopped) return;
      yield piece;
    }
  }
  for await (const piece of toUtf8(raw(), form.encoding)) {
    const dropped = Math.min(skip, piece.length);
    skip -= dropped;
    splitter.push(dropped > 0 ? piece.subarray(dropped) : piece);
    if (splitter.stopped) return;
  }
  // of half a row the last number may be half of one
  if (!stopped && isCutOff?.(input.path) !== true) splitter.end();
}

async function headOf(input: Input): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input.open()) {
    pieces.push(piece.slice(0, HEAD_BYTES));
    length += piece.length;
    if (length >= HEAD_BYTES) break;
  }
  return concat(...pieces).subarray(0, HEAD_BYTES);
}

function formOf(head: Uint8Array, path: string, assumed?: Encoding): Form {
  if (head.length === 0) fail("invalid_data", `${path} is empty`);
  const encoding = assumed ?? sniffEncoding(head);
  if (encoding === undefined)
    fail("invalid_data", `${path}: this is no text: a table is read as CSV`, {
      hint: "export the table as CSV (UTF-8)",
    });
  return { encoding, ...findDialect(textHead(head, encoding)) };
}

function textHead(head: Uint8Array, encoding: Encoding): Uint8Array {
  const text = transcoder(encoding)(head);
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? text.subarray(3) : text;
}

/** Whether a file's first bytes are those of a table: text that some separator cuts into rows of one width, below titles. */
export function isTable(head: Uint8Array): boolean {
  const encoding = sniffEncoding(head);
  if (encoding === undefined || head.length === 0) return false;
  const text = textHead(head, encoding);
  const first = text.find((byte) => byte > 32);
  // a document in JSON, XML or HTML
  if (first === undefined || first === 0x7b || first === 0x5b || first === 0x3c) return false;
  const { dialect, skip } = findDialect(text);
  const rows: string[][] = [];
  const splitter = new Splitter("", dialect, (record) => rows.push(record.texts()) >= 100);
  try {
    splitter.push(text.subarray(skip.bytes));
    splitter.end();
  } catch {
    // cut inside a quoted cell
  }
  return (
    certainHeader(rows) !== undefined || rows.some((row, i) => row.length > 1 && row.length === rows[i + 1]?.length)
  );
}
