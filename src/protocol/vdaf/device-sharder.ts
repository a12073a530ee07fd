// Sharders for the circuits that manifests name. Apart from new-prio3.ts, so that a device carries four circuits over one field
// and nothing of what aggregators do.
import { fail } from "../../base/errors.ts";
import type { Engine } from "../../math/engine.ts";
import type { Circuit } from "./circuit.ts";
import { histogramCircuit } from "./circuits/histogram.ts";
import { l1BoundSumCircuit } from "./circuits/l1-bound-sum.ts";
import { multihotCountVecCircuit } from "./circuits/multihot-count-vec.ts";
import { sumVecCircuit } from "./circuits/sum-vec.ts";
import { algorithmIds, checkInteger, MEASUREMENT_LENGTH_MAX, type VdafParameters } from "./parameters.ts";
import { shapeOf } from "./shape.ts";
import { Sharder } from "./sharder.ts";
import { Streams } from "./streams.ts";

type Named = Extract<
  VdafParameters,
  { readonly type: "Prio3Histogram" | "Prio3SumVec" | "Prio3MultihotCountVec" | "Prio3L1BoundSum" }
>;
/** As manifests state them: every bound is an exact number. */
export type DeviceParameters = Named extends infer P
  ? P extends { readonly maxMeasurement: unknown }
    ? Omit<P, "maxMeasurement"> & { readonly maxMeasurement: number }
    : P
  : never;
/** A bucket, or a vector. */
export type DeviceMeasurement = number | readonly number[];

/** What the shares of a device are computed with. */
export type DeviceEngine = Pick<Engine, "field128" | "sponge" | "other">;

/** Each circuit: it, its bound, and the values that are encoded beside the vector's own. */
const circuits = {
  Prio3Histogram: [histogramCircuit, "", 0],
  Prio3SumVec: [sumVecCircuit, "maxMeasurement", 0],
  Prio3MultihotCountVec: [multihotCountVecCircuit, "maxWeight", 1],
  Prio3L1BoundSum: [l1BoundSumCircuit, "maxValue", 1],
} as const;

/**
 * For two aggregators.
 * @param engine for this instance alone
 * @throws PacelineError invalid_argument
 */
export function newDeviceSharder(
  parameters: DeviceParameters,
  { field128, ...sponges }: DeviceEngine,
): Sharder<DeviceMeasurement> {
  const { type, length, chunkLength } = parameters;
  const [make, name, more] = circuits[type] ?? fail("unsupported", "no circuit of a device");
  const multihot = type === "Prio3MultihotCountVec";
  const bound = name === "" ? 1 : (parameters as unknown as Record<typeof name, number>)[name];
  checkInteger("length", length, 1, MEASUREMENT_LENGTH_MAX);
  checkInteger("the bound", bound, 1, multihot ? length : Number.MAX_SAFE_INTEGER);
  const bits = bound.toString(2).length;
  const encoded = multihot ? length + bits : (length + more) * bits;
  checkInteger("the encoded length", encoded, 1, MEASUREMENT_LENGTH_MAX);
  checkInteger("chunkLength", chunkLength, 1, encoded);
  // A histogram has no bound: its circuit takes the chunk length in that place.
  const circuit = (make as typeof sumVecCircuit)(field128, length, name === "" ? chunkLength : bound, chunkLength);
  const shape = shapeOf(circuit as Circuit<never, unknown>, { shares: 2, proofs: 1 });
  const streams = new Streams(algorithmIds[type], shape, sponges);
  return new Sharder(circuit as Circuit<never, unknown>, shape, streams) as Sharder<DeviceMeasurement>;
}
