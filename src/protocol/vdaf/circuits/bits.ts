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
  const arity = 2 * chunkLength;
  const padding = calls * chunkLength - measurementLength;
  const zero = field.newVector(1);
  const powers = field.newVector(calls * chunkLength);
  return {
    field,
    gadget: sumOfProductsGadget(field, chunkLength),
    calls,
    measurementLength,
    jointRandLength: calls,
    wires: (wires, measurement, jointRand, j, share) => {
      // powers[k * calls + call] = r_call ^ (k + 1)
      field.copy(calls, powers, 0, 1, jointRand, j, 1);
      for (let k = 1; k < chunkLength; k++)
        field.mul(calls, powers, k * calls, 1, powers, (k - 1) * calls, 1, jointRand, j, 1);
      for (let call = 0; call < calls; call++) {
        const from = call * chunkLength;
        const row = (1 + call) * arity;
        const count = Math.min(chunkLength, measurementLength - from);
        field.mul(count, wires, row, 2, powers, call, calls, measurement, from, 1);
        field.sub(count, wires, row + 1, 2, measurement, from, 1, share, 0, 0);
      }
      // Missing elements of the last chunk count as zero.
      const end = calls * arity + arity - 2 * padding;
      field.copy(padding, wires, end, 2, zero, 0, 0);
      field.sub(padding, wires, end + 1, 2, zero, 0, 0, share, 0, 0);
    },
    checkBits: (out, gadgetOutputs) => sum(field, calls, out, 0, gadgetOutputs),
  };
}

/** out[o] = v[0] + … + v[count - 1] */
export function sum(field: Field, count: number, out: FieldVector, o: number, v: FieldVector): void {
  field.copy(1, out, o, 1, v, 0, 1);
  for (let k = 1; k < count; k++) field.add(1, out, o, 1, out, o, 1, v, k, 1);
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
