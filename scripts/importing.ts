// Writes the table of docs/importing.md that says which file gives which metric, from what readers say of themselves.
// `npm run importing`; test/records/coverage.test.ts holds the two together.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readers } from "../src/records/readers.ts";
import { knownTables } from "../src/records/tables/known/tables.ts";
import { baseMetrics } from "../src/task/metrics.ts";

export const PAGE = "docs/importing.md";
const path = fileURLToPath(new URL(`../${PAGE}`, import.meta.url));
const [START, END] = ["<!-- what gives which metric: npm run importing -->", "<!-- end of what is generated -->"];

/** Files and their metrics, in the order of the registry: what readers know, and of tables each that is known by its header. */
export function coverage(): readonly (readonly [string, readonly string[]])[] {
  const order = baseMetrics.map(({ id }) => id as string);
  const given = new Map<string, Set<string>>();
  const add = (title: string, metrics: readonly string[]) =>
    given.set(title, new Set([...(given.get(title) ?? []), ...metrics]));
  // When a night began is read off the sleep itself.
  for (const { id, title, gives } of readers)
    if (id !== "rows" && id !== "tables") add(title, gives.includes("sleep") ? [...gives, "sleep_onset"] : gives);
  // The one that is written with the registry's own names has all of them.
  for (const { title, values } of knownTables)
    if (values.length > 0 && values.length < order.length)
      add(
        `${title} (table)`,
        values.map(({ metric }) => metric),
      );
  return [...given].map(([title, metrics]) => [title, order.filter((id) => metrics.has(id))]);
}

/** @param page the page as it is @returns the page with the table as it should be */
export function withCoverage(page: string): string {
  const rows = coverage().map(([title, metrics]) => `| ${title} | ${metrics.map((id) => `\`${id}\``).join(", ")} |`);
  const table = ["| file | metrics |", "| --- | --- |", ...rows].join("\n");
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} lacks the lines between which the table goes`);
  return `${page.slice(0, from)}${START}\n\n${table}\n\n${page.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, withCoverage(readFileSync(path, "utf8")));
