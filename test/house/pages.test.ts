// The pages that readers have: every block is of a kind that is checked, every link leads to something the package holds, and
// every file that a page, a help text or a hint names is there too.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { fencesOf, tags } from "../../scripts/readme/fences.mjs";
import { top, writtenFiles } from "./files.ts";

const packed = new Set(
  (
    JSON.parse(
      spawnSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], { cwd: top, encoding: "utf8" }).stdout,
    ) as { files: { path: string }[] }[]
  )[0]?.files.map(({ path }) => path),
);
const pages = [...packed].filter((path) => path.endsWith(".md")).sort();
const read = (path: string) => readFileSync(join(top, path), "utf8");

/** Targets of relative links, from the top of the package. */
function linksOf(path: string, text: string): readonly string[] {
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target)
    .filter((target) => !/^(?:[a-z]+:|#)/.test(target))
    .map((target) => posix.join(dirname(path), target.split("#")[0] ?? ""));
}

const there = (path: string) => packed.has(path) || [...packed].some((file) => file.startsWith(`${path}/`));

test("the package holds its pages, the examples, and no source or test", () => {
  expect(pages).toEqual(
    expect.arrayContaining(["README.md", "SECURITY.md", "docs/asking.md", "docs/configuration.md", "docs/errors.md"]),
  );
  expect(packed).toContain("examples/embed.mjs");
  expect([...packed].filter((path) => /^(?:test|scripts|bench)\/.*\.(?:ts|mjs)$/.test(path))).toEqual([]);
  expect([...packed].filter((path) => /^src\/.*\.ts$/.test(path))).toEqual([]);
});

describe.each(pages)("%s", (path) => {
  const text = read(path);

  test("links lead somewhere inside the package", () => {
    expect(linksOf(path, text).filter((target) => !there(target))).toEqual([]);
  });

  test("blocks have a tag that says what is done with them", () => {
    expect(fencesOf(text).filter(({ tag }) => !(tags as readonly string[]).includes(tag))).toEqual([]);
    for (const fence of fencesOf(text)) if (fence.tag === "json") expect(() => JSON.parse(fence.text)).not.toThrow();
  });
});

test("commands that run stand in pages that are run", () => {
  const run = [
    "README.md",
    "docs/embedding.md",
    "docs/asking.md",
    "docs/importing.md",
    "docs/verifying.md",
    "docs/researching.md",
  ].concat(["docs/testing.md", "docs/client.md", "docs/training.md", "docs/models.md", "docs/simulating.md"]);
  // test/e2e/two-organisations.test.ts and tests of test/long/examples run them.
  for (const example of ["two-organisations", "one-coordinator", "retention-helper"])
    run.push(`examples/${example}/README.md`);
  const others = pages.filter((path) => !run.includes(path) && !path.startsWith("bench/"));
  expect(others.filter((path) => fencesOf(read(path)).some(({ tag }) => tag === "sh" || tag === "ts"))).toEqual([]);
});

test("files that the command's words name are in the package", () => {
  const named = writtenFiles([".ts"])
    .filter((path) => path.startsWith("src/") || path.startsWith("bin/"))
    .flatMap((path) =>
      // In strings alone: comments are for those who have the sources.
      Array.from(read(path).matchAll(/["'`][^"'`\n]*?\b((?:docs|examples)\/[\w./-]+\.\w+)/g), ([, file = ""]) => file),
    );
  expect(named).toContain("docs/asking.md");
  expect([...new Set(named)].filter((file) => !packed.has(file))).toEqual([]);
});

test("what is planted is found", () => {
  expect(linksOf("docs/a.md", "[x](../src/nowhere.md#there) [y](https://x.test) [z](#here)")).toEqual([
    "src/nowhere.md",
  ]);
  expect(there("src/nowhere.md")).toBe(false);
  expect(fencesOf("```bash\nls\n```\n").filter(({ tag }) => !(tags as readonly string[]).includes(tag))).toHaveLength(
    1,
  );
  expect(existsSync(join(top, "README.md")) && statSync(join(top, "README.md")).isFile()).toBe(true);
});
