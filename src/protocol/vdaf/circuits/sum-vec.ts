// Prio3SumVec: a vector of integers from 0 to max (VDAF section 7.4.3). Over Field64 it needs several proofs (section 9.7).
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { type BitInteger, BoundedInteger, bitDecoder } from "../range-check.ts";
import { bitCheck } from "./bits.ts";
import { vectorBits } from "./encode.ts";

export function sumVecCircuit(
  field: Field,
  length: number,
  maxMeasurement: number | bigint,
  chunkLength: number,
  integer: BitInteger<number | bigint> = new BoundedInteger(maxMeasurement as number) as BitInteger<number | bigint>,
): Circuit<readonly (number | bigint)[], bigint[]> {
  const { bits } = integer;
  const decode = bitDecoder(field, integer, length);
  const { checkBits, ...shared } = bitCheck(field, length * bits, chunkLength);
  return {
    ...shared,
    outputLength: length,
    checks: 1,
    largest: maxMeasurement,
    encode: vectorBits(length, integer),
    check: checkBits,
    truncate: (out, measurement) => decode(out, measurement, 0),
    result: (sums) => [...sums],
  };
}
