import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonStream, type JsonValue } from "../../../src/records/scan/json.ts";

interface Read {
  readonly values: { readonly path: string; readonly value: JsonValue }[];
  readonly fault: string | undefined;
  readonly faults: number;
}

function read(text: string | Uint8Array, streams: readonly string[] = [], chunk = 1 << 16): Read {
  const values: { path: string; value: JsonValue }[] = [];
  const stream = new JsonStream({
    streams: (path) => streams.includes(path),
    value: (value, path) => void values.push({ path, value }),
  });
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += chunk) stream.push(bytes.slice(at, at + chunk));
  stream.end();
  return { values, fault: stream.fault, faults: stream.faults };
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("reads what JSON.parse reads, however the bytes arrive", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.object({ maxDepth: 4 }), fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 4 }))),
      fc.constantFrom(undefined, 1, "\t"),
      fc.integer({ min: 1, max: 40 }),
      (value, indent, chunk) => {
        const text = JSON.stringify(value, undefined, indent);
        const { values, faults } = read(text, [], chunk);
        expect(faults).toBe(0);
        expect(plain(values)).toEqual([{ path: "", value: JSON.parse(text) }]);
      },
    ),
    { numRuns: 400, seed: 1 },
  );
});

test("elements of long arrays are handed on one by one", () => {
  const { values } = read('{"a":{"b":[{"x":1},{"x":[2]}],"c":3},"d":[4]}', ["a.b"]);
  expect(plain(values)).toEqual([
    { path: "a.b", value: { x: 1 } },
    { path: "a.b", value: { x: [2] } },
    { path: "", value: { a: { b: [], c: 3 }, d: [4] } },
  ]);
});

test.each([
  ['{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  ['{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }]],
  ['{"a":1},\r\n{"a":2},', [{ a: 1 }, { a: 2 }]],
  ['\u001e{"a":1}\n\u001e{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  ['\ufeff[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
  ['[{"a":NaN,"b":-Infinity},]', [{ a: null, b: null }]],
  ['{"__proto__":{"x":1},"constructor":2}', [JSON.parse('{"__proto__":{"x":1},"constructor":2}')]],
  ['{"a":1,"a":2}', [{ a: 2 }]],
  ['{"a":"\\u00e9\\ud83d\\ude00\\/\\n\\"é😀"}', [{ a: 'é😀/\n"é😀' }]],
  ["", []],
])("%j", (text, values) => {
  const found = read(text);
  expect(found.faults).toBe(0);
  expect(plain(found.values.map(({ value }) => value))).toEqual(values);
});

describe("damage", () => {
  test.each([
    ['{"a":1}\n{"a":oops}\n{"a":3}\n', [{ a: 1 }, {}, { a: 3 }], "syntax"],
    ['[{"a":1},{"a":2', [{ a: 1 }], "truncated"],
    ['{"x":1,"list":[{"a":1},{"a":2', [{ x: 1, list: [{ a: 1 }] }], "truncated"],
    ['{"x":{"y":1,"z"', [{ x: { y: 1 } }], "truncated"],
    ['{"a":1}}\n{"a":2}', [{ a: 1 }, { a: 2 }], "syntax"],
    ['[{"a":1},\n{"a":2 "b":3},\n{"a":4}\n]', [{ a: 1 }, { a: 4 }], "syntax"],
    ["not JSON", [], "syntax"],
    ['{"a":1} 5 "x"', [{ a: 1 }], "syntax"],
    ['{"a":tru', [{}], "truncated"],
    ['{"a":12', [{}], "truncated"],
    ["{a:1}", [{}], "syntax"],
    ["[1 2]", [1], "syntax"],
  ])("%j", (text, values, fault) => {
    const found = read(text);
    expect(plain(found.values.map(({ value }) => value))).toEqual(values);
    expect(found.fault).toBe(fault);
  });

  test("whole records before the cut stand, wherever it is", () => {
    const text = JSON.stringify({ data: Array.from({ length: 5 }, (_, at) => ({ at, deep: { list: [at, "é"] } })) });
    const bytes = new TextEncoder().encode(text);
    for (let cut = 0; cut < bytes.length; cut++) {
      const { values, faults } = read(bytes.slice(0, cut), ["data"], 5);
      const records = values.filter(({ path }) => path === "data").map(({ value }) => value);
      expect(faults).toBe(cut === 0 ? 0 : 1);
      for (const [at, record] of records.entries()) expect(plain(record)).toEqual({ at, deep: { list: [at, "é"] } });
    }
  });

  test("nesting, lengths and what is held are bounded, and the work is linear", () => {
    expect(read("[".repeat(1e6)).fault).toBe("too_deep");
    expect(read(`{"a":`.repeat(1e5)).fault).toBe("too_deep");
    expect(read(`{"a":"${"x".repeat(3e6)}"}`).fault).toBe("too_large");
    expect(read(`{"a":[${"1,".repeat(1_100_000)}1]}`).fault).toBe("too_large");
    expect(read(`{"a":${"1".repeat(1e6)}}`).fault).toBe("syntax");
    expect(read(`[${'{"a":1},'.repeat(1_100_000)}{"a":1}]`).faults).toBe(0);
    for (const piece of ['"', "{", "}", "]", ",", ":", '"\\', "-", "\n{", '{"', "[1,"]) {
      const { values } = read(piece.repeat(300_000));
      expect(values.length).toBeLessThanOrEqual(300_000);
    }
  });
});

test("whatever comes, it ends, and the values are the same however the bytes arrive", () => {
  const noise = fc.array(
    fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      "a",
      "1",
      "-",
      ".",
      "e",
      "\n",
      " ",
      "true",
      "null",
      '"a":',
      "é",
      "\u0000",
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(noise, fc.integer({ min: 1, max: 9 }), (parts, chunk) => {
      expect(read(parts.join(""), ["a"], chunk)).toEqual(read(parts.join(""), ["a"]));
    }),
    { numRuns: 3000, seed: 2 },
  );
});
