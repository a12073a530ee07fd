// docs/importing.md says of every kind of file what it gives, as the readers do.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coverage, LIST, list, PAGE, withCoverage } from "../../scripts/importing.ts";
import { fileKinds, tableMakers } from "../../src/cli/import/sources.ts";
import { readers } from "../../src/records/readers.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { inProcess } from "../cli/spawned.ts";

const page = readFileSync(new URL(`../../${PAGE}`, import.meta.url), "utf8");

test("the page's table is what `npm run importing` writes", () => {
  expect(withCoverage(page)).toBe(page);
  expect(withCoverage(page.replace(" | steps, ", " | "))).toBe(page);
  expect(() => withCoverage("a page without the marks")).toThrow(PAGE);
});

test("the help's list is what it writes, and is shown", async () => {
  expect(readFileSync(new URL(`../../${LIST}`, import.meta.url), "utf8")).toBe(list());
  const { out, code } = await inProcess(["import", "--help"]);
  expect(code).toBe(0);
  expect(fileKinds.length + tableMakers.length).toBeGreaterThan(20);
  for (const name of [...fileKinds, ...tableMakers]) expect(out).toContain(name);
});

test("every metric that a device can measure is given by some file", () => {
  // Days that name the registry's own metrics give any of them.
  const made = coverage().filter(([, metrics]) => metrics.length < builtIn.rows.metrics.length);
  const given = new Set(made.flatMap(([, metrics]) => metrics));
  expect(made.length).toBe(coverage().length - 1);
  const operators = ["visits", "classes", "support_contacts", "app_opens", "satisfaction"];
  const missing = builtIn.rows.metrics.map(({ id }) => id).filter((id) => !given.has(id));
  expect(missing).toEqual(operators);
  expect(coverage().length).toBeGreaterThan(readers.length);
});
