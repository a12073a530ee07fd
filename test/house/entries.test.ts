// What package.json publishes is what scripts/entries.mjs builds.
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { entries, packageExports } from "../../scripts/entries.mjs";
import { top, writtenFiles } from "./files.ts";

const manifest = JSON.parse(readFileSync(`${top}package.json`, "utf8")) as {
  exports: unknown;
  bin: Record<string, string>;
  scripts: Record<string, string>;
  dependencies?: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

test("package.json exports the public entries, in the table's words", () => {
  expect(manifest.exports).toEqual(packageExports);
});

test("every entry's source is there", () => {
  expect(entries.map(({ source }) => source).filter((source) => !existsSync(top + source))).toEqual([]);
});

test("every worker is an entry", () => {
  const workers = writtenFiles([".ts"]).filter((path) => path.startsWith("workers/"));
  expect(workers.filter((path) => !entries.some(({ source }) => source === path))).toEqual([]);
});

test("every file an npm script or the bin names is there", () => {
  const paths = Object.values(manifest.scripts).flatMap((script) => script.match(/[\w./-]+\.(?:mjs|ts|json)\b/g) ?? []);
  const named = [...paths, ...Object.values(manifest.bin)];
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(top + path))).toEqual([]);
});

test("every dependency is pinned to one version", () => {
  // What an app's client needs is bundled: an install that leaves out optional packages brings none (scripts/lean.mjs).
  expect(manifest.dependencies ?? {}).toEqual({});
  const { optionalDependencies, devDependencies } = manifest;
  const loose = Object.entries({ ...optionalDependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});
