// Number-theoretic transform of many polynomials at once: a matrix whose rows are points (or coefficients) and whose
// columns are polynomials. Every butterfly then works on two whole rows with one twiddle factor.
//
// `inverse` leaves coefficients in bit-reversed row order and `forward` takes them so: nothing is ever reordered.
import type { FieldKernel, FieldVector, Transform } from "../field/field.ts";
import { fromBigInts, inverse, powers, rootOfUnity } from "../field/modular.ts";

/** Factors of the butterflies: element half + j is the (2*half)-th root of unity to the power j, or its inverse. */
export function transformFactors(field: FieldKernel, size: number) {
  const forward = [0n];
  const backward = [0n];
  for (let half = 1; half < size; half *= 2) {
    const root = rootOfUnity(field, 2 * half);
    // One by one: a call takes about 10^5 arguments, and transforms may be larger.
    for (const power of powers(root, half, field.modulus)) forward.push(power);
    for (const power of powers(inverse(root, field.modulus), half, field.modulus)) backward.push(power);
  }
  return { forward: fromBigInts(field, forward), inverse: fromBigInts(field, backward) };
}

export class RowTransform implements Transform {
  readonly size: number;
  readonly #field: FieldKernel;
  readonly #forward: FieldVector;
  readonly #inverse: FieldVector;
  readonly #columns: number;
  readonly #row: FieldVector;

  /** @param size rows, a power of two */
  constructor(field: FieldKernel, size: number, columns: number) {
    const factors = transformFactors(field, size);
    this.size = size;
    this.#field = field;
    this.#forward = factors.forward;
    this.#inverse = factors.inverse;
    this.#columns = columns;
    this.#row = field.newVector(columns);
  }

  inverse(v: FieldVector): void {
    const field = this.#field;
    const n = this.#columns;
    for (let half = this.size / 2; half >= 1; half /= 2)
      for (let start = 0; start < this.size; start += 2 * half)
        for (let j = 0; j < half; j++) {
          const a = (start + j) * n;
          const b = a + half * n;
          field.sub(n, this.#row, 0, 1, v, a, 1, v, b, 1);
          field.add(n, v, a, 1, v, a, 1, v, b, 1);
          if (j === 0) field.copy(n, v, b, 1, this.#row, 0, 1);
          else field.mul(n, v, b, 1, this.#row, 0, 1, this.#inverse, half + j, 0);
        }
  }

  forward(v: FieldVector): void {
    const field = this.#field;
    const n = this.#columns;
    for (let half = 1; half < this.size; half *= 2)
      for (let start = 0; start < this.size; start += 2 * half)
        for (let j = 0; j < half; j++) {
          const a = (start + j) * n;
          const b = a + half * n;
          if (j === 0) field.copy(n, this.#row, 0, 1, v, b, 1);
          else field.mul(n, this.#row, 0, 1, v, b, 1, this.#forward, half + j, 0);
          field.sub(n, v, b, 1, v, a, 1, this.#row, 0, 1);
          field.add(n, v, a, 1, v, a, 1, this.#row, 0, 1);
        }
  }
}

/** The row order in which `inverse` leaves coefficients: entry i is i with its log2(size) bits reversed. */
export function bitReversal(size: number): number[] {
  const order = [0];
  for (let length = 1; length < size; length *= 2)
    for (let i = 0; i < length; i++) {
      order[i] = 2 * (order[i] as number);
      order[length + i] = (order[i] as number) + 1;
    }
  return order;
}
