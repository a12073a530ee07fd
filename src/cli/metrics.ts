// `paceline metrics`: the registry for people, from the table that is built in. Reads nothing and asks nobody.
import { closest } from "../base/closest.ts";
import { fail } from "../base/errors.ts";
import { type QueryableMetric, queryableMetrics } from "../task/derived.ts";
import { type About, about } from "../task/metrics/about.ts";
import { formulaRows } from "../task/metrics/formulas.ts";
import { type Attribute, baseAttributes, type Metric, metricById } from "../task/metrics.ts";

type Entry = Partial<Metric> & Partial<Attribute> & About & { readonly id: string; readonly title: string };

const formulas: ReadonlyMap<string, string> = new Map(formulaRows.map(({ id, formula }) => [id, formula]));
const abouts: Readonly<Record<string, About>> = about;

function entryOf({ id, title, unit, range, purposes }: QueryableMetric): Entry {
  const rest = metricById(id) ?? { id, title, unit, clip: range, purposes, formula: formulas.get(id) };
  return { ...rest, ...(abouts[id] as About) };
}

function entries(): { readonly metrics: readonly Entry[]; readonly attributes: readonly Entry[] } {
  return {
    metrics: queryableMetrics().map(entryOf),
    attributes: baseAttributes.map((attribute) => ({ ...attribute, ...(abouts[attribute.id] as About) })),
  };
}

/** @throws PacelineError not_found with the nearest id */
export function printMetrics(id: string | undefined, { json = false }: { readonly json?: boolean }): void {
  const registry = entries();
  const found = id === undefined ? undefined : find([...registry.metrics, ...registry.attributes], id);
  const text = json
    ? JSON.stringify(found ?? { version: 1, ...registry }, null, 2)
    : found === undefined
      ? overview(registry)
      : columns(Object.entries(found).map(([key, value]) => [key, shown(value)]));
  process.stdout.write(`${text}\n`);
}

function find(all: readonly Entry[], id: string): Entry {
  const found = all.find((each) => each.id === id);
  if (found !== undefined) return found;
  const near = closest(
    id,
    all.map((each) => each.id),
  );
  return fail("not_found", `there is no metric "${id}"${near === undefined ? "" : `; did you mean ${near}?`}`, {
    hint: "paceline metrics lists them all.",
  });
}

function overview({ metrics, attributes }: ReturnType<typeof entries>): string {
  return [
    columns(metrics.map((each) => [each.id, rangeOf(each), each.title])),
    columns(attributes.map((each) => [each.id, valuesOf(each), each.title])),
    "paceline metrics ID shows one with its codes and caveats.",
  ].join("\n\n");
}

function rangeOf({ clip, unit }: Entry): string {
  return `${clip?.min} to ${clip?.max} ${unit}`;
}

function valuesOf({ values }: Entry): string {
  return values == null ? "the operator's list" : values.join(", ");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object" && value !== null && "min" in value && "max" in value)
    return `${value.min} to ${value.max}`;
  return value === null ? "the operator's list" : String(value);
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] as number))).join("  "))
    .join("\n");
}
