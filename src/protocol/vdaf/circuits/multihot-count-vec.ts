// Prio3MultihotCountVec: a vector of bits, at most `maxWeight` of them set (VDAF section 7.4.5). The weight is claimed as a
// bounded integer behind the vector and compared with the number of ones.
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { BoundedInteger, bitDecoder } from "../range-check.ts";
import { bitCheck } from "./bits.ts";
import { multihotBits } from "./encode.ts";

export function multihotCountVecCircuit(
  field: Field,
  length: number,
  maxWeight: number,
  chunkLength: number,
): Circuit<readonly (boolean | number)[], bigint[]> {
  const weight = new BoundedInteger(maxWeight);
  const decodeWeight = bitDecoder(field, weight, 1);
  const claimed = field.newVector(1);
  const { checkBits, ...shared } = bitCheck(field, length + weight.bits, chunkLength);
  return {
    ...shared,
    outputLength: length,
    checks: 2,
    largest: 1,
    encode: multihotBits(length, weight),
    check: (out, gadgetOutputs, measurement) => {
      checkBits(out, gadgetOutputs);
      field.sum(length, out, 1, measurement, 0, 1);
      decodeWeight(claimed, measurement, length);
      field.sub(1, out, 1, 1, out, 1, 1, claimed, 0, 1);
    },
    truncate: (out, measurement) => field.copy(length, out, 0, 1, measurement, 0, 1),
    result: (sums) => [...sums],
  };
}
