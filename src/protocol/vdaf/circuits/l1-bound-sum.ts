// Prio3L1BoundSum (draft-ietf-ppm-l1-bound-sum): a vector of non-negative integers whose sum is at most `maxValue`. The sum
// is claimed as one more bounded integer behind the vector and compared with the real one.
import { fail } from "../../../base/errors.ts";
import { field128 } from "../../../math/field/field128.ts";
import type { Circuit } from "../circuit.ts";
import { BoundedInteger } from "../range-check.ts";
import { bitCheck, checkLength, sum } from "./bits.ts";

export function l1BoundSumCircuit(
  length: number,
  maxValue: number,
  chunkLength: number,
): Circuit<readonly number[], bigint[]> {
  const field = field128;
  const integer = new BoundedInteger(maxValue);
  const { bits } = integer;
  const weights = integer.weights(field);
  const values = field.newVector(length + 1);
  const { checkBits, ...shared } = bitCheck(field, (length + 1) * bits, chunkLength);
  return {
    ...shared,
    outputLength: length,
    checks: 2,
    largest: maxValue,
    encode: (measurement) => {
      checkLength(measurement, length);
      const out = new Uint8Array((length + 1) * bits);
      let total = 0;
      for (const [index, value] of measurement.entries()) {
        integer.encodeInto(out, index * bits, value);
        total += value;
      }
      if (total > maxValue) fail("invalid_measurement", `the values add up to more than ${maxValue}`);
      integer.encodeInto(out, length * bits, total);
      return out;
    },
    check: (out, gadgetOutputs, measurement) => {
      checkBits(out, gadgetOutputs);
      for (let k = 0; k <= length; k++) field.dot(bits, values, k, measurement, k * bits, 1, weights, 0, 1);
      sum(field, length, out, 1, values);
      field.sub(1, out, 1, 1, out, 1, 1, values, length, 1);
    },
    truncate: (out, measurement) => {
      for (let k = 0; k < length; k++) field.dot(bits, out, k, measurement, k * bits, 1, weights, 0, 1);
    },
    result: (sums) => [...sums],
  };
}
