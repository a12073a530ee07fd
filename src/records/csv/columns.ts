// Which column means what: `member=Id,date=ActivityDate|SleepDay,steps=TotalSteps`. A target may name several columns,
// for files that call the same thing differently; a file uses the first that it has.
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import type { AttributeId } from "../../task/metrics.ts";
import type { MetricId } from "../types.ts";

export interface ColumnMapping {
  readonly member: readonly string[];
  readonly date: readonly string[];
  readonly metrics: ReadonlyMap<MetricId, readonly string[]>;
  /** By attribute of the profile. */
  readonly profile: ReadonlyMap<string, readonly string[]>;
}

/** The mapping found in one file's header; columns are positions from 0. */
export interface BoundColumns {
  readonly member: number;
  readonly date: number;
  readonly metrics: readonly { readonly metric: MetricId; readonly column: number }[];
  readonly profile: readonly { readonly attribute: string; readonly column: number }[];
}

/** Targets that go to the profile, and the registry's attribute of each. */
export const profileTargets: ReadonlyMap<string, AttributeId> = new Map([
  ["band", "ageBand"],
  ["site", "site"],
  ["device", "deviceClass"],
  ["tenure", "tenureBand"],
  ["plan", "plan"],
  ["sex", "sex"],
  ["class", "classType"],
  ["feature", "appFeature"],
]);

const example = "for example member=Id,date=ActivityDate|SleepDay,steps=TotalSteps";

/**
 * Reads a mapping. The targets `member` and `date` are required; `band`, `site`, `device`, `tenure`, `plan`, `sex`, `class` and
 * `feature` go to the profile; any other target is a metric.
 * @throws PacelineError invalid_argument
 */
export function parseColumns(text: string): ColumnMapping {
  const targets = new Map<string, string[]>();
  for (const entry of text.split(",")) {
    const at = entry.indexOf("=");
    const target = entry.slice(0, at).trim();
    const columns = entry.slice(at + 1).split("|");
    const names = columns.map((column) => column.trim()).filter((column) => column !== "");
    if (at < 0 || names.length < columns.length)
      fail("invalid_argument", `the column mapping "${entry.trim()}" is not target=Column`, { hint: example });
    // names that every object has would be found in a day that lacks them
    if (!/^[a-z][A-Za-z0-9_]{0,39}$/.test(target) || target in {})
      fail("invalid_argument", `"${target}" is not the name of a metric or of a profile column`, { hint: example });
    if (targets.has(target))
      fail("invalid_argument", `the column mapping gives ${target} twice`, { hint: "join the columns with |" });
    targets.set(target, names);
  }
  const take = (target: string): string[] => {
    const columns =
      targets.get(target) ?? fail("invalid_argument", `the column mapping lacks ${target}=`, { hint: example });
    targets.delete(target);
    return columns;
  };
  const [member, date] = [take("member"), take("date")];
  if (targets.size === 0) fail("invalid_argument", "the column mapping names no metric", { hint: example });
  const entries = [...targets];
  return {
    member,
    date,
    metrics: new Map(entries.filter(([target]) => !profileTargets.has(target))),
    profile: new Map(
      entries.flatMap(([target, names]) =>
        profileTargets.has(target) ? [[profileTargets.get(target) as string, names]] : [],
      ),
    ),
  };
}

/**
 * Finds the mapping's columns in a header.
 * @throws PacelineError invalid_data when the member, the date or everything else is missing, or a column occurs twice.
 */
export function bindColumns(mapping: ColumnMapping, header: readonly string[], file: string): BoundColumns {
  const find = (names: readonly string[]): number | undefined => {
    const name = names.find((candidate) => header.includes(candidate));
    if (name === undefined) return undefined;
    const column = header.indexOf(name);
    if (header.indexOf(name, column + 1) >= 0)
      fail("invalid_data", `${file}: two columns are called ${name}`, { hint: "rename one of them in the header" });
    return column;
  };
  const all = <K extends string>(key: K, targets: ReadonlyMap<string, readonly string[]>) =>
    [...targets].flatMap(([target, names]) => {
      const column = find(names);
      return column === undefined ? [] : [{ [key]: target, column } as Record<K, string> & { column: number }];
    });
  const metrics = all("metric", mapping.metrics);
  const profile = all("attribute", mapping.profile);
  const wanted = [...mapping.metrics.values(), ...mapping.profile.values()].flat();
  if (metrics.length + profile.length === 0)
    fail("invalid_data", `${file}: ${missing(wanted, header)}`, { hint: listing(header) });
  return {
    member:
      find(mapping.member) ??
      fail("invalid_data", `${file}: ${missing(mapping.member, header)}`, { hint: listing(header) }),
    date:
      find(mapping.date) ??
      fail("invalid_data", `${file}: ${missing(mapping.date, header)}`, { hint: listing(header) }),
    metrics,
    profile,
  };
}

/**
 * A mapping shared by several files may name columns that only some of them have, but not columns that none has.
 * @throws PacelineError invalid_data
 */
export function requireColumns(
  mapping: ColumnMapping,
  headers: readonly { readonly file: string; readonly header: readonly string[] }[],
): void {
  const known = new Set(headers.flatMap(({ header }) => header));
  for (const names of [...mapping.metrics.values(), ...mapping.profile.values()]) {
    if (names.some((name) => known.has(name))) continue;
    const files = headers.map(({ file }) => file).join(", ");
    fail("invalid_data", `${files}: ${missing(names, known)}`, { hint: listing(known) });
  }
}

function missing(names: readonly string[], header: Iterable<string>): string {
  const columns = [...header];
  const near = names.map((name) => closest(name, columns)).find((name) => name !== undefined);
  const wanted = names.map((name) => `"${name}"`).join(" or ");
  return `no column ${wanted}${near === undefined ? "" : `; did you mean "${near}"?`}`;
}

const LISTED_MAX = 40;

function listing(header: Iterable<string>): string {
  const columns = [...header];
  const more = columns.length > LISTED_MAX ? `, and ${columns.length - LISTED_MAX} more` : "";
  return `the columns are ${columns
    .slice(0, LISTED_MAX)
    .map((column) => column.slice(0, 60))
    .join(", ")}${more}`;
}
