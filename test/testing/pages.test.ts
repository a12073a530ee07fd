// The programs that the pages show to app developers run as they stand.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { top } from "../house/files.ts";

/** Programs of a page, with the line that each begins at. */
function programsOf(page: string): readonly (readonly [place: string, program: string])[] {
  const text = readFileSync(top + page, "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((found) => {
    const line = text.slice(0, found.index).split("\n").length;
    return [`${page}:${line}`, found[1] as string];
  });
}

const programs = ["docs/testing.md", "docs/client.md"].flatMap(programsOf);

test("there are programs to run", () => expect(programs.length).toBeGreaterThan(0));

test.each(programs)("%s", (_, program) => {
  const output = execFileSync(
    process.execPath,
    ["--conditions=paceline-source", "--test-reporter=tap", "--input-type=module-typescript", "-e", program],
    { encoding: "utf8", cwd: top, stdio: ["ignore", "pipe", "pipe"] },
  );
  if (program.includes("node:test")) {
    expect(output).toContain("# fail 0");
    expect(output).not.toContain("# pass 0");
  }
});
