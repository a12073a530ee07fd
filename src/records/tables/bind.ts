// Which columns of a header mean what by the mapping that was given.
import { fail } from "../../base/errors.ts";
import type { Registry } from "../../task/metrics.ts";
import type { MetricId } from "../types.ts";
import { bindKnown, devices, plainName } from "./bind-known.ts";
import type { Bound, BoundValue, BoundWhere } from "./bound.ts";
import { knownTables } from "./known/tables.ts";
import { statedUnit } from "./looks.ts";
import type { ColumnChoice, ColumnMapping } from "./mapping.ts";

type Header = readonly string[];

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
    day: "",
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

/** Whether a mapping gives every column by its number, so that a table needs no header. */
export function isPositional({ member, date, time, start, end, zone, metrics, profile }: ColumnMapping): boolean {
  const choices = [member, date, time, start, end, zone, ...metrics.values(), ...profile.values()].flatMap(
    (each) => each ?? [],
  );
  return choices.every(({ name, where }) =>
    [name, ...where.map((condition) => condition.name)].every((each) => each.startsWith("#")),
  );
}
