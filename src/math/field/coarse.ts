// The coarse operations of the plain TypeScript engine, made of its elementwise ones: a prover's, and what checking proofs takes.
import type { Field, FieldKernel } from "./field.ts";
import { PIECE, withProving } from "./proving.ts";

export function withCoarse(kernel: FieldKernel): Field {
  const { encodedSize, copy, add, dot, encodeInto } = kernel;
  const bytes = new Uint8Array(PIECE * encodedSize);
  return {
    ...withProving(kernel, bytes),
    isZero: (v, i, count) => {
      let bits = 0;
      for (let from = 0; from < count; from += PIECE) {
        const length = Math.min(PIECE, count - from);
        encodeInto(bytes, 0, v, i + from, length);
        for (let k = 0; k < length * encodedSize; k++) bits |= bytes[k] as number;
      }
      return bits === 0;
    },
    absorbInto: (sponge, v, i, count) => {
      for (let from = 0; from < count; from += PIECE) {
        const length = Math.min(PIECE, count - from);
        encodeInto(bytes, 0, v, i + from, length);
        sponge.absorb(bytes.subarray(0, length * encodedSize));
      }
    },
    sum: (count, out, o, v, i, step) => {
      copy(1, out, o, 1, v, i, 1);
      for (let k = 1; k < count; k++) add(1, out, o, 1, out, o, 1, v, i + k * step, 1);
    },
    combineRows: (rows, columns, out, o, weights, w, matrix, m) => {
      for (let c = 0; c < columns; c++) dot(rows, out, o + c, weights, w, 1, matrix, m + c, columns);
    },
  };
}
