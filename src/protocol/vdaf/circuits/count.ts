// Prio3Count: is it 0 or 1? (VDAF section 7.4.1)
import type { Field } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { sumOfProductsGadget } from "../gadgets.ts";
import { bitOf } from "./encode.ts";

export function countCircuit(field: Field): Circuit<boolean | number, bigint> {
  return {
    field,
    gadget: sumOfProductsGadget(field, 1),
    calls: 1,
    measurementLength: 1,
    outputLength: 1,
    jointRandLength: 0,
    checks: 1,
    largest: 1,
    encode: (measurement) => Uint8Array.of(bitOf(measurement)),
    wires: (wires, measurement) => field.copy(2, wires, 2, 1, measurement, 0, 0),
    check: (out, gadgetOutputs, measurement) => field.sub(1, out, 0, 1, gadgetOutputs, 0, 1, measurement, 0, 1),
    truncate: (out, measurement) => field.copy(1, out, 0, 1, measurement, 0, 1),
    result: (sums) => sums[0] as bigint,
  };
}
