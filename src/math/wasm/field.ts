// A field on the WebAssembly kernels. A vector is an address and a length in the engine's memory; every operation checks
// whose vectors it is given and that it stays inside them, because the kernels do not.
import { invariant } from "../../base/errors.ts";
import type { Basis, Elementwise, Field, FieldKernel, FieldVector, Transform } from "../field/field.ts";
import { fromBigInts } from "../field/modular.ts";
import type { FieldParameters } from "../field/parameters.ts";
import { lagrangeConstants } from "../ntt/lagrange.ts";
import { transformFactors } from "../ntt/ntt.ts";
import type { Sponge } from "../turboshake/sponge.ts";
import { copyBytes, type WasmMemory } from "./memory.ts";
import { STATE_SIZE, type WasmSponge } from "./sponge.ts";

class WasmVector {
  readonly owner: object;
  readonly address: number;
  readonly length: number;

  constructor(owner: object, address: number, length: number) {
    this.owner = owner;
    this.address = address;
    this.length = length;
  }
}

/** One field's part of an engine's memory. */
interface Region extends FieldParameters {
  readonly memory: WasmMemory;
  /** Of this memory. */
  readonly sponges: readonly WasmSponge[];
  /** The kernels' name for the field. */
  readonly wide: 0 | 1;
  newVector(length: number): FieldVector;
  /** The address of element `start`, when `count` elements `step` apart lie inside the vector. */
  place(vector: FieldVector, start: number, count: number, step: number): number;
}

function newRegion(like: FieldParameters, memory: WasmMemory, sponges: readonly WasmSponge[]): Region {
  const { name, encodedSize, modulus, generator, rootOrderLog2 } = like;
  const owner = {};
  return {
    name,
    encodedSize,
    modulus,
    generator,
    rootOrderLog2,
    memory,
    sponges,
    wide: encodedSize === 16 ? 1 : 0,
    newVector: (length) =>
      new WasmVector(owner, memory.allocate(length * encodedSize), length) as unknown as FieldVector,
    place: (vector, start, count, step) => {
      const v = vector as unknown as WasmVector;
      invariant(v.owner === owner, "a vector of another engine or field");
      // Written so that NaN is refused too. A negative step could leave the vector at its other end.
      const inside = start >= 0 && step >= 0 && start + (count - 1) * step < v.length;
      invariant(count === 0 || inside, "elements outside their vector");
      return v.address + start * encodedSize;
    },
  };
}

/** The operations a plain TypeScript engine brings as well. */
function elementwise({ memory, wide, encodedSize: size, place }: Region) {
  const { kernels } = memory;
  const each =
    (kernel: typeof kernels.add): Elementwise =>
    (count, out, o, os, a, i, as, b, j, bs) => {
      const at = place(out, o, count, os);
      kernel(wide, count, at, os * size, place(a, i, count, as), as * size, place(b, j, count, bs), bs * size);
    };
  return {
    lengthOf: (v: FieldVector) => (v as unknown as WasmVector).length,
    add: each(kernels.add),
    sub: each(kernels.sub),
    mul: each(kernels.mul),
    dot: (count, out, o, a, i, as, b, j, bs) => {
      const at = place(out, o, 1, 0);
      kernels.dot(wide, count, at, place(a, i, count, as), as * size, place(b, j, count, bs), bs * size);
    },
    copy: (count, out, o, os, a, i, as) =>
      kernels.copy(wide, count, place(out, o, count, os), os * size, place(a, i, count, as), as * size),
    encodeInto: (out, at, v, i, count) => {
      const from = place(v, i, count, 1);
      kernels.reduce(wide, count, from);
      copyBytes(out, at, memory.bytes, from, count * size);
    },
    decodeInto: (out, o, bytes, at, count) => {
      const to = place(out, o, count, 1);
      copyBytes(memory.bytes, to, bytes, at, count * size);
      return kernels.below(wide, count, to) === 1;
    },
  } satisfies Partial<Field>;
}

