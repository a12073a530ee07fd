// From parameters, as a task states them, to a Prio3 instance with typed measurements and results.
import { type Engine, typescriptEngine } from "../../math/engine.ts";
import type { Field } from "../../math/field/field.ts";
import type { Circuit } from "./circuit.ts";
import { countCircuit } from "./circuits/count.ts";
import { histogramCircuit } from "./circuits/histogram.ts";
import { l1BoundSumCircuit } from "./circuits/l1-bound-sum.ts";
import { multihotCountVecCircuit } from "./circuits/multihot-count-vec.ts";
import { sumCircuit } from "./circuits/sum.ts";
import { sumVecCircuit } from "./circuits/sum-vec.ts";
import { bitInteger } from "./large-range.ts";
import { algorithmIds, checkParameters, type Prio3Parameters, type Prio3Type } from "./parameters.ts";
import { Prio3 } from "./prio3.ts";

/** What one member contributes, by type. */
export interface Measurements {
  Prio3Count: boolean | number;
  Prio3Sum: number | bigint;
  Prio3SumVec: readonly (number | bigint)[];
  /** The index of a bucket. */
  Prio3Histogram: number;
  Prio3MultihotCountVec: readonly (boolean | number)[];
  Prio3L1BoundSum: readonly number[];
  Prio3SumVecField64Multiproof: readonly (number | bigint)[];
}

/** What a batch gives, by type. */
export interface Results {
  Prio3Count: bigint;
  Prio3Sum: bigint;
  Prio3SumVec: bigint[];
  Prio3Histogram: bigint[];
  Prio3MultihotCountVec: bigint[];
  Prio3L1BoundSum: bigint[];
  Prio3SumVecField64Multiproof: bigint[];
}

type AnyCircuit = { [T in Prio3Type]: Circuit<Measurements[T], Results[T]> }[Prio3Type];

function circuitOf(parameters: Prio3Parameters, { field64, field128 }: Engine): AnyCircuit {
  switch (parameters.type) {
    case "Prio3Count":
      return countCircuit(field64);
    case "Prio3Sum":
      return sumCircuit(field64, parameters.maxMeasurement);
    case "Prio3SumVec":
      return sumVecOf(field128, parameters);
    case "Prio3SumVecField64Multiproof":
      return sumVecOf(field64, parameters);
    case "Prio3Histogram":
      return histogramCircuit(field128, parameters.length, parameters.chunkLength);
    case "Prio3MultihotCountVec":
      return multihotCountVecCircuit(field128, parameters.length, parameters.maxWeight, parameters.chunkLength);
    case "Prio3L1BoundSum":
      return l1BoundSumCircuit(field128, parameters.length, parameters.maxValue, parameters.chunkLength);
  }
}

type SumVec = Extract<Prio3Parameters, { readonly type: "Prio3SumVec" | "Prio3SumVecField64Multiproof" }>;

function sumVecOf(field: Field, { length, maxMeasurement, chunkLength }: SumVec) {
  return sumVecCircuit(field, length, maxMeasurement, chunkLength, bitInteger(maxMeasurement));
}

/**
 * Builds an instance; it holds tables and scratch space, so keep it for many reports.
 * @param options shares: number of aggregators, 2 (default) to 255; engine: what to compute with, for this instance alone,
 *   plain TypeScript where it is left out
 * @throws PacelineError invalid_argument
 */
export function newPrio3<P extends Prio3Parameters>(
  parameters: P,
  options: { shares?: number; engine?: Engine } = {},
): Prio3<Measurements[P["type"]], Results[P["type"]]> & { readonly parameters: P } {
  checkParameters(parameters);
  const { shares = 2, engine = typescriptEngine() } = options;
  const circuit = circuitOf(parameters, engine) as unknown as Circuit<Measurements[P["type"]], Results[P["type"]]>;
  const proofs = "proofs" in parameters ? parameters.proofs : 1;
  const prio3 = new Prio3(algorithmIds[parameters.type], circuit, { shares, proofs, engine });
  return Object.assign(prio3, { parameters });
}
