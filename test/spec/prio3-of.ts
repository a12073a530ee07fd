// From a vector file's name and parameters to the instance it tests.
import type { Engine } from "../../src/math/engine.ts";
import { sumVecCircuit } from "../../src/protocol/vdaf/circuits/sum-vec.ts";
import { newPrio3 } from "../../src/protocol/vdaf/new-prio3.ts";
import type { Prio3Parameters } from "../../src/protocol/vdaf/parameters.ts";
import { Prio3 } from "../../src/protocol/vdaf/prio3.ts";
import { shapeOf } from "../../src/protocol/vdaf/shape.ts";
import { newHigherDegree } from "./higher-degree.ts";
import type { Prio3File } from "./schema.ts";

export type AnyPrio3 = Prio3<unknown, bigint | bigint[]>;

/** What the standard types take, by file name. */
const parametersOf: Readonly<Record<string, (v: Prio3File) => Prio3Parameters>> = {
  Prio3Count: () => ({ type: "Prio3Count" }),
  Prio3Sum: (v) => ({ type: "Prio3Sum", maxMeasurement: given(v, "max_measurement") }),
  Prio3SumVec: (v) => ({
    type: "Prio3SumVec",
    length: given(v, "length"),
    maxMeasurement: given(v, "max_measurement"),
    chunkLength: given(v, "chunk_length"),
  }),
  Prio3Histogram: (v) => ({
    type: "Prio3Histogram",
    length: given(v, "length"),
    chunkLength: given(v, "chunk_length"),
  }),
  Prio3MultihotCountVec: (v) => ({
    type: "Prio3MultihotCountVec",
    length: given(v, "length"),
    maxWeight: given(v, "max_weight"),
    chunkLength: given(v, "chunk_length"),
  }),
  Prio3L1BoundSum: (v) => ({
    type: "Prio3L1BoundSum",
    length: given(v, "length"),
    maxValue: given(v, "max_value"),
    chunkLength: given(v, "chunk_length"),
  }),
};

const multiproof = "Prio3SumVecWithMultiproof";
const higherDegree = "Prio3HigherDegree";
const PRIVATE_ID = 0xffffffff;

export const prio3Kinds: readonly string[] = [...Object.keys(parametersOf), multiproof, higherDegree];

type Parameter = "length" | "chunk_length" | "max_measurement" | "max_weight" | "max_value";

function given(v: Prio3File, name: Parameter): number {
  const value = v[name];
  if (value === undefined) throw new Error(`the parameter ${name} is missing`);
  return value;
}

/** @param kind one of `prio3Kinds` */
export function prio3Of(kind: string, v: Prio3File, newEngine: () => Engine): AnyPrio3 {
  if (kind === multiproof) return multiproofOf(v, newEngine());
  if (kind === higherDegree) return higherDegreeOf(v, newEngine());
  const parameters = (parametersOf[kind] as (v: Prio3File) => Prio3Parameters)(v);
  return newPrio3(parameters, { shares: v.shares, engine: newEngine() }) as never;
}

/** Bytes of the leader's share of the first report. */
const leaderBytes = (v: Prio3File): number => v.reports[0]?.input_shares[0]?.length ?? 0;

/** The files name neither the field nor the number of proofs: Field64, and the number shows in the leader's share. */
function multiproofOf(v: Prio3File, engine: Engine): AnyPrio3 {
  const field = v.field === "Field128" ? engine.field128 : engine.field64;
  const circuit = sumVecCircuit(field, given(v, "length"), given(v, "max_measurement"), given(v, "chunk_length"));
  const size = (proofs: number): number => shapeOf(circuit as never, { shares: 2, proofs }).sizes.leaderInputShare;
  const shown = 1 + (leaderBytes(v) - size(1)) / (size(2) - size(1));
  const proofs = v.proofs ?? v.num_proofs ?? (Number.isInteger(shown) && shown > 0 ? shown : 3);
  return new Prio3(PRIVATE_ID, circuit, { shares: v.shares, proofs, engine }) as never;
}

/** The published file has one gadget call and does not name the degree, which shows in the leader's share. */
function higherDegreeOf(v: Prio3File, engine: Engine): AnyPrio3 {
  const measurement = v.reports[0]?.measurement;
  const scalar = !Array.isArray(measurement);
  const calls = v.gadget_calls ?? (scalar ? 1 : measurement.length);
  let points = 1;
  while (points < 1 + calls) points *= 2;
  const degree = v.degree ?? (leaderBytes(v) / engine.field64.encodedSize - calls - 2) / (points - 1);
  if (!Number.isInteger(degree) || degree < 1 || calls < 1)
    throw new Error("the file does not name the degree, and the leader's share does not show it");
  return newHigherDegree(degree, calls, { shares: v.shares, scalar, engine }) as never;
}
