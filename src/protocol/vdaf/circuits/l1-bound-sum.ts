// Prio3L1BoundSum (draft-ietf-ppm-l1-bound-sum): a vector of non-negative integers whose sum is at most `maxValue`. The sum
// is claimed as one more bounded integer behind the vector and compared with the real one.
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { BoundedInteger, bitDecoder } from "../range-check.ts";
import { bitCheck } from "./bits.ts";
import { boundedSumBits } from "./encode.ts";

export function l1BoundSumCircuit(
  field: Field,
  length: number,
  maxValue: number,
  chunkLength: number,
): Circuit<readonly number[], bigint[]> {
  const integer = new BoundedInteger(maxValue);
  const { bits } = integer;
  const decode = bitDecoder(field, integer, length);
  const decodeSum = bitDecoder(field, integer, 1);
  const values = field.newVector(length);
  const claimed = field.newVector(1);
  const { checkBits, ...shared } = bitCheck(field, (length + 1) * bits, chunkLength);
  return {
    ...shared,
    outputLength: length,
    checks: 2,
    largest: maxValue,
    encode: boundedSumBits(length, integer),
    check: (out, gadgetOutputs, measurement) => {
      checkBits(out, gadgetOutputs);
      decode(values, measurement, 0);
      decodeSum(claimed, measurement, length * bits);
      field.sum(length, out, 1, values, 0, 1);
      field.sub(1, out, 1, 1, out, 1, 1, claimed, 0, 1);
    },
    truncate: (out, measurement) => decode(out, measurement, 0),
    result: (sums) => [...sums],
  };
}
