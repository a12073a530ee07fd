// The values of a gadget polynomial that a proof leaves out. A proof holds the values at the first roots of unity, as many
// as the polynomial has coefficients; the gadget's outputs may lie further on when its degree is above 2.
import type { Field, FieldVector, Transform } from "../../math/field/field.ts";
import { fromBigInts, inverse, modulo, powers, rootOfUnity, toBigInts } from "../../math/field/modular.ts";
import { extensionWeights } from "../../math/ntt/lagrange.ts";
import { bitReversal } from "../../math/ntt/ntt.ts";

/** Up to here one dot product a missing value is the faster way. */
const FEW = 4;

/** Completes `values` from its first `known` elements, in place. */
export type Extension = (values: FieldVector) => void;

/** @param size a power of two, the order of the roots */
export function newExtension(field: Field, known: number, size: number): Extension {
  if (known === size) return () => undefined;
  if (size - known > FEW) return newTransformExtension(field, known, size);
  const weights = extensionWeights(field, known, size);
  return (values) => {
    for (let k = known; k < size; k++) field.dot(known, values, k, values, 0, 1, weights, (k - known) * known, 1);
  };
}

/**
 * With V the product of (x - z) over the missing roots z, P * V is known at every root, zero at the missing ones, and of
 * degree below `size`. It is carried over to a coset, divided there by V, which has no zero in it, and carried back.
 */
function newTransformExtension(field: Field, known: number, size: number): Extension {
  const p = field.modulus;
  const order = bitReversal(size);
  const transform = field.newTransform(size, 1);
  const shift = rootOfUnity(field, 2 * size);
  const scale = inverse(BigInt(size), p);
  const scaled = (base: bigint): FieldVector => {
    const shifts = powers(base, size, p);
    return fromBigInts(
      field,
      order.map((i) => (shifts[i] as bigint) * scale),
    );
  };
  const there = scaled(shift);
  const back = scaled(inverse(shift, p));
  const missing = missingProduct(rootOfUnity(field, size), known, size, p);
  const multiplier = valuesOf(field, transform, order, missing, 1n);
  const divisor = fromBigInts(field, inverses(toBigInts(field, valuesOf(field, transform, order, missing, shift)), p));
  const work = field.newVector(size);
  return (values) => {
    field.mul(known, work, 0, 1, values, 0, 1, multiplier, 0, 1);
    field.sub(size - known, work, known, 1, values, known, 1, values, known, 1);
    transform.inverse(work);
    field.mul(size, work, 0, 1, work, 0, 1, there, 0, 1);
    transform.forward(work);
    field.mul(size, work, 0, 1, work, 0, 1, divisor, 0, 1);
    transform.inverse(work);
    field.mul(size, work, 0, 1, work, 0, 1, back, 0, 1);
    transform.forward(work);
    field.copy(size - known, values, known, 1, work, known, 1);
  };
}

/**
 * Coefficients of (x - w^known) … (x - w^(size-1)), constant term first, by the q-binomial theorem: with m factors and
 * a = w^known the one of x^(m-k) is (-a)^k * w^(k(k-1)/2) * [m over k].
 */
function missingProduct(w: bigint, known: number, size: number, p: bigint): bigint[] {
  const m = size - known;
  const roots = powers(w, size, p);
  const root = (k: number): bigint => roots[k % size] as bigint;
  const below = inverses(
    Array.from({ length: m }, (_, k) => modulo(1n - root(k + 1), p)),
    p,
  );
  const out = [1n];
  let term = 1n;
  for (let k = 1; k <= m; k++) {
    const ratio = modulo((1n - root(m - k + 1)) * (below[k - 1] as bigint), p);
    term = modulo(((-term * root(known)) % p) * ((root(k - 1) * ratio) % p), p);
    out.unshift(term);
  }
  return out;
}

/** 1/x of each, with a single inversion. */
function inverses(values: readonly bigint[], p: bigint): bigint[] {
  const products = [1n];
  for (const value of values) products.push(((products.at(-1) as bigint) * value) % p);
  let rest = inverse(products.at(-1) as bigint, p);
  const out: bigint[] = [];
  for (let k = values.length - 1; k >= 0; k--) {
    out[k] = (rest * (products[k] as bigint)) % p;
    rest = (rest * (values[k] as bigint)) % p;
  }
  return out;
}

/** The polynomial's values at base * w^k for all k. */
function valuesOf(
  field: Field,
  transform: Transform,
  order: readonly number[],
  coefficients: readonly bigint[],
  base: bigint,
): FieldVector {
  const shifts = powers(base, order.length, field.modulus);
  const out = fromBigInts(
    field,
    order.map((i) => (coefficients[i] ?? 0n) * (shifts[i] as bigint)),
  );
  transform.forward(out);
  return out;
}
