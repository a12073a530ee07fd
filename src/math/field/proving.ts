// The coarse operations of whoever makes proofs, in plain TypeScript, made of a field's elementwise ones. What whoever checks
// them needs besides is in coarse.ts: a device carries none of it.
import { RowTransform } from "../ntt/ntt.ts";
import type { Sponge } from "../turboshake/sponge.ts";
import type { FieldKernel, FieldVector, ProverField } from "./field.ts";

/** Elements encoded at a time on the way to or from a sponge. */
export const PIECE = 256;

/** @param bytes scratch for PIECE encoded elements; the field's alone */
export function withProving<Kernel extends FieldKernel>(
  kernel: Kernel,
  bytes = new Uint8Array(PIECE * kernel.encodedSize),
): Kernel & ProverField {
  const { encodedSize, copy, sub, mul, dot, decodeInto } = kernel;
  const zero = kernel.newVector(1);

  const bitWires: ProverField["bitWires"] = ({ calls, chunk, length }, wires, w, bits, i, rand, j, share) => {
    const arity = 2 * chunk;
    for (let call = 0; call < calls; call++) {
      const row = w + call * arity;
      const from = call * chunk;
      const count = Math.min(chunk, length - from);
      copy(1, wires, row, 1, rand, j + call, 1);
      for (let k = 1; k < count; k++) mul(1, wires, row + 2 * k, 1, wires, row + 2 * (k - 1), 1, rand, j + call, 1);
      mul(count, wires, row, 2, wires, row, 2, bits, i + from, 1);
      sub(count, wires, row + 1, 2, bits, i + from, 1, share, 0, 0);
      copy(chunk - count, wires, row + 2 * count, 2, zero, 0, 0);
      sub(chunk - count, wires, row + 2 * count + 1, 2, zero, 0, 0, share, 0, 0);
    }
  };

  const draw = (source: Sponge, out: FieldVector, o: number, count: number, sink?: Sponge): void => {
    let kept = 0;
    while (kept < count) {
      const candidates = Math.min(PIECE, count - kept);
      const piece = bytes.subarray(0, candidates * encodedSize);
      source.squeezeInto(piece);
      if (decodeInto(out, o + kept, bytes, 0, candidates)) {
        sink?.absorb(piece);
        kept += candidates;
      } else
        for (let from = 0; from < piece.length; from += encodedSize)
          if (decodeInto(out, o + kept, bytes, from, 1)) {
            sink?.absorb(piece.subarray(from, from + encodedSize));
            kept++;
          }
    }
  };

  return {
    ...kernel,
    fromSmall: (out, o, values) => {
      for (let from = 0; from < values.length; from += PIECE) {
        const count = Math.min(PIECE, values.length - from);
        bytes.fill(0, 0, count * encodedSize);
        for (let k = 0; k < count; k++) bytes[k * encodedSize] = values[from + k] as number;
        decodeInto(out, o + from, bytes, 0, count);
      }
    },
    sample: (sponge, out, o, count) => draw(sponge, out, o, count),
    sampleAndAbsorb: (source, sink, out, o, count) => draw(source, out, o, count, sink),
    scaleRows: (rows, columns, out, o, a, i, factors, f) => {
      for (let r = 0; r < rows; r++) mul(columns, out, o + r * columns, 1, a, i + r * columns, 1, factors, f + r, 0);
    },
    pairProducts: (rows, pairs, out, o, os, matrix, m) => {
      for (let r = 0; r < rows; r++)
        dot(pairs, out, o + r * os, matrix, m + 2 * r * pairs, 2, matrix, m + 2 * r * pairs + 1, 2);
    },
    bitWires,
    newTransform: (rows, columns) => new RowTransform(kernel, rows, columns),
  };
}
