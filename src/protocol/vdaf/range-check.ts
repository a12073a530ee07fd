// Integers in [0, max] as bits with weights 1, 2, 4, … and a last weight that makes all ones equal max (VDAF section 7.4.2).
import { fail } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import { fromBigInts } from "../../math/field/modular.ts";

/** From 0 to a bound, as bits. */
export interface BitInteger<Value = number> {
  readonly bits: number;
  /** The weight of the last bit. */
  readonly last: number | bigint;
  encodeInto(out: Uint8Array, at: number, value: Value): void;
}

/** (out, bits, from): writes integers to `out` from `bits[from …]`. */
type Decoder = (out: FieldVector, bits: FieldVector, from: number) => void;

/** From the bits of `count` integers, one after the other, to the integers. */
export function bitDecoder(field: Field, { bits, last }: Pick<BitInteger, "bits" | "last">, count: number): Decoder {
  if (bits === 1) return (out, v, from) => field.copy(count, out, 0, 1, v, from, 1);
  const plain = Array.from({ length: bits - 1 }, (_, k) => 1n << BigInt(k));
  const weights = fromBigInts(field, [...plain, BigInt(last)]);
  if (count === 1) return (out, v, from) => field.dot(bits, out, 0, v, from, 1, weights, 0, 1);
  const term = field.newVector(count);
  return (out, v, from) => {
    field.copy(count, out, 0, 1, v, from, bits);
    for (let k = 1; k < bits; k++) {
      field.mul(count, term, 0, 1, v, from + k, bits, weights, k, 0);
      field.add(count, out, 0, 1, out, 0, 1, term, 0, 1);
    }
  };
}

export class BoundedInteger implements BitInteger {
  readonly max: number;
  readonly bits: number;
  readonly #plain: number;
  readonly last: number;

  constructor(max: number) {
    this.max = max;
    this.bits = max.toString(2).length;
    this.#plain = 2 ** (this.bits - 1) - 1;
    this.last = max - this.#plain;
  }

  /** Writes the bits of `value` to out[at …], the same steps whatever the value. @throws PacelineError invalid_measurement */
  encodeInto(out: Uint8Array, at: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0 || value > this.max)
      fail("invalid_measurement", `a value is not an integer from 0 to ${this.max}`, { hint: "Clip the value first." });
    const last = Number(value > this.#plain);
    let rest = value - last * this.last;
    for (let k = 0; k < this.bits - 1; k++) {
      const half = Math.floor(rest / 2);
      out[at + k] = rest - 2 * half;
      rest = half;
    }
    out[at + this.bits - 1] = last;
  }
}
