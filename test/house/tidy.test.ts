// House style that no linter knows. A file or function that has to be longer gets a row in a ratchet, with its length
// as the limit: it may shrink (and the row with it), never grow.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { top, writtenFiles } from "./files.ts";
import { functionLengths } from "./functions.ts";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 100;

/** path → lines */
const longFiles: Readonly<Record<string, number>> = {};
/** "path name" → lines */
const longFunctions: Readonly<Record<string, number>> = {};

// In pieces, so that this file does not hold them.
const BANNED = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`);
const LEFT_OVER = /\b(?:test|it|describe|suite)\.(?:only|todo)\s*\(|^\s*debugger;/m;

const code = writtenFiles([".ts", ".tsx", ".mjs", ".js"]);
// Each once, as they are when this begins: another process may build or check out here meanwhile.
const texts = new Map<string, string>();
const read = (path: string): string => {
  const text = texts.get(path) ?? readFileSync(top + path, "utf8");
  texts.set(path, text);
  return text;
};
code.forEach(read);
const linesOf = (text: string) => text.trimEnd().split("\n").length;

/** What is longer than its limit, and ratchet rows that are looser than they need to be. */
function overLimit(lengths: ReadonlyMap<string, number>, limit: number, ratchet: Readonly<Record<string, number>>) {
  const tooLong = [...lengths].filter(([name, lines]) => lines > (ratchet[name] ?? limit));
  const loose = Object.entries(ratchet).filter(([name, lines]) => (lengths.get(name) ?? 0) < lines);
  return [
    ...tooLong.map(([name, lines]) => `${name}: ${lines} lines, the limit is ${ratchet[name] ?? limit}`),
    ...loose.map(([name, lines]) => `${name}: no longer ${lines} lines; lower its row in test/house/tidy.test.ts`),
  ];
}

describe("the measures themselves", () => {
  test("a ratchet lets a file shrink and not grow, and wants to be lowered", () => {
    const ratchet = { "a.ts": 12 };
    expect(overLimit(new Map([["a.ts", 12]]), 10, ratchet)).toEqual([]);
    expect(overLimit(new Map([["a.ts", 13]]), 10, ratchet)).toEqual(["a.ts: 13 lines, the limit is 12"]);
    expect(overLimit(new Map([["a.ts", 11]]), 10, ratchet)).toHaveLength(1);
    expect(overLimit(new Map([["b.ts", 11]]), 10, {})).toEqual(["b.ts: 11 lines, the limit is 10"]);
  });

  test("functions of every form are measured", () => {
    const text =
      "function f() {\n}\nconst g = () => {\n\n};\nclass C {\n  m() { return 1; }\n}\ndeclare function h(): void;\n";
    expect(functionLengths("x.ts", text)).toEqual([
      { name: "f", lines: 2 },
      { name: "g", lines: 3 },
      { name: "m", lines: 1 },
    ]);
  });

  test("the patterns find what they look for", () => {
    expect(`// ${"TO" + "DO"} later`).toMatch(BANNED);
    expect(`describe${".only"}("x", () => {})`).toMatch(LEFT_OVER);
  });

  test("there are files to measure", () => {
    expect(code).toContain("src/base/bytes.ts");
    expect(code).toContain("test/house/tidy.test.ts");
  });
});

test(`files have at most ${FILE_LINES_MAX} lines`, () => {
  expect(overLimit(new Map(code.map((path) => [path, linesOf(read(path))])), FILE_LINES_MAX, longFiles)).toEqual([]);
});

test(`functions have at most ${FUNCTION_LINES_MAX} lines`, () => {
  // In test/ a function is often a whole chapter of tests.
  // A file that is no longer than a function may be has none that is: parsing it would take most of the time.
  const rows = new Set(Object.keys(longFunctions).map((name) => name.split(" ")[0]));
  const measured = code.filter(
    (path) => !path.startsWith("test/") && (rows.has(path) || linesOf(read(path)) > FUNCTION_LINES_MAX),
  );
  const lengths = measured.flatMap((path) =>
    functionLengths(path, read(path)).map(({ name, lines }) => [`${path} ${name}`, lines] as const),
  );
  expect(overLimit(new Map(lengths), FUNCTION_LINES_MAX, longFunctions)).toEqual([]);
}, 240_000);

test("nothing is left for later, switched off or left over", () => {
  const all = [...code, ...writtenFiles([".md", ".json", ".yml", ".grit", ".html", ".css"])];
  const found = all.filter((path) => BANNED.test(read(path)) || (code.includes(path) && LEFT_OVER.test(read(path))));
  expect(found).toEqual([]);
});
