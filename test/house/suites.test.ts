// No suite is empty on a machine that lacks something, and no test passes there because it looked at nothing.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readersOfShared } from "../../scripts/shared-tests.mjs";
import { top, writtenFiles } from "./files.ts";
import { machineExports, suitesThatCanBeEmpty } from "./suites.ts";

const read = (path: string) => readFileSync(top + path, "utf8");
const readers = readersOfShared();
const known = new Map<string, ReadonlySet<string>>();
const exportsOf = (file: string): ReadonlySet<string> => {
  const names = known.get(file) ?? (readers.has(file) ? machineExports(file, read(file)) : new Set<string>());
  known.set(file, names);
  return names;
};

test("every suite has a test that is always there, or says when it is skipped", () => {
  const tests = writtenFiles([".ts"]).filter((path) => path.startsWith("test/"));
  expect(tests.length).toBeGreaterThan(100);
  expect(tests.flatMap((path) => suitesThatCanBeEmpty(path, read(path), exportsOf))).toEqual([]);
});

test("what reads the shared folder is found, and what imports that", () => {
  expect([...readers]).toEqual(
    expect.arrayContaining(["test/privacy/reference.ts", "test/privacy/distributions/noise-law.test.ts"]),
  );
  expect(readers.has("test/base/calendar.test.ts")).toBe(false);
  expect(exportsOf("test/privacy/reference.ts").has("referenceLaws")).toBe(true);
  expect(exportsOf("test/privacy/reference.ts").has("fraction")).toBe(false);
});

describe("planted", () => {
  const imports = 'import { referenceLaws } from "../privacy/reference.ts";\n';
  const found = (text: string) => suitesThatCanBeEmpty("test/a/b.test.ts", imports + text, exportsOf).length;
  // With a test of its own, so that the file is not what is found.
  const planted = (text: string) => found(`test("b", () => {});\n${text}`);

  test.each([
    ['describe("a", () => { for (const one of referenceLaws("x")) test(one, () => {}); });'],
    ['describe("a", () => { const all = referenceLaws("x"); test.each(all)("%s", () => {}); });'],
    ['describe("a", () => { referenceLaws("x").forEach((one) => test(one, () => {})); });'],
    ['const all = existsSync("x") ? [1] : [];\ndescribe("a", () => { test.each(all)("%s", () => {}); });'],
    ['describe("a", () => { if (process.env.X) test("b", () => {}); });'],
    ['describe("a", () => { beforeAll(() => {}); });'],
    ['describe("a", () => { all(); });\nfunction all() { for (const one of referenceLaws("x")) test(one, () => {}); }'],
    ['test("a", () => { const n = 1; for (const one of referenceLaws("x")) expect(one).toBe(n); });'],
  ])("%s is found", (text) => expect(planted(text)).toBe(1));

  test.each([
    ['describe.skipIf(!there)("a", () => { for (const one of referenceLaws("x")) test(one, () => {}); });'],
    ['describe("a", () => { test("b", () => {}); for (const one of referenceLaws("x")) test(one, () => {}); });'],
    ['describe("a", () => { for (const one of [1, 2]) test("b", () => {}); });'],
    ['const rows = Object.entries({ a: 1 });\ndescribe("a", () => { test.each(rows)("%s", () => {}); });'],
    ['test("a", () => { expect(1).toBe(1); for (const one of referenceLaws("x")) expect(one).toBe(1); });'],
    ['test.skipIf(!there)("a", () => { for (const one of referenceLaws("x")) expect(one).toBe(1); });'],
  ])("%s is let through", (text) => expect(planted(text)).toBe(0));

  test("a whole file can be empty too", () => {
    expect(found('for (const one of referenceLaws("x")) test(one, () => {});')).toBe(1);
  });
});
