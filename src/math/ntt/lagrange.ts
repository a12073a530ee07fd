// Evaluating polynomials given by their values at roots of unity. The weights of a point depend on no polynomial, so one
// set serves every wire; they come from prefix and suffix products, without a single inversion per report.
import type { Basis, Field, FieldKernel, FieldVector } from "../field/field.ts";
import { fromBigInts, inverse, modulo, powers, rootOfUnity } from "../field/modular.ts";

/** The roots w^k, and w^k / size, which is the inverse of the product of w^k - w^j over j != k. */
export function lagrangeConstants(field: FieldKernel, size: number) {
  const roots = powers(rootOfUnity(field, size), size, field.modulus);
  const each = inverse(BigInt(size), field.modulus);
  return {
    roots: fromBigInts(field, roots),
    scale: fromBigInts(
      field,
      roots.map((root) => root * each),
    ),
  };
}

class LagrangeBasis implements Basis {
  readonly size: number;
  readonly #field: FieldKernel;
  readonly #roots: FieldVector;
  readonly #scale: FieldVector;
  readonly #differences: FieldVector;
  readonly #product: FieldVector;

  constructor(field: FieldKernel, size: number) {
    const { roots, scale } = lagrangeConstants(field, size);
    this.size = size;
    this.#field = field;
    this.#roots = roots;
    this.#scale = scale;
    this.#differences = field.newVector(size);
    this.#product = field.newVector(1);
  }

  weights(out: FieldVector, t: FieldVector, at: number): void {
    const field = this.#field;
    const product = this.#product;
    field.sub(this.size, this.#differences, 0, 1, t, at, 0, this.#roots, 0, 1);
    field.copy(this.size, out, 0, 1, this.#scale, 0, 1);
    field.copy(1, product, 0, 1, this.#differences, 0, 1);
    for (let k = 1; k < this.size; k++) {
      field.mul(1, out, k, 1, out, k, 1, product, 0, 1);
      field.mul(1, product, 0, 1, product, 0, 1, this.#differences, k, 1);
    }
    field.copy(1, product, 0, 1, this.#differences, this.size - 1, 1);
    for (let k = this.size - 2; k >= 0; k--) {
      field.mul(1, out, k, 1, out, k, 1, product, 0, 1);
      field.mul(1, product, 0, 1, product, 0, 1, this.#differences, k, 1);
    }
  }
}

/**
 * Rows of weights that give a polynomial's values at w^known … w^(size-1) from its first `known` values, its degree being
 * below `known`. With x = w^i known and y = w^m missing the weight is -(x/y) * prod((x - z) / (y - z)) over the other missing z.
 * @returns (size - known) rows of `known` elements
 */
export function extensionWeights(field: FieldKernel, known: number, size: number): FieldVector {
  const p = field.modulus;
  const roots = powers(rootOfUnity(field, size), size, p);
  const missing = roots.slice(known);
  const rows: bigint[] = [];
  for (const y of missing) {
    const others = missing.filter((z) => z !== y);
    const below = others.reduce((product, z) => modulo(product * (y - z), p), y);
    const factor = modulo(-inverse(below, p), p);
    for (const x of roots.slice(0, known))
      rows.push(others.reduce((product, z) => modulo(product * (x - z), p), modulo(factor * x, p)));
  }
  return fromBigInts(field, rows);
}

/** The field's own, or the one above. */
export function newLagrangeBasis(field: Field, size: number): Basis {
  return field.newLagrangeBasis?.(size) ?? new LagrangeBasis(field, size);
}
