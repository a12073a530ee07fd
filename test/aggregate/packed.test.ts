// Byte strings that go to another thread in one array are the same byte strings.
import { expect, test } from "vitest";
import { packed, packedResults } from "../../src/aggregate/packed.ts";

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

test("of any number and length, those that are views of others too, in their order and in one array", () => {
  const larger = Uint8Array.from({ length: 40 }, (_, i) => i);
  for (const parts of [[], [bytes(0, 1)], [bytes(3, 1), bytes(0, 2), larger.subarray(5, 9), larger.subarray(5, 9)]]) {
    const sent = packed(parts);
    expect(sent.map((part) => [...part])).toEqual(parts.map((part) => [...part]));
    expect(new Set(sent.map(({ buffer }) => buffer)).size).toBe(parts.length === 0 ? 0 : 1);
    expect(sent[0]?.buffer.byteLength ?? 0).toBe(parts.reduce((sum, { length }) => sum + length, 0));
  }
  // Thousands, which is more than a call may have arguments.
  expect(packed(Array.from({ length: 200_000 }, (_, i) => bytes(1, i & 255))).at(-1)).toEqual(bytes(1, 199_999 & 255));
});

test("what is large is sent as it is", () => {
  const parts = [bytes(4 * 1024 * 1024, 1), bytes(1, 2)];
  expect(packed(parts)).toBe(parts);
  expect(packed([parts[0] as Uint8Array])).toEqual([parts[0]]);
});

test("results keep their names, their order and what is no byte string", () => {
  const results = [{ state: bytes(4, 1), message: bytes(2, 2) }, { error: "invalid_message" }, { error: 7 }];
  const sent = structuredClone(packedResults<object>([...results, { state: bytes(0, 0), message: bytes(1, 3) }]));
  expect(sent).toEqual([...results, { state: bytes(0, 0), message: bytes(1, 3) }]);
  expect(packedResults([])).toEqual([]);
});
