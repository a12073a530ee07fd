import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { parseJson } from "../../src/base/json.ts";

const refusal = (text: string): string => {
  try {
    parseJson(text, "the text");
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_message" });
    return (error as Error).message;
  }
  throw new Error(`${text} was read`);
};

test("reads what JSON.parse reads, wherever a canonical form exists", () => {
  let exact = 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      let canonical: string;
      try {
        canonical = canonicalJson(value as Json);
      } catch {
        expect(refusal(text)).toContain("2^53");
        return;
      }
      exact += 1;
      expect(parseJson(text, "the text")).toEqual(JSON.parse(text));
      expect(canonicalJson(parseJson(canonical, "the text") as Json)).toBe(canonical);
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(exact).toBeGreaterThan(300);
});

describe("one key twice", () => {
  test.each([
    ['{"a":1,"a":1}', "a"],
    ['{"x":[{"a":1,"b":{"a":2},"a":3}]}', "a"],
    ['{"a":1,"\\u0061":2}', "a"],
    ['{"a\\"":1,"a\\u0022":2}', 'a\\"'],
    ['{"" : 1, ""\n:2}', ""],
    ['{"__proto__":1,"__proto__":2}', "__proto__"],
    ['{"a":{},"b":[],"a":0}', "a"],
  ])("%s", (text, key) => {
    expect(refusal(text)).toBe(
      `the text is JSON that others may read otherwise: the key "${key}" occurs twice in one object`,
    );
  });

  test("is found wherever it is put", () => {
    const object = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), {
      minKeys: 1,
      maxKeys: 5,
    });
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`);
        const again = [...members, members[at % members.length]].join();
        expect(() => parseJson(`[{${again}}]`, "the text")).toThrow();
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test.each([
    '{"a":{"a":{"a":[]}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":["a","a"]}',
    '{"a":"\\"b\\":1","b":"{\\"b\\":"}',
    '{"a":"\\\\","b":":"}',
    '{"a":1,"A":2,"\u00e1":3,"a\u0301":4}',
  ])("%s has none", (text) => {
    expect(parseJson(text, "the text")).toEqual(JSON.parse(text));
  });
});

test.each(["1e999", "-1e400", "9007199254740993", "[1,-9007199254740992]", '{"a":1e21}', "1e300"])(
  "%s is not read the same by everyone",
  (text) => {
    expect(refusal(text)).toContain("beyond 2^53 - 1");
  },
);
test.each(["9007199254740991", "0.12345678901234567890", "1e-400", '"9007199254740993"', '{"9007199254740993":1}'])(
  "%s is",
  (text) => {
    expect(parseJson(text, "the text")).toEqual(JSON.parse(text));
  },
);

test("nesting is bounded, and so is the time for a body full of brackets, quotes or digits", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(parseJson(nested(64), "the text")).toBeDefined();
  expect(refusal(nested(65))).toContain("nested deeper than 64");
  expect(refusal(nested(500_000))).toContain("nested deeper");
  expect(refusal(`{"a":`.repeat(65) + 1 + "}".repeat(65))).toContain("nested deeper");
  expect(refusal("[".repeat(1e6))).toContain("nested deeper");
  expect(refusal('["]]'.repeat(1e5))).toContain("is not JSON");
  expect(parseJson(`["${"[{".repeat(100)}\\"${"[{".repeat(100)}"]`, "the text")).toHaveLength(1);
  for (const text of ['"'.repeat(1e6), '"\\'.repeat(5e5), `"${'\\"'.repeat(5e5)}`])
    expect(refusal(text)).toContain("is not JSON");
  expect(refusal("1".repeat(1e6))).toContain("beyond");
  expect(parseJson(`"${"\\\\".repeat(5e5)}"`, "the text")).toHaveLength(5e5);
});

test("what does not parse is told by its place, without a word of it", () => {
  expect(refusal('{"token":\n  secret}')).toMatch(/^the text is not JSON( \(line 2 column 3\))?$/);
  expect(refusal("")).toBe("the text is not JSON");
  expect(() => parseJson("{", "the manifest", "manifest_refused")).toThrow(
    expect.objectContaining({ code: "manifest_refused", message: expect.stringContaining("the manifest is not JSON") }),
  );
});

/**
 * Text that this project wrote for itself: the package's own manifest, rows and marks of one's own, a child's ready line, a page's
 * block of data. And
 * the signed task of paceline/report, which is compared with its only form, and a page of signed envelopes, of which one that
 * is deep or odd must not hide the others.
 */
const ownText = [
  "src/base/json.ts",
  "src/cli/local/services.ts",
  "src/cli/version.ts",
  "src/client/register.ts",
  "src/client/state.ts",
  "src/coordinator/analyst.ts",
  "src/coordinator/bundle.ts",
  "src/coordinator/register.ts",
  "src/figures/page/slider-script.ts",
  "src/release/chain.ts",
  "src/release/high-water.ts",
  "src/release/verify.ts",
  "src/report/signed-task.ts",
];

test("no source reads JSON from outside another way", () => {
  const top = new URL("../../", import.meta.url).pathname;
  const files = readdirSync(`${top}src`, { recursive: true, encoding: "utf8" }).map((file) => `src/${file}`);
  const readers = files
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => readFileSync(`${top}${file}`, "utf8").includes("JSON.parse("));
  expect(readers.filter((file) => !ownText.includes(file))).toEqual([]);
});

test("text is read whatever escapes it has, and however many", () => {
  const long = JSON.stringify("\n".repeat(4_000_000));
  expect((parseJson(long, "it") as string).length).toBe(4_000_000);
  const read = (text: string) => parseJson(text, "it");
  expect(read(String.raw`{"a\\":1,"a":"\\","b\"":{"a":[2,"\\\""]}}`)).toEqual({
    ...{ "a\\": 1, a: "\\", 'b"': { a: [2, '\\"'] } },
  });
  for (const twice of [String.raw`{"a\"b":1,"a\u0022b":2}`, String.raw`{"\\":1,"b":"\\","\u005c":2}`])
    expect(() => read(twice)).toThrow("occurs twice");
});
