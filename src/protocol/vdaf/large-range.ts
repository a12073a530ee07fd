// Integers up to a bound that is no exact number, 2^53 or more: what range-check.ts does, with bigints. No device needs it.
import { fail } from "../../base/errors.ts";
import { type BitInteger, BoundedInteger } from "./range-check.ts";

/** Takes numbers as well, as far as they are exact. */
type Value = number | bigint;

class LargeInteger implements BitInteger<Value> {
  readonly max: bigint;
  readonly bits: number;
  readonly #plain: bigint;
  readonly last: bigint;

  constructor(max: bigint) {
    this.max = max;
    this.bits = max.toString(2).length;
    this.#plain = (1n << BigInt(this.bits - 1)) - 1n;
    this.last = max - this.#plain;
  }

  /** @throws PacelineError invalid_measurement */
  encodeInto(out: Uint8Array, at: number, value: Value): void {
    const whole = typeof value === "bigint" || Number.isSafeInteger(value) ? BigInt(value) : -1n;
    if (whole < 0n || whole > this.max)
      fail("invalid_measurement", `a value is not an integer from 0 to ${this.max}`, { hint: "Clip the value first." });
    const last = BigInt(whole > this.#plain);
    const rest = whole - last * this.last;
    for (let k = 0; k < this.bits - 1; k++) out[at + k] = Number((rest >> BigInt(k)) & 1n);
    out[at + this.bits - 1] = Number(last);
  }
}

/** The bits of integers from 0 to `max`. */
export function bitInteger(max: Value): BitInteger<Value> {
  return typeof max === "bigint" ? new LargeInteger(max) : (new BoundedInteger(max) as BitInteger<Value>);
}
