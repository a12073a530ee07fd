// Prio3Histogram: one bucket out of `length` (VDAF section 7.4.4): bits that add up to one.
import { fail } from "../../../base/errors.ts";
import { field128 } from "../../../math/field/field128.ts";
import type { Circuit } from "../circuit.ts";
import { bitCheck, sum } from "./bits.ts";

export function histogramCircuit(length: number, chunkLength: number): Circuit<number, bigint[]> {
  const field = field128;
  const { checkBits, ...shared } = bitCheck(field, length, chunkLength);
  return {
    ...shared,
    outputLength: length,
    checks: 2,
    largest: 1,
    encode: (bucket) => {
      if (!Number.isSafeInteger(bucket) || bucket < 0 || bucket >= length)
        fail("invalid_measurement", `the bucket is not an integer from 0 to ${length - 1}`);
      return Uint8Array.from({ length }, (_, k) => Number(k === bucket));
    },
    check: (out, gadgetOutputs, measurement, share) => {
      checkBits(out, gadgetOutputs);
      sum(field, length, out, 1, measurement);
      field.sub(1, out, 1, 1, out, 1, 1, share, 0, 1);
    },
    truncate: (out, measurement) => field.copy(length, out, 0, 1, measurement, 0, 1),
    result: (sums) => [...sums],
  };
}
