// Prio3Sum: an integer from 0 to max, each of its bits checked by x^2 - x (VDAF section 7.4.2).
import { field64 } from "../../../math/field/field64.ts";
import type { Circuit } from "../circuit.ts";
import { polyEvalGadget } from "../gadgets.ts";
import { BoundedInteger } from "../range-check.ts";

export function sumCircuit(maxMeasurement: number): Circuit<number, bigint> {
  const field = field64;
  const integer = new BoundedInteger(maxMeasurement);
  const { bits } = integer;
  const weights = integer.weights(field);
  return {
    field,
    gadget: polyEvalGadget(field, [0n, -1n, 1n]),
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
    truncate: (out, measurement) => field.dot(bits, out, 0, measurement, 0, 1, weights, 0, 1),
    result: (sums) => sums[0] as bigint,
  };
}
