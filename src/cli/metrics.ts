// `paceline metrics`: the registry for people, from the table that is built in; with a login, the operator's rows and lists too.

import type { Vocabulary } from "../api/analyst.ts";
import { call } from "../api/call.ts";
import { coordinatorRoutes } from "../api/routes.ts";
import { closest } from "../base/closest.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { plainLines } from "../figures/plain.ts";
import { type QueryableMetric, queryableMetrics } from "../task/derived.ts";
import { type About, about } from "../task/metrics/about.ts";
import { formulaRows } from "../task/metrics/formulas.ts";
import { type Attribute, baseAttributes, type Metric, metricById } from "../task/metrics.ts";
import type { Purpose } from "../task/purposes.ts";
import { chosenLogin, type ServiceChoice, withSession } from "./analyst/session.ts";

type Entry = Partial<Metric> & Partial<Attribute> & About & { readonly id: string; readonly title: string };

const formulas: ReadonlyMap<string, string> = new Map(formulaRows.map(({ id, formula }) => [id, formula]));
const abouts: Readonly<Record<string, About>> = about;

function entryOf({ id, title, unit, range, purposes }: QueryableMetric): Entry {
  const rest = metricById(id) ?? { id, title, unit, clip: range, purposes, formula: formulas.get(id) };
  return { ...rest, ...(abouts[id] as About) };
}

interface Entries {
  readonly metrics: readonly Entry[];
  readonly attributes: readonly Entry[];
}

function entries(): Entries {
  return {
    metrics: queryableMetrics().map(entryOf),
    attributes: baseAttributes.map((attribute) => ({ ...attribute, ...(abouts[attribute.id] as About) })),
  };
}

export interface MetricsOptions extends ServiceChoice {
  readonly json?: boolean;
  readonly builtIn?: boolean;
}

/** @throws PacelineError not_found with the nearest id */
export async function metricsCommand(id: string | undefined, options: MetricsOptions): Promise<void> {
  const { json = false, builtIn = false } = options;
  const registry = builtIn ? entries() : withOwn(entries(), await vocabularyOf(options));
  const found = id === undefined ? undefined : find([...registry.metrics, ...registry.attributes], id);
  const text = json
    ? JSON.stringify(found ?? { version: 1, ...registry }, null, 2)
    : found === undefined
      ? overview(registry)
      : columns(Object.entries(found).map(([key, value]) => [key, shown(value)]));
  process.stdout.write(plainLines(`${text}\n`));
}

/** What the service adds; undefined without a login, or while it does not answer. */
async function vocabularyOf(choice: ServiceChoice): Promise<Vocabulary | undefined> {
  if (chosenLogin(choice) === undefined) return undefined;
  try {
    return await withSession(choice, (session) => call(session, coordinatorRoutes.metrics));
  } catch (error) {
    if (!isPacelineError(error) || error.code !== "unavailable" || choice.service !== undefined) throw error;
    process.stderr.write(`paceline: ${error.message}: these are the built-in ones alone\n`);
    return undefined;
  }
}

function withOwn(registry: Entries, vocabulary: Vocabulary | undefined): Entries {
  if (vocabulary === undefined) return registry;
  const own = (caveat: string) => ({ caveat });
  return {
    metrics: [
      ...registry.metrics,
      ...vocabulary.metrics
        .filter((metric) => metric.own)
        .map(({ id, title, unit, range, purposes }) => ({
          ...{ id, title, unit, clip: range, purposes: purposes as Purpose[] },
          ...own("The operator's own."),
        })),
    ],
    attributes: vocabulary.attributes.map(({ id, title, values }) => {
      const known = registry.attributes.find((each) => each.id === id);
      // No value is an attribute that the operator has not listed.
      return { ...(known ?? own("The operator's own.")), id, title, values: values.length === 0 ? null : values };
    }),
  };
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

function overview({ metrics, attributes }: Entries): string {
  return [
    columns(metrics.map((each) => [each.id, rangeOf(each), each.title])),
    columns(attributes.map((each) => [each.id, valuesOf(each), each.title])),
    "paceline metrics ID shows one with its codes and caveats.",
  ].join("\n\n");
}

function rangeOf({ clip, unit }: Entry): string {
  return `${clip?.min} to ${clip?.max} ${unit}`;
}

/** Values that stand in one line. */
const SHOWN = 12;

function valuesOf({ values }: Entry): string {
  if (values == null) return "the operator's list";
  if (values.length <= SHOWN) return values.join(", ");
  return `${values.slice(0, 2).join(", ")}, … ${values.at(-1)} (${values.length})`;
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
