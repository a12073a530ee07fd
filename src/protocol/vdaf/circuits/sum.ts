// Prio3Sum: an integer from 0 to max, each of its bits checked by x^2 - x (VDAF section 7.4.2).
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { polyEvalGadget } from "../gadgets.ts";
import { bitInteger } from "../large-range.ts";
import { bitDecoder } from "../range-check.ts";

export function sumCircuit(field: Field, maxMeasurement: number | bigint): Circuit<number | bigint, bigint> {
  const integer = bitInteger(maxMeasurement);
  const { bits } = integer;
  const decode = bitDecoder(field, integer, 1);
  return {
    field,
    gadget: polyEvalGadget(field, [0n, -1n, 1n], 2 * bits),
    calls: bits,
    measurementLength: bits,
    outputLength: 1,
    jointRandLength: 0,
    checks: bits,
    largest: maxMeasurement,
    encode: (measurement) => {
      const out = new Uint8Array(bits);
      integer.encodeInto(out, 0, measurement);
      return out;
    },
    wires: (wires, measurement) => field.copy(bits, wires, 1, 1, measurement, 0, 1),
    check: (out, gadgetOutputs) => field.copy(bits, out, 0, 1, gadgetOutputs, 0, 1),
    truncate: (out, measurement) => decode(out, measurement, 0),
    result: (sums) => sums[0] as bigint,
  };
}
