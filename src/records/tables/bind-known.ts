// Which columns of a header mean what in an export that is known by it.
import type { Bound, BoundValue, BoundWhere } from "./bound.ts";
import type { KnownTable, KnownValue, KnownWhere } from "./known/shape.ts";

type Header = readonly string[];

/** As names of columns are compared. */
export const plainName = (name: string) =>
  name
    .normalize("NFC")
    .replaceAll("\u2019", "'")
    .replaceAll(/[\s\u00a0]+/g, " ")
    .trim()
    .toLowerCase();
/** As a known export compares names: `com.samsung.health.sleep.start_time` is start_time. */
const lastPart = (name: string) => plainName(name).replace(/^com\.[a-z0-9_.]*\.([a-z0-9_]+)$/, "$1");

const deviceNames =
  /^(?:(?:data )?source(?:\(s\)|s)?(?: name| device)?|source_?(?:name|app)|device(?: name| type)?|device_?(?:name|type|id|uuid)|tracker|data_?origin|(?:pkg|package)_?name)$/;

/**
 * Rows of one day of several devices are several sources. Samsung's tables hold a row for each and, as −2, one of all of them.
 */
export function devices(header: Header): boolean | BoundWhere {
  const names = header.map(lastPart);
  const samsung = names.indexOf("source_type");
  if (samsung >= 0) return { column: samsung, is: ["-2"], not: false };
  const column = names.findIndex((name) => deviceNames.test(name));
  return column >= 0 ? { column, is: [], not: false } : false;
}

/** The header bound as the first known export that it fits. */
export function bindKnown(tables: readonly KnownTable[], header: Header, path: string): Bound | undefined {
  if (header.length < 2) return undefined;
  const names = new Map<string, number[]>();
  for (const [i, name] of header.entries()) {
    const plain = lastPart(name);
    const before = names.get(plain);
    if (before === undefined) names.set(plain, [i]);
    else before.push(i);
  }
  const base = path.slice(path.lastIndexOf("/") + 1);
  const at = (name: string | undefined) => (name === undefined ? -1 : columnOf(name, names));
  const known = tables.find(
    ({ has, lacks = [], file }) =>
      has.every((name) => at(name) >= 0) &&
      lacks.every((name) => at(name) < 0) &&
      (file === undefined || file.test(base)),
  );
  if (known === undefined) return undefined;
  const where = ({ column, is, not }: KnownWhere): BoundWhere => ({ column: at(column), is, not: not === true });
  const total = totalOfKnown(known, header, where);
  const values = known.values.flatMap((each): BoundValue[] => {
    const columns = each.column === "" ? [] : each.column.split(" + ").flatMap((name) => partAt(name, at));
    if (columns.some((column) => column < 0)) {
      if (each.length !== true) return [];
      columns.length = 0;
    }
    const [first = -1] = columns;
    const named = first < 0 && each.length === true ? at(known.end) : first;
    const stated = each.unit ?? (first < 0 ? undefined : unitIn(header[first] as string));
    return [
      {
        metric: each.metric,
        name: named < 0 ? "" : (header[named] as string),
        columns,
        ...(stated === undefined ? {} : { unit: { name: stated, from: "given" } }),
        where: each.where === undefined ? [] : [where(each.where)].filter(({ column }) => column >= 0),
        total: each.total ?? total,
        ...(each.length === true ? { length: true as const } : {}),
        ...(each.unmeasured === undefined ? {} : { unmeasured: unmeasuredIn(each.unmeasured, where) }),
      },
    ];
  });
  return {
    known,
    header,
    headless: false,
    member: at(known.member),
    date: at(known.date),
    time: at(known.time),
    start: at(known.start),
    end: at(known.end),
    zone: at(known.zone),
    utc: known.utc === true && (known.zone === undefined || at(known.zone) >= 0),
    day: known.dayOfFile === true ? (/\d{4}-\d\d-\d\d/.exec(base)?.[0] ?? "") : "",
    order: known.order,
    ragged: known.ragged === true,
    values,
    attributes: (known.attributes ?? []).flatMap((attribute) => {
      const column = at(attribute);
      return column < 0 ? [] : [{ attribute, name: header[column] as string, column }];
    }),
    missing: [],
  };
}

/** One that is added up; `?name` where the header has it. */
function partAt(name: string, at: (name: string) => number): readonly number[] {
  if (!name.startsWith("?")) return [at(name)];
  const column = at(name.slice(1));
  return column < 0 ? [] : [column];
}

function totalOfKnown(
  { provider, total }: KnownTable,
  header: Header,
  where: (each: KnownWhere) => BoundWhere,
): boolean | BoundWhere {
  // a table of the registry's metrics may be of several devices
  if (total === undefined) return provider === "table" && devices(header);
  if (total === true) return true;
  const bound = where(total);
  return bound.column >= 0 ? bound : total.is.length > 0;
}

/** Without the rows' condition where the header has no column for it. */
function unmeasuredIn(
  { numbers, rows }: NonNullable<KnownValue["unmeasured"]>,
  where: (each: KnownWhere) => BoundWhere,
): NonNullable<BoundValue["unmeasured"]> {
  const bound = rows === undefined ? undefined : where(rows);
  return bound === undefined || bound.column < 0 ? { numbers } : { numbers, rows: bound };
}

/** What a known export's column states itself: `Weight (lb)`, `Total distance (km)`, `Dauer (Min.)`. */
function unitIn(name: string): string | undefined {
  return /\((lbs?|kg|km|mi|m|min|ms)\.?\)$/i.exec(name)?.[1]?.toLowerCase();
}

interface Wanted {
  readonly name: string;
  readonly nth: number;
}
/** Names of known exports as they are compared, by how they are written there. */
const wanted = new Map<string, readonly Wanted[]>();

/** Of `a|b` the first that is there; `a#2`: the second of that name; `#1`: the first column. @param names where each name stands */
function columnOf(written: string, names: ReadonlyMap<string, readonly number[]>): number {
  let choices = wanted.get(written);
  if (choices === undefined) {
    choices = written.split("|").map((each) => {
      const [name = "", nth] = each.split("#");
      return { name: plainName(name), nth: Number(nth ?? 1) - 1 };
    });
    wanted.set(written, choices);
  }
  for (const { name, nth } of choices) {
    if (name === "") return nth;
    const column = names.get(name)?.[nth];
    if (column !== undefined) return column;
  }
  return -1;
}
