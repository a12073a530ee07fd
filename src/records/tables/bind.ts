// Which columns of a header mean what: by the mapping that was given, or as a known export describes it.
import { fail } from "../../base/errors.ts";
import type { Registry } from "../../task/metrics.ts";
import type { MetricId } from "../types.ts";
import type { DateFormat } from "./dates/cell.ts";
import type { KnownTable, KnownWhere } from "./known/shape.ts";
import { knownTables } from "./known/tables.ts";
import { statedUnit } from "./looks.ts";
import type { ColumnChoice, ColumnMapping } from "./mapping.ts";

export interface BoundWhere {
  readonly column: number;
  /** In lower case. */
  readonly is: readonly string[];
  readonly not: boolean;
}

export interface BoundValue {
  readonly metric: MetricId;
  /** The header's name of the first column, for places. */
  readonly name: string;
  /** Columns that are added up; none where rows are counted. */
  readonly columns: readonly number[];
  /** Rows count one where this column is not empty. */
  readonly counted?: number;
  readonly unit?: { readonly name: string; readonly from: "given" | "header" };
  readonly where: readonly BoundWhere[];
  /** Whether the value is the source's own for the whole day, always or in some rows. */
  readonly total: boolean | BoundWhere;
  /** The mapping says how several values of one day become one. */
  readonly ruled?: true;
}

/** A table's header, bound; columns are positions from 0, absent ones −1. */
export interface Bound {
  readonly known: KnownTable | undefined;
  readonly header: readonly string[];
  /** Whether the bound row is the first of data: columns were given by number, and there is no header. */
  readonly headless: boolean;
  readonly member: number;
  readonly date: number;
  readonly time: number;
  readonly start: number;
  readonly end: number;
  readonly zone: number;
  readonly utc: boolean;
  readonly order: DateFormat | undefined;
  readonly ragged: boolean;
  readonly values: readonly BoundValue[];
  readonly attributes: readonly { readonly attribute: string; readonly name: string; readonly column: number }[];
  /** Targets of the mapping that this header has no column for. */
  readonly missing: readonly string[];
}

type Header = readonly string[];

const plainName = (name: string) =>
  name
    .replaceAll(/[\s\u00a0]+/g, " ")
    .trim()
    .toLowerCase();
/** As a known export compares names: `com.samsung.health.sleep.start_time` is start_time. */
const lastPart = (name: string) => plainName(name).replace(/^com\.[a-z0-9_.]*\.([a-z0-9_]+)$/, "$1");

/** The header bound to the mapping, or undefined where it lacks the member, the dates or every value. */
export function bindMapping(
  mapping: ColumnMapping,
  header: Header,
  registry: Registry,
  file: string,
): Bound | undefined {
  const find = (choices: readonly ColumnChoice[] | undefined) => findChoice(choices, header, file);
  const single = (choices: readonly ColumnChoice[] | undefined) => find(choices)?.column ?? -1;
  const missing: string[] = [];
  const values = [...mapping.metrics].flatMap(([metric, choices]): BoundValue[] => {
    const found = find(choices);
    if (found === undefined) {
      missing.push(metric);
      return [];
    }
    return [boundValue(metric, found.choice, found.column, header, registry, file)];
  });
  const attributes = [...mapping.profile].flatMap(([attribute, choices]) => {
    const found = find(choices);
    if (found === undefined) missing.push(attribute);
    return found === undefined ? [] : [{ attribute, name: header[found.column] as string, column: found.column }];
  });
  const bound = {
    member: single(mapping.member),
    date: single(mapping.date),
    time: single(mapping.time),
    start: single(mapping.start),
    end: single(mapping.end),
    zone: single(mapping.zone),
  };
  const dated = bound.date >= 0 || bound.start >= 0 || bound.end >= 0;
  if (values.length + attributes.length === 0 || (mapping.member !== undefined && bound.member < 0)) return undefined;
  if (values.length > 0 && !dated) return undefined;
  return {
    known: undefined,
    header,
    headless: false,
    ...bound,
    utc: false,
    order: undefined,
    ragged: false,
    values,
    attributes,
    missing,
  };
}

