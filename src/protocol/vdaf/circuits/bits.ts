// The part SumVec, Histogram, MultihotCountVec and L1BoundSum share (VDAF section 7.4.3): every element is 0 or 1, checked in
// chunks by one sum of r^k * x * (x - 1) a gadget call, with a fresh joint random r for each call.
import { fail } from "../../../base/errors.ts";
import type { Field, FieldVector } from "../../../math/field/field.ts";
import type { Circuit } from "../circuit.ts";
import { sumOfProductsGadget } from "../gadgets.ts";

type Shared = "field" | "gadget" | "calls" | "measurementLength" | "jointRandLength" | "wires";

export interface BitCheck extends Pick<Circuit<never, never>, Shared> {
  /** Writes the check that every element is a bit, as one element. */
  checkBits(out: FieldVector, gadgetOutputs: FieldVector): void;
}

export function bitCheck(field: Field, measurementLength: number, chunkLength: number): BitCheck {
  const calls = Math.ceil(measurementLength / chunkLength);
  const chunks = { calls, chunk: chunkLength, length: measurementLength };
  return {
    field,
    gadget: sumOfProductsGadget(field, chunkLength),
    calls,
    measurementLength,
    jointRandLength: calls,
    wires: (wires, measurement, jointRand, j, share) =>
      field.bitWires(chunks, wires, 2 * chunkLength, measurement, 0, jointRand, j, share),
    checkBits: (out, gadgetOutputs) => field.sum(calls, out, 0, gadgetOutputs, 0, 1),
  };
}

/** Refuses what is not an array of `length` items. @throws PacelineError invalid_measurement */
export function checkLength(measurement: readonly unknown[], length: number): void {
  if (!Array.isArray(measurement) || measurement.length !== length)
    fail("invalid_measurement", `the measurement is not an array of ${length} values`);
}

/** @throws PacelineError invalid_measurement */
export function bitOf(value: unknown): 0 | 1 {
  if (value !== true && value !== false && value !== 1 && value !== 0)
    fail("invalid_measurement", "a value is not true, false, 1 or 0");
  return Number(value) as 0 | 1;
}
