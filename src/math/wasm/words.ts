// Sums of masked vectors in WebAssembly, for those who sum many of them: four to eight words an instruction, and 64 bits as cheap as
// 32. The plain TypeScript `accumulate` is its twin.
import { invariant } from "../../base/errors.ts";
import type { WasmHost } from "../../ports/wasm.ts";
import { accumulate, type Width } from "../words.ts";
import { WasmMemory } from "./memory.ts";

/** `to` += each of `vectors`, modulo 2^width; all of one length, a whole number of words, little-endian. */
export type AddWords = (width: Width, to: Uint8Array, vectors: readonly Uint8Array[]) => void;

/** Bytes of a sum that stay in the memory while every vector's part is added to them: what a processor keeps at hand. */
const PIECE_BYTES = 2 ** 17;

export const plainAddWords: AddWords = (width, to, vectors) => {
  for (const vector of vectors) accumulate(width, to, vector);
};

/** With a small memory of its own; plain TypeScript where the host has no WebAssembly. */
export function wordAdder(host?: WasmHost): AddWords {
  const memory = host === undefined ? undefined : WasmMemory.of(host);
  if (memory === undefined) return plainAddWords;
  const [sum, part] = [memory.allocate(PIECE_BYTES), memory.allocate(PIECE_BYTES)];
  const { bytes, kernels } = memory;
  return (width, to, vectors) => {
    for (const { length } of vectors)
      invariant(length === to.length && length % (width / 8) === 0, "vectors of one length");
    for (let at = 0; at < to.length; at += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, to.length - at);
      bytes.set(to.subarray(at, at + length), sum);
      for (const vector of vectors) {
        bytes.set(vector.subarray(at, at + length), part);
        kernels.addWords(width, length, sum, part);
      }
      to.set(bytes.subarray(sum, sum + length), at);
    }
  };
}
