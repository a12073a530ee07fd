// How measurements become bits (VDAF sections 7.4.1, 7.4.3 to 7.4.5 and draft-ietf-ppm-l1-bound-sum): what a device needs of a
// circuit beside its wires. Each refuses with invalid_measurement, and never quotes what it was given.
import { fail } from "../../../base/errors.ts";
import type { BitInteger } from "../range-check.ts";

/** One bucket out of `length`. */
export function bucketBits(length: number): (bucket: number) => Uint8Array {
  return (bucket) => {
    if (!Number.isSafeInteger(bucket) || bucket < 0 || bucket >= length)
      fail("invalid_measurement", `the bucket is not an integer from 0 to ${length - 1}`);
    const out = new Uint8Array(length);
    for (let k = 0; k < length; k++) out[k] = Number(k === bucket);
    return out;
  };
}

/** `length` integers, one after the other. */
export function vectorBits<Value>(
  length: number,
  integer: BitInteger<Value>,
): (measurement: readonly Value[]) => Uint8Array {
  const { bits } = integer;
  return (measurement) => {
    checkLength(measurement, length);
    const out = new Uint8Array(length * bits);
    for (let k = 0; k < length; k++) integer.encodeInto(out, k * bits, measurement[k] as Value);
    return out;
  };
}

/** `length` bits, and how many of them are set. */
export function multihotBits(
  length: number,
  weight: BitInteger & { readonly max: number },
): (measurement: readonly (boolean | number)[]) => Uint8Array {
  return (measurement) => {
    checkLength(measurement, length);
    const out = new Uint8Array(length + weight.bits);
    let ones = 0;
    for (const [index, value] of measurement.entries()) {
      out[index] = bitOf(value);
      ones += out[index] as number;
    }
    if (ones > weight.max) fail("invalid_measurement", `more than ${weight.max} elements are set`);
    weight.encodeInto(out, length, ones);
    return out;
  };
}

/** `length` integers and their sum. */
export function boundedSumBits(
  length: number,
  integer: BitInteger & { readonly max: number },
): (measurement: readonly number[]) => Uint8Array {
  const { bits, max } = integer;
  return (measurement) => {
    checkLength(measurement, length);
    const out = new Uint8Array((length + 1) * bits);
    let total = 0;
    for (const [index, value] of measurement.entries()) {
      integer.encodeInto(out, index * bits, value);
      total += value;
    }
    if (total > max) fail("invalid_measurement", `the values add up to more than ${max}`);
    integer.encodeInto(out, length * bits, total);
    return out;
  };
}

/** Refuses what is not an array of `length` items. @throws PacelineError invalid_measurement */
function checkLength(measurement: readonly unknown[], length: number): void {
  if (!Array.isArray(measurement) || measurement.length !== length)
    fail("invalid_measurement", `the measurement is not an array of ${length} values`);
}

/** @throws PacelineError invalid_measurement */
export function bitOf(value: unknown): 0 | 1 {
  if (value !== true && value !== false && value !== 1 && value !== 0)
    fail("invalid_measurement", "a value is not true, false, 1 or 0");
  return Number(value) as 0 | 1;
}
