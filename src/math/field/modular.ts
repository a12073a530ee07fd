// BigInt arithmetic for public constants: roots of unity, inverses of small integers, range-check weights.
// Never for a share or a measurement: BigInt takes time that depends on the value.
import { invariant } from "../../base/errors.ts";
import type { FieldKernel, FieldVector } from "./field.ts";

/** Least non-negative residue. */
export function modulo(x: bigint, modulus: bigint): bigint {
  const rest = x % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** base^exponent mod modulus, exponent >= 0. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = modulo(base, modulus);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** 1/x modulo a prime. */
export function inverse(x: bigint, modulus: bigint): bigint {
  invariant(modulo(x, modulus) !== 0n, "inverse of zero");
  return power(x, modulus - 2n, modulus);
}

/** The principal `order`-th root of unity (VDAF section 6.1.2); `order` is a power of two. */
export function rootOfUnity(field: FieldKernel, order: number): bigint {
  const log2 = 31 - Math.clz32(order);
  invariant(order === 2 ** log2 && log2 <= field.rootOrderLog2, `${field.name} has no root of order ${order}`);
  return power(field.generator, 1n << BigInt(field.rootOrderLog2 - log2), field.modulus);
}

/** 1, x, x^2, … x^(count-1). */
export function powers(x: bigint, count: number, modulus: bigint): bigint[] {
  const out: bigint[] = [];
  let next = 1n;
  for (let i = 0; i < count; i++) {
    out.push(next);
    next = (next * x) % modulus;
  }
  return out;
}

/** A vector of public integers, reduced modulo p; negative ones count down from p. */
export function fromBigInts(field: FieldKernel, values: readonly bigint[]): FieldVector {
  const bytes = new Uint8Array(values.length * field.encodedSize);
  const words = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    let rest = modulo(value, field.modulus);
    for (let k = 0; k < field.encodedSize; k += 8) {
      // What is above these 64 bits is left to the next.
      words.setBigUint64(index * field.encodedSize + k, rest, true);
      rest >>= 64n;
    }
  });
  const out = field.newVector(values.length);
  field.decodeInto(out, 0, bytes, 0, values.length);
  return out;
}

/** The integers in [0, p) behind a public vector, such as an aggregate. */
export function toBigInts(field: FieldKernel, vector: FieldVector): bigint[] {
  const count = field.lengthOf(vector);
  const bytes = new Uint8Array(count * field.encodedSize);
  field.encodeInto(bytes, 0, vector, 0, count);
  const out: bigint[] = [];
  for (let index = 0; index < count; index++) {
    let value = 0n;
    for (let k = field.encodedSize - 1; k >= 0; k--)
      value = (value << 8n) | BigInt(bytes[index * field.encodedSize + k] as number);
    out.push(value);
  }
  return out;
}
