// The part SumVec, Histogram, MultihotCountVec and L1BoundSum share (VDAF section 7.4.3): every element is 0 or 1, checked in
// chunks by one sum of r^k * x * (x - 1) a gadget call, with a fresh joint random r for each call.
import type { Field, FieldVector, ProverField } from "../../../math/field/field.ts";
import type { ProverCircuit } from "../circuit.ts";
import { sumOfProductsGadget } from "../gadgets.ts";

type Shared<F extends ProverField> = { readonly field: F } & Pick<
  ProverCircuit<never>,
  "gadget" | "calls" | "measurementLength" | "jointRandLength" | "wires"
>;

/** Of a prover's circuit. */
export function bitWires<F extends ProverField>(field: F, measurementLength: number, chunkLength: number): Shared<F> {
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
  };
}

export interface BitCheck extends Shared<Field> {
  /** Writes the check that every element is a bit, as one element. */
  checkBits(out: FieldVector, gadgetOutputs: FieldVector): void;
}

export function bitCheck(field: Field, measurementLength: number, chunkLength: number): BitCheck {
  const shared = bitWires(field, measurementLength, chunkLength);
  return { ...shared, checkBits: (out, outputs) => field.sum(shared.calls, out, 0, outputs, 0, 1) };
}
