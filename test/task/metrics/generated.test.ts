// The table and everything that repeats it say the same.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generated } from "../../../scripts/metrics.mjs";
import { top } from "../../house/files.ts";

const files = generated();

test("five files are generated", () => {
  expect(Object.keys(files).sort()).toEqual([
    "docs/metrics.md",
    "docs/metrics.schema.json",
    "src/task/metrics/about.ts",
    "src/task/metrics/formulas.ts",
    "src/task/metrics/rows.ts",
  ]);
});

test.each(Object.entries(files))("%s is what `npm run metrics` writes", (path, text) => {
  expect(readFileSync(top + path, "utf8")).toBe(text);
});
