// Comments in a configuration: lines of their own, never a part of a string.
import { expect, test } from "vitest";
import { parseJson } from "../../../src/base/json.ts";
import { commented } from "../../../src/cli/init/commented.ts";
import { withoutComments } from "../../../src/cli/serve/comments.ts";

const read = (text: string) => parseJson(withoutComments(text), "it", "invalid_data");

test("whole lines are comments, at any depth, and the last comma of an object or a list may stay", () => {
  const text = '// head\n{\n  // of a\n  "a": [\n    1,\n    // 2,\n  ],\r\n\t// "b": 3,\n  "c": "d",\r\n}\n// tail';
  expect(read(text)).toEqual({ a: [1], c: "d" });
});

test.each([
  ["an address", '{"a": "https://x.example"}', { a: "https://x.example" }],
  [
    "two slashes after a line separator in a string",
    '{"a": "b\u2028// c",\n"d": "e\u2029  // f"}',
    {
      a: "b\u2028// c",
      d: "e\u2029  // f",
    },
  ],
  ["a comma before a bracket in a string", '{"a": ",  }", "b": ",]"}', { a: ",  }", b: ",]" }],
])("%s stays as it is", (_, text, value) => {
  expect(read(text)).toEqual(value);
});

test.each([
  ["a comment behind a field", '{"a": 1 // b\n}'],
  ["a comma before a bracket on its line", '{"a": 1,}'],
  ["two commas", '{"a": 1,,\n}'],
  ["a comma alone", "{,\n}"],
  ["the same field twice", '{"a": 1,\n// x\n"a": 2\n}'],
])("%s is refused", (_, text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: "invalid_data" }));
});

test("a fault keeps its line", () => {
  expect(() => read('// one\n// two\n{ "a": 1 "b" }')).toThrow("line 3");
});

test("what holds without a field is shown, and may be set by taking its slashes away", () => {
  const schema = {
    properties: {
      a: { type: "string", description: "The first." },
      b: { type: "integer", default: 7, description: "The second." },
      c: {
        type: "object",
        description: `The third, ${"at length ".repeat(20)}.`,
        properties: { d: { type: "number", minimum: 0.2 }, e: { enum: ["f", "g"] }, h: { type: "string" } },
        required: ["d", "h"],
      },
    },
  };
  const text = commented(schema, { a: 'quo"te' });
  expect(read(text)).toEqual({ a: 'quo"te' });
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(110);
  const all = text.replaceAll(/^( *)\/\/ (?=( *)["}])/gm, "$1");
  expect(read(all)).toEqual({ a: 'quo"te', b: 7, c: { d: 1, h: "…" } });
});
