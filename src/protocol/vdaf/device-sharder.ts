// Sharders for the circuits that manifests name. Apart from new-prio3.ts, so that a device carries four circuits over one field
// and nothing of what aggregators do.
import { fail } from "../../base/errors.ts";
import type { Engine } from "../../math/engine.ts";
import type { ProverField } from "../../math/field/field.ts";
import { bitWires } from "./circuits/bits.ts";
import { boundedSumBits, bucketBits, multihotBits, vectorBits } from "./circuits/encode.ts";
import { algorithmIds, checkInteger, MEASUREMENT_LENGTH_MAX, type VdafParameters } from "./parameters.ts";
import { BoundedInteger } from "./range-check.ts";
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
export type DeviceEngine = { readonly field128: ProverField } & Pick<Engine, "sponge" | "other">;

type Encode = (length: number, bound: BoundedInteger) => (measurement: never) => Uint8Array;

/** Each circuit: how it encodes, its bound, the values that are encoded beside the vector's own, and its checks. */
const circuits: Readonly<Record<Named["type"], readonly [Encode, string, number, number]>> = {
  Prio3Histogram: [bucketBits, "", 0, 2],
  Prio3SumVec: [vectorBits, "maxMeasurement", 0, 1],
  Prio3MultihotCountVec: [multihotBits, "maxWeight", 1, 2],
  Prio3L1BoundSum: [boundedSumBits, "maxValue", 1, 2],
};

/** What the parameters come to. @throws PacelineError invalid_argument naming the one that is wrong; unsupported */
function laidOut(parameters: DeviceParameters) {
  const { type, length, chunkLength } = parameters;
  const [encode, name, more, checks] = circuits[type] ?? fail("unsupported", "no circuit of a device");
  const multihot = type === "Prio3MultihotCountVec";
  // A histogram has no bound: its values are bits.
  const bound = name === "" ? 1 : ((parameters as unknown as Record<string, number>)[name] as number);
  checkInteger("length", length, 1, MEASUREMENT_LENGTH_MAX);
  checkInteger("the bound", bound, 1, multihot ? length : Number.MAX_SAFE_INTEGER);
  const integer = new BoundedInteger(bound);
  const { bits } = integer;
  const encoded = multihot ? length + bits : (length + more) * bits;
  checkInteger("the encoded length", encoded, 1, MEASUREMENT_LENGTH_MAX);
  checkInteger("chunkLength", chunkLength, 1, encoded);
  return { encoded, checks, encode: encode(length, integer) as (measurement: DeviceMeasurement) => Uint8Array };
}

/** Elements of one encoded measurement. @throws PacelineError as newDeviceSharder() */
export function encodedLength(parameters: DeviceParameters): number {
  return laidOut(parameters).encoded;
}

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
  const { encoded, ...rest } = laidOut(parameters);
  const circuit = { ...bitWires(field128, encoded, chunkLength), outputLength: length, ...rest };
  const shape = shapeOf(circuit, { shares: 2, proofs: 1 });
  return new Sharder(circuit, shape, new Streams(algorithmIds[type], shape, sponges));
}
