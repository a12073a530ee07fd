// Sharders for the circuits that manifests name. Apart from new-prio3.ts, so that a device carries two circuits over one field.
import { fail } from "../../base/errors.ts";
import type { Engine } from "../../math/engine.ts";
import type { Circuit } from "./circuit.ts";
import { histogramCircuit } from "./circuits/histogram.ts";
import { sumVecCircuit } from "./circuits/sum-vec.ts";
import { algorithmIds, checkInteger, MEASUREMENT_LENGTH_MAX, type VdafParameters } from "./parameters.ts";
import { shapeOf } from "./shape.ts";
import { Sharder } from "./sharder.ts";
import { Streams } from "./streams.ts";

export type DeviceParameters = Extract<VdafParameters, { readonly type: "Prio3Histogram" | "Prio3SumVec" }>;
/** A bucket, or a vector. */
export type DeviceMeasurement = number | readonly number[];

/**
 * For two aggregators.
 * @param engine for this instance alone
 * @throws PacelineError invalid_argument
 */
export function newDeviceSharder(
  parameters: DeviceParameters,
  { field128, ...sponges }: Pick<Engine, "field128" | "sponge" | "other">,
): Sharder<DeviceMeasurement> {
  const { type, length, chunkLength } = parameters;
  if (type !== "Prio3Histogram" && type !== "Prio3SumVec") fail("unsupported", "devices share histograms and vectors");
  const max = type === "Prio3SumVec" ? parameters.maxMeasurement : 1;
  const encoded = length * max.toString(2).length;
  checkInteger("length", length, 1, MEASUREMENT_LENGTH_MAX);
  checkInteger("maxMeasurement", max, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("the length of an encoded measurement", encoded, 1, MEASUREMENT_LENGTH_MAX);
  checkInteger("chunkLength", chunkLength, 1, encoded);
  const circuit =
    type === "Prio3Histogram"
      ? histogramCircuit(field128, length, chunkLength)
      : sumVecCircuit(field128, length, max, chunkLength);
  const shape = shapeOf(circuit as Circuit<never, unknown>, { shares: 2, proofs: 1 });
  const streams = new Streams(algorithmIds[type], shape, sponges);
  return new Sharder(circuit as Circuit<never, unknown>, shape, streams) as Sharder<DeviceMeasurement>;
}
