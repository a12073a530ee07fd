// Integers in [0, max] as bits with weights 1, 2, 4, … and a last weight that makes all ones equal max (VDAF section 7.4.2).
import { fail } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import { fromBigInts } from "../../math/field/modular.ts";

export class BoundedInteger {
  readonly max: number;
  readonly bits: number;
  readonly #plain: number;
  readonly #last: number;

  constructor(max: number) {
    this.max = max;
    this.bits = max.toString(2).length;
    this.#plain = 2 ** (this.bits - 1) - 1;
    this.#last = max - this.#plain;
  }

  /** The weights as field elements: value = dot(bits, weights). */
  weights(field: Field): FieldVector {
    const plain = Array.from({ length: this.bits - 1 }, (_, k) => 1n << BigInt(k));
    return fromBigInts(field, [...plain, BigInt(this.#last)]);
  }

  /** Writes the bits of `value` to out[at …], the same steps whatever the value. @throws PacelineError invalid_measurement */
  encodeInto(out: Uint8Array, at: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0 || value > this.max)
      fail("invalid_measurement", `a value is not an integer from 0 to ${this.max}`, { hint: "Clip the value first." });
    const last = Number(value > this.#plain);
    let rest = value - last * this.#last;
    for (let k = 0; k < this.bits - 1; k++) {
      const half = Math.floor(rest / 2);
      out[at + k] = rest - 2 * half;
      rest = half;
    }
    out[at + this.bits - 1] = last;
  }
}
