// The one interface the proof system is written against. Engines (plain TypeScript and WebAssembly) differ only in what a
// vector is made of. Elementwise operations take a start and a step, so rows, columns and single elements need no copy; the
// coarse ones do the work of many in one call. Vectors hold what they are given: overlapping ranges only where said so.
import type { Sponge } from "../turboshake/sponge.ts";

declare const opaque: unique symbol;

/** A row of field elements in the engine's own layout. Only the field that made it may look inside. */
export type FieldVector = { readonly [opaque]: "FieldVector" };

/**
 * out[o + k*os] = a[i + k*as] (op) b[j + k*bs] for k < count. `out` may be `a` or `b` at the same positions; a step of 0
 * repeats one element.
 */
export type Elementwise = (
  count: number,
  out: FieldVector,
  o: number,
  os: number,
  a: FieldVector,
  i: number,
  as: number,
  b: FieldVector,
  j: number,
  bs: number,
) => void;

/** out[o] = the sum over k < count of a[i + k*as] * b[j + k*bs], out[o] being none of these. */
export type DotProduct = (
  count: number,
  out: FieldVector,
  o: number,
  a: FieldVector,
  i: number,
  as: number,
  b: FieldVector,
  j: number,
  bs: number,
) => void;

/** out[o + k*os] = a[i + k*as] for k < count. */
export type Copy = (
  count: number,
  out: FieldVector,
  o: number,
  os: number,
  a: FieldVector,
  i: number,
  as: number,
) => void;

/** A matrix whose rows are points (or coefficients) and whose columns are polynomials, transformed in place. */
export interface Transform {
  /** Values at 1, w, w^2, … in natural order -> coefficients times the number of rows, row i holding coefficient bitReverse(i). */
  inverse(v: FieldVector): void;
  /** Coefficients in bit-reversed row order -> values at 1, w, w^2, … in natural order. */
  forward(v: FieldVector): void;
}

/** Evaluates polynomials given by their values at the roots of unity of one order. */
export interface Basis {
  /** Writes one weight a root to `out`: a polynomial's value at t[at] is the dot product of its values with them. */
  weights(out: FieldVector, t: FieldVector, at: number): void;
}

/** Bits under test in chunks, `calls` of them, the last one padded with zeros up to `chunk` (VDAF section 7.4.3). */
export interface BitChunks {
  readonly calls: number;
  readonly chunk: number;
  /** More than (calls - 1) * chunk, at most calls * chunk. */
  readonly length: number;
}

export interface Field {
  readonly name: "Field64" | "Field128";
  /** Bytes of one encoded element. */
  readonly encodedSize: 8 | 16;
  readonly modulus: bigint;
  /** Generates the multiplicative subgroup of order 2^`rootOrderLog2`. */
  readonly generator: bigint;
  readonly rootOrderLog2: number;

  /** `length` zeros. */
  newVector(length: number): FieldVector;
  lengthOf(v: FieldVector): number;

  readonly add: Elementwise;
  readonly sub: Elementwise;
  readonly mul: Elementwise;
  readonly dot: DotProduct;
  readonly copy: Copy;

  /** Canonical little-endian bytes of `count` elements from `i`, written to `out` at byte `at`. */
  encodeInto(out: Uint8Array, at: number, v: FieldVector, i: number, count: number): void;
  /**
   * Reads `count` elements from byte `at` of `bytes` into `out` from element `o`.
   * @returns false when an element is not below the modulus; what was written is then meaningless
   */
  decodeInto(out: FieldVector, o: number, bytes: Uint8Array, at: number, count: number): boolean;
  /** out[o + k] = values[k], integers below 256. */
  fromSmall(out: FieldVector, o: number, values: Uint8Array): void;
  /** Whether v[i] … v[i + count - 1] are all zero. */
  isZero(v: FieldVector, i: number, count: number): boolean;

  /** The next `count` elements of the sponge's output by rejection sampling (VDAF section 6.2; both moduli fill their bytes: no mask). */
  sample(sponge: Sponge, out: FieldVector, o: number, count: number): void;
  /** Samples from `source`, and `sink` absorbs the elements' encoding: faster together than one after the other. */
  sampleAndAbsorb(source: Sponge, sink: Sponge, out: FieldVector, o: number, count: number): void;
  /** Absorbs the canonical encoding of `count` elements from `i`. */
  absorbInto(sponge: Sponge, v: FieldVector, i: number, count: number): void;

  /** out[o] = v[i] + v[i + step] + …, `count` summands. */
  sum(count: number, out: FieldVector, o: number, v: FieldVector, i: number, step: number): void;
  /** out[o + r*columns + c] = a[i + r*columns + c] * factors[f + r]. `out` may be `a` at the same positions. */
  scaleRows(
    rows: number,
    columns: number,
    out: FieldVector,
    o: number,
    a: FieldVector,
    i: number,
    factors: FieldVector,
    f: number,
  ): void;
  /** out[o + c] = the sum over r < rows of weights[w + r] * matrix[m + r*columns + c]. */
  combineRows(
    rows: number,
    columns: number,
    out: FieldVector,
    o: number,
    weights: FieldVector,
    w: number,
    matrix: FieldVector,
    m: number,
  ): void;
  /** out[o + r*os] = the sum over k < pairs of row[2k] * row[2k + 1], row r starting at matrix[m + r*2*pairs]. */
  pairProducts(
    rows: number,
    pairs: number,
    out: FieldVector,
    o: number,
    os: number,
    matrix: FieldVector,
    m: number,
  ): void;
  /**
   * The wires of the bit checks: row `call` of `wires` from `w`, 2*chunk elements, holds the pairs r^(k+1) * x and x - s for
   * the chunk's bits x = bits[i + call*chunk + k], where r = rand[j + call] and s = share[0].
   */
  bitWires(
    chunks: BitChunks,
    wires: FieldVector,
    w: number,
    bits: FieldVector,
    i: number,
    rand: FieldVector,
    j: number,
    share: FieldVector,
  ): void;
  newTransform(rows: number, columns: number): Transform;
  /**
   * Where an engine has one of its own; ntt/lagrange.ts is anybody's, and no device needs one.
   * @param size a power of two: polynomials of degree below it, known at all size-th roots of unity
   */
  newLagrangeBasis?(size: number): Basis;
}

/** What making a proof takes of a field; the rest is for whoever checks one. */
export type ProverField = Omit<Field, "isZero" | "absorbInto" | "sum" | "combineRows" | "newLagrangeBasis">;

/** What an engine in plain TypeScript has to bring; `proving.ts` and `coarse.ts` make the rest of it. */
export type FieldKernel = Pick<
  Field,
  | "name"
  | "encodedSize"
  | "modulus"
  | "generator"
  | "rootOrderLog2"
  | "newVector"
  | "lengthOf"
  | "add"
  | "sub"
  | "mul"
  | "dot"
  | "copy"
  | "encodeInto"
  | "decodeInto"
>;
