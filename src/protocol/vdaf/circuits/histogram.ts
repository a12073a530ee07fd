// Prio3Histogram: one bucket out of `length` (VDAF section 7.4.4): bits that add up to one.
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { bitCheck } from "./bits.ts";
import { bucketBits } from "./encode.ts";

export function histogramCircuit(field: Field, length: number, chunkLength: number): Circuit<number, bigint[]> {
  const { checkBits, ...shared } = bitCheck(field, length, chunkLength);
  return {
    ...shared,
    outputLength: length,
    checks: 2,
    largest: 1,
    encode: bucketBits(length),
    check: (out, gadgetOutputs, measurement, share) => {
      checkBits(out, gadgetOutputs);
      field.sum(length, out, 1, measurement, 0, 1);
      field.sub(1, out, 1, 1, out, 1, 1, share, 0, 1);
    },
    truncate: (out, measurement) => field.copy(length, out, 0, 1, measurement, 0, 1),
    result: (sums) => [...sums],
  };
}