function boundValue(
  metric: MetricId,
  choice: ColumnChoice,
  column: number,
  header: Header,
  registry: Registry,
  file: string,
): BoundValue {
  const name = header[column] as string;
  const where = choice.where.map((condition): BoundWhere => {
    const at = findName(condition.name, header, file);
    if (at === undefined)
      fail("invalid_data", `${file}: no column for the condition of ${metric}`, {
        hint: "name a column of the header in the brackets",
      });
    return { column: at, is: condition.is.map((word) => word.toLowerCase()), not: false };
  });
  const known = registry.metric(metric);
  const stated = known === undefined ? undefined : statedUnit(known, name);
  const unit =
    choice.unit !== undefined
      ? ({ name: choice.unit, from: "given" } as const)
      : stated === undefined
        ? undefined
        : ({ name: stated, from: "header" } as const);
  return {
    metric,
    name,
    columns: choice.rule === "count" ? [] : [column],
    ...(choice.rule === "count" ? { counted: column } : {}),
    ...(unit === undefined ? {} : { unit }),
    where,
    ...(choice.rule === undefined ? { total: totalOf(column, header, file) } : { total: false, ruled: true }),
  };
}

/** What an export is known for holds too where somebody says what its columns mean. */
function totalOf(column: number, header: Header, file: string): boolean | BoundWhere {
  const known = bindKnown(knownTables, header, file)?.values.find(({ columns }) => columns[0] === column);
  return known?.total ?? devices(header);
}

const deviceNames =
  /^(?:(?:data )?source(?: name| device)?|source_?name|device(?: name| type)?|device_?(?:name|type)|tracker|data_?origin)$/;

/**
 * Rows of one day of several devices are several sources. Samsung's tables hold a row for each and, as −2, one of all of them.
 */
function devices(header: Header): boolean | BoundWhere {
  const names = header.map(lastPart);
  const samsung = names.indexOf("source_type");
  if (samsung >= 0) return { column: samsung, is: ["-2"], not: false };
  const column = names.findIndex((name) => deviceNames.test(name));
  return column >= 0 ? { column, is: [], not: false } : false;
}

function findChoice(choices: readonly ColumnChoice[] | undefined, header: Header, file: string) {
  for (const choice of choices ?? []) {
    const column = findName(choice.name, header, file);
    if (column !== undefined) return { choice, column };
  }
  return undefined;
}

/** As written, else without regard to case and spaces. @throws PacelineError invalid_data where two columns have the name */
function findName(name: string, header: Header, file: string): number | undefined {
  const number = /^#(\d{1,4})$/.exec(name);
  if (number !== null) {
    const column = Number(number[1]) - 1;
    return column >= 0 && column < header.length ? column : undefined;
  }
  const exact = header.flatMap((each, i) => (each === name ? [i] : []));
  const found =
    exact.length > 0 ? exact : header.flatMap((each, i) => (plainName(each) === plainName(name) ? [i] : []));
  if (found.length > 1)
    fail("invalid_data", `${file}: two columns are called ${name}`, {
      hint: `rename one of them in the header, or give the column by its number, such as #${(found[0] as number) + 1}`,
    });
  return found[0];
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
  const total = known.total === undefined ? false : known.total === true ? true : where(known.total);
  const values = known.values.flatMap((each): BoundValue[] => {
    const columns = each.column === "" ? [] : each.column.split(" + ").map((name) => at(name));
    if (columns.some((column) => column < 0)) return [];
    const [first = -1] = columns;
    const stated = each.unit ?? (first < 0 ? undefined : unitIn(header[first] as string));
    return [
      {
        metric: each.metric,
        name: first < 0 ? "" : (header[first] as string),
        columns,
        ...(stated === undefined ? {} : { unit: { name: stated, from: "given" } }),
        where: each.where === undefined ? [] : [where(each.where)].filter(({ column }) => column >= 0),
        total: each.total ?? (typeof total === "object" && total.column < 0 ? true : total),
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
    utc: known.utc === true,
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

/** Of a known export's columns that come in two units: `Weight (lb)`. */
function unitIn(name: string): string | undefined {
  return /\((lbs?|kg)\)$/.exec(name)?.[1];
}

/** Of `a|b` the first that is there; `a#2`: the second of that name; `#1`: the first column. @param names where each name stands */
function columnOf(name: string, names: ReadonlyMap<string, readonly number[]>): number {
  for (const each of name.split("|")) {
    const [wanted = "", nth] = each.split("#");
    if (wanted === "" && nth !== undefined) return Number(nth) - 1;
    const column = names.get(plainName(wanted))?.[Number(nth ?? 1) - 1];
    if (column !== undefined) return column;
  }
  return -1;
}

/** Whether a mapping gives every column by its number, so that a table needs no header. */
export function isPositional({ member, date, time, start, end, zone, metrics, profile }: ColumnMapping): boolean {
  const choices = [member, date, time, start, end, zone, ...metrics.values(), ...profile.values()].flatMap(
    (each) => each ?? [],
  );
  return choices.every(({ name, where }) =>
    [name, ...where.map((condition) => condition.name)].every((each) => each.startsWith("#")),
  );
}
