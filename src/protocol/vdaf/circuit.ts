// What a validity circuit tells the proof system (VDAF section 7.3.2). All Prio3 types here call one gadget, with inputs that
// do not depend on its outputs, so a circuit is two affine maps: measurement -> wires, gadget outputs -> checks.
import type { Field, FieldVector, ProverField } from "../../math/field/field.ts";
import type { Gadget } from "./gadgets.ts";

/** What a prover needs of one. @typeParam M measurement */
export interface ProverCircuit<M> {
  readonly field: ProverField;
  readonly gadget: Gadget;
  readonly calls: number;
  readonly measurementLength: number;
  readonly outputLength: number;
  readonly jointRandLength: number;
  /** Values that must be zero for a valid measurement (EVAL_OUTPUT_LEN). */
  readonly checks: number;

  /** One small integer, 0 to 255, per element. @throws PacelineError invalid_measurement, never quoting the measurement */
  encode(measurement: M): Uint8Array;
  /**
   * Fills wires[(1 + call) * arity …] for every call, from an additive share of the measurement.
   * @param share one element: 1/shares, which an aggregator uses where the circuit has the constant 1
   */
  wires(wires: FieldVector, measurement: FieldVector, jointRand: FieldVector, j: number, share: FieldVector): void;
}

/** @typeParam M measurement, @typeParam R aggregate result */
export interface Circuit<M, R> extends ProverCircuit<M> {
  readonly field: Field;
  /** The largest value one report can add to one element of the result. */
  readonly largest: number | bigint;

  /** Writes `checks` elements from `calls` gadget outputs. */
  check(out: FieldVector, gadgetOutputs: FieldVector, measurement: FieldVector, share: FieldVector): void;
  /** Output share of a measurement share: `outputLength` elements. */
  truncate(out: FieldVector, measurement: FieldVector): void;
  result(sums: readonly bigint[]): R;
}