/** What concerns small integers, zero, and the sponge. */
function conversions({ memory, sponges, wide, encodedSize: size, place }: Region) {
  const { kernels } = memory;
  const copies = memory.allocate(2 * STATE_SIZE);
  const own = (sponge: Sponge): WasmSponge => {
    invariant(sponges.includes(sponge as WasmSponge), "a sponge of another engine");
    return sponge as WasmSponge;
  };
  return {
    fromSmall: (out, o, values) => {
      const to = place(out, o, values.length, 1);
      const { bytes } = memory;
      bytes.fill(0, to, to + values.length * size);
      for (let k = 0; k < values.length; k++) bytes[to + k * size] = values[k] as number;
    },
    isZero: (v, i, count) => kernels.reduce(wide, count, place(v, i, count, 1)) === 1,
    sample: (sponge, out, o, count) => own(sponge).sampleTo(wide, place(out, o, count, 1), count),
    sampleAndAbsorb: (source, sink, out, o, count) =>
      own(source).sampleAndAbsorbTo(wide, place(out, o, count, 1), count, own(sink), copies),
    absorbInto: (sponge, v, i, count) => {
      const from = place(v, i, count, 1);
      kernels.reduce(wide, count, from);
      own(sponge).absorbFrom(from, count * size);
    },
  } satisfies Partial<Field>;
}

/** @param constants addresses of a zero and a one */
function coarse({ memory, wide, encodedSize: size, place }: Region, constants: { zero: number; one: number }) {
  const { kernels } = memory;
  return {
    sum: (count, out, o, v, i, step) =>
      kernels.dot(wide, count, place(out, o, 1, 0), place(v, i, count, step), step * size, constants.one, 0),
    scaleRows: (rows, columns, out, o, a, i, factors, f) => {
      const at = place(out, o, rows * columns, 1);
      kernels.scaleRows(wide, rows, columns, at, place(a, i, rows * columns, 1), place(factors, f, rows, 1));
    },
    combineRows: (rows, columns, out, o, weights, w, matrix, m) => {
      const at = place(out, o, columns, 1);
      kernels.combineRows(wide, rows, columns, at, place(weights, w, rows, 1), place(matrix, m, rows * columns, 1));
    },
    pairProducts: (rows, pairs, out, o, os, matrix, m) =>
      kernels.pairProducts(
        wide,
        rows,
        pairs,
        place(out, o, rows, os),
        os * size,
        place(matrix, m, 2 * rows * pairs, 1),
      ),
    bitWires: ({ calls, chunk, length }, wires, w, bits, i, rand, j, share) => {
      const at = place(wires, w, 2 * calls * chunk, 1);
      invariant(length > (calls - 1) * chunk && length <= calls * chunk, "bits that do not fill their chunks");
      const from = place(bits, i, length, 1);
      const r = place(rand, j, calls, 1);
      kernels.bitWires(wide, calls, chunk, length, at, from, r, place(share, 0, 1, 1), constants.zero);
    },
  } satisfies Partial<Field>;
}

function newTransform({ memory, wide, place }: Region, kernel: FieldKernel, rows: number, columns: number): Transform {
  const { kernels } = memory;
  const factors = transformFactors(kernel, rows);
  const forward = place(factors.forward, 0, rows, 1);
  const inverse = place(factors.inverse, 0, rows, 1);
  return {
    forward: (v) => kernels.forward(wide, rows, columns, place(v, 0, rows * columns, 1), forward),
    inverse: (v) => kernels.inverse(wide, rows, columns, place(v, 0, rows * columns, 1), inverse),
  };
}

function newLagrangeBasis({ memory, wide, newVector, place }: Region, kernel: FieldKernel, points: number): Basis {
  const { kernels } = memory;
  const constants = lagrangeConstants(kernel, points);
  const roots = place(constants.roots, 0, points, 1);
  const scale = place(constants.scale, 0, points, 1);
  const scratch = place(newVector(points + 1), 0, points + 1, 1);
  return {
    weights: (out, t, at) =>
      kernels.weights(wide, points, place(out, 0, points, 1), place(t, at, 1, 1), roots, scale, scratch),
  };
}

/** The field of `like`, in the memory of one engine. */
export function wasmField(like: FieldParameters, memory: WasmMemory, sponges: readonly WasmSponge[]): Field {
  const region = newRegion(like, memory, sponges);
  const { name, encodedSize, modulus, generator, rootOrderLog2, newVector, place } = region;
  const parameters = { name, encodedSize, modulus, generator, rootOrderLog2 };
  const kernel: FieldKernel = { ...parameters, newVector, ...elementwise(region) };
  const one = place(fromBigInts(kernel, [1n]), 0, 1, 1);
  const zero = place(newVector(1), 0, 1, 1);
  return {
    ...kernel,
    ...conversions(region),
    ...coarse(region, { zero, one }),
    newTransform: (rows, columns) => newTransform(region, kernel, rows, columns),
    newLagrangeBasis: (size) => newLagrangeBasis(region, kernel, size),
  };
}
