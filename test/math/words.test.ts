// Sums of vectors of words: WebAssembly and its twin in plain TypeScript against integers of any size.
import { describe, expect, test } from "vitest";
import { plainAddWords, wordAdder } from "../../src/math/wasm/words.ts";
import { bytesOf, widths } from "../../src/math/words.ts";
import { nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";

const wasm = wordAdder(nodeWasm);
const adders = { wasm, typescript: plainAddWords, "no WebAssembly": wordAdder({ instantiate: () => undefined }) };

test("where WebAssembly is, it is used", () => {
  expect(wasm).not.toBe(plainAddWords);
  expect(adders["no WebAssembly"]).toBe(plainAddWords);
});

/** Word by word, as integers. */
function expected(width: number, vectors: readonly Uint8Array[]): Uint8Array {
  const size = width / 8;
  const out = new Uint8Array(vectors[0]?.length ?? 0);
  for (let at = 0; at < out.length; at += size) {
    let sum = 0n;
    for (const vector of vectors)
      for (let k = size - 1, shift = BigInt(8 * k); k >= 0; k--, shift -= 8n)
        sum += BigInt(vector[at + k] as number) << shift;
    for (let k = 0; k < size; k++) out[at + k] = Number((sum >> BigInt(8 * k)) & 255n);
  }
  return out;
}

describe.each(Object.entries(adders))("%s", (_, addWords) => {
  test.each(widths)("adds words of %i bits, whatever their number and where they begin", (width) => {
    for (const length of [0, 1, 2, 3, 4, 5, 15, 16, 17, 63, 1000]) {
      const bytes = bytesOf(length, width);
      // carries through every byte, and vectors that begin at an odd address
      const ones = new Uint8Array(bytes).fill(255);
      const odd = nodeEntropy.bytes(bytes + 1).subarray(1);
      const vectors = [ones, ones, odd, nodeEntropy.bytes(bytes)];
      const to = nodeEntropy.bytes(bytes);
      const sum = expected(width, [to, ...vectors]);
      addWords(width, to, vectors);
      expect(to).toEqual(sum);
      addWords(width, to, []);
      expect(to).toEqual(sum);
    }
  });

  test("refuses vectors of other lengths, and parts of words", () => {
    const refused = expect.objectContaining({ code: "internal" });
    expect(() => addWords(32, new Uint8Array(8), [new Uint8Array(4)])).toThrow(refused);
    expect(() => addWords(32, new Uint8Array(6), [new Uint8Array(6)])).toThrow(refused);
  });
});

test.each(widths)("%i bits, over several pieces of the memory: the same bytes", (width) => {
  const bytes = bytesOf(2 ** 17 + 3, width) + 2 ** 18;
  const vectors = [1, 2, 3].map(() => nodeEntropy.bytes(bytes));
  const [a, b] = [new Uint8Array(bytes).fill(7), new Uint8Array(bytes).fill(7)];
  wasm(width, a, vectors);
  plainAddWords(width, b, vectors);
  expect(Buffer.compare(a, b)).toBe(0);
});
