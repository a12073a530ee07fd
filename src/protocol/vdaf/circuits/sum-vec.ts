// Prio3SumVec: a vector of integers from 0 to max (VDAF section 7.4.3). Over Field64 it needs several proofs (section 9.7).
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { type BitInteger, BoundedInteger, bitDecoder } from "../range-check.ts";
import { bitCheck, checkLength } from "./bits.ts";

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
    encode: (measurement) => {
      checkLength(measurement, length);
      const out = new Uint8Array(length * bits);
      for (let k = 0; k < length; k++) integer.encodeInto(out, k * bits, measurement[k] as number);
      return out;
    },
    check: checkBits,
    truncate: (out, measurement) => decode(out, measurement, 0),
    result: (sums) => [...sums],
  };
}
