// The one interface the proof system is written against. Engines (plain TypeScript here, WebAssembly later) differ only
// in what a vector is made of; every operation takes a start and a step, so rows, columns and single elements need no copy.

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

/** out[o] = the sum over k < count of a[i + k*as] * b[j + k*bs]. */
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
}
