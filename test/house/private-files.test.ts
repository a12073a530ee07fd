// Whatever the product writes to disk is its owner's alone: each call that can make a file says so.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { top, writtenFiles } from "./files.ts";

const MAKES =
  /\b(writeFileSync|writeFile|appendFileSync|appendFile|createWriteStream|openSync|mkdirSync|copyFileSync)\(/g;

/** The text of the call that begins at `from`, to its closing bracket. */
function callAt(code: string, from: number): string {
  let depth = 0;
  for (let i = code.indexOf("(", from); i < code.length; i++) {
    if (code[i] === "(") depth += 1;
    else if (code[i] === ")" && --depth === 0) return code.slice(from, i + 1);
  }
  return code.slice(from);
}

/** What writes the package's own page for a static host: it holds nothing of anybody, and a web server reads it. */
const WRITES_A_PAGE = "src/cli/playground/files.ts";

const shared = (code: string, path = ""): string[] =>
  [...code.matchAll(MAKES)]
    .map((match) => callAt(code, match.index))
    .filter((call) => !(path === WRITES_A_PAGE && call.includes("publicMode")))
    // What must be there already is not made.
    .filter((call) => !call.includes("privateMode") && !/^openSync\(.*, "r\+?"\)$/s.test(call));

test("no file is made without the mode for its owner alone", () => {
  const paths = writtenFiles([".ts"]).filter((path) => path.startsWith("src/"));
  expect(paths.length).toBeGreaterThan(100);
  expect(
    paths.flatMap((path) => shared(readFileSync(top + path, "utf8"), path).map((call) => `${path}: ${call}`)),
  ).toEqual([]);
});

test("a file that others could read is found", () => {
  expect(shared('writeFileSync(join(a, "x"), text);')).toHaveLength(1);
  expect(
    shared('createWriteStream(x); openSync(y, "w"); openSync(dirname(z), "r"); openSync(tail(y), "r+")'),
  ).toHaveLength(2);
  expect(shared("writeFileSync(x, y, { mode: privateMode });")).toEqual([]);
});
