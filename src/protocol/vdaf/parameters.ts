// The VDAFs a task may name, their checks and the sizes that follow from them.
import { fail } from "../../base/errors.ts";
import { type Width, widths } from "../../math/widths.ts";
import { proofLengths } from "./lengths.ts";

/** Plain data, safe in JSON but for bounds from 2^53 on, which are bigints. Lengths count values, maxima are inclusive. */
export type Prio3Parameters =
  | { readonly type: "Prio3Count" }
  | { readonly type: "Prio3Sum"; readonly maxMeasurement: number | bigint }
  | {
      readonly type: "Prio3SumVec";
      readonly length: number;
      readonly maxMeasurement: number | bigint;
      readonly chunkLength: number;
    }
  | { readonly type: "Prio3Histogram"; readonly length: number; readonly chunkLength: number }
  | {
      readonly type: "Prio3MultihotCountVec";
      readonly length: number;
      readonly maxWeight: number;
      readonly chunkLength: number;
    }
  | {
      readonly type: "Prio3L1BoundSum";
      readonly length: number;
      readonly maxValue: number;
      readonly chunkLength: number;
    }
  | {
      /** SumVec over the small field with several proofs: smaller shares for long vectors. A private algorithm id. */
      readonly type: "Prio3SumVecField64Multiproof";
      readonly length: number;
      readonly maxMeasurement: number | bigint;
      readonly chunkLength: number;
      readonly proofs: number;
    };

/** Vectors of integers modulo 2^bits, masked and summed, without any proof of them. A private algorithm id. */
export interface AdditiveParameters {
  readonly type: "AdditiveSum";
  readonly length: number;
  readonly bits: Width;
}

export type VdafParameters = Prio3Parameters | AdditiveParameters;
export type Prio3Type = Prio3Parameters["type"];
export type VdafType = VdafParameters["type"];

/** Algorithm identifiers (VDAF section 10; draft-ietf-ppm-l1-bound-sum section 6; from 0xffff0000 on for private use). */
export const algorithmIds: { readonly [type in VdafType]: number } = {
  Prio3Count: 1,
  Prio3Sum: 2,
  Prio3SumVec: 3,
  Prio3Histogram: 4,
  Prio3MultihotCountVec: 5,
  Prio3L1BoundSum: 7,
  AdditiveSum: 0xfffffffe,
  Prio3SumVecField64Multiproof: 0xffffffff,
};

/** Elements one measurement may have: 16 MiB encoded, and far from the limit of any message. */
export const MEASUREMENT_LENGTH_MAX = 2 ** 20;

/** Fewer proofs over the 64-bit field are not sound with joint randomness (VDAF section 9.7). */
const FIELD64_PROOFS_MIN = 3;

/** @throws PacelineError invalid_argument, naming the parameter */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    fail("invalid_argument", `${name} is ${value}, not an integer from ${least} to ${most}`);
}

type Unchunked<P> = P extends Prio3Parameters ? Omit<P, "chunkLength" | "proofs"> : never;

const bits = (max: number | bigint): number => max.toString(2).length;

/** Elements of an encoded measurement. */
function measurementLength(parameters: Unchunked<Prio3Parameters>): number {
  switch (parameters.type) {
    case "Prio3Count":
      return 1;
    case "Prio3Sum":
      return bits(parameters.maxMeasurement);
    case "Prio3SumVec":
    case "Prio3SumVecField64Multiproof":
      return parameters.length * bits(parameters.maxMeasurement);
    case "Prio3Histogram":
      return parameters.length;
    case "Prio3MultihotCountVec":
      return parameters.length + bits(parameters.maxWeight);
    case "Prio3L1BoundSum":
      return (parameters.length + 1) * bits(parameters.maxValue);
  }
}

/** @throws PacelineError invalid_argument, naming the parameter */
export function checkParameters(parameters: VdafParameters): void {
  if (!Object.hasOwn(algorithmIds, parameters.type))
    fail("invalid_argument", "the VDAF type is not known", { hint: `One of ${Object.keys(algorithmIds).join(", ")}.` });
  if (parameters.type === "AdditiveSum") {
    checkAdditive(parameters);
    return;
  }
  checkRanges(parameters);
  if (!("chunkLength" in parameters)) return;
  // One that is longer than the measurement costs a longer proof, and other implementations take it.
  checkInteger("chunkLength", parameters.chunkLength, 1, MEASUREMENT_LENGTH_MAX);
  if ("proofs" in parameters) checkInteger("proofs", parameters.proofs, FIELD64_PROOFS_MIN, 255);
}

function checkAdditive({ length, bits }: AdditiveParameters): void {
  checkInteger("length", length, 1, MEASUREMENT_LENGTH_MAX);
  if (!widths.includes(bits)) fail("invalid_argument", `bits is ${bits}, not one of ${widths.join(", ")}`);
}

function checkRanges(parameters: Unchunked<Prio3Parameters>): void {
  if ("length" in parameters) checkInteger("length", parameters.length, 1, MEASUREMENT_LENGTH_MAX);
  if ("maxMeasurement" in parameters) checkBound(parameters);
  if ("maxWeight" in parameters) checkInteger("maxWeight", parameters.maxWeight, 1, parameters.length);
  if ("maxValue" in parameters) checkInteger("maxValue", parameters.maxValue, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("the length of an encoded measurement", measurementLength(parameters), 1, MEASUREMENT_LENGTH_MAX);
}

function checkBound({
  type,
  maxMeasurement: max,
}: {
  readonly type: VdafType;
  readonly maxMeasurement: number | bigint;
}) {
  if (typeof max === "number") return checkInteger("maxMeasurement", max, 1, Number.MAX_SAFE_INTEGER);
  // In DAP a bound has 64 bits, of which the small field does not hold all.
  const most = 2n ** 64n - (type === "Prio3SumVec" ? 1n : 2n ** 32n);
  if (max <= BigInt(Number.MAX_SAFE_INTEGER) || max > most)
    fail("invalid_argument", `maxMeasurement is ${max}, not an integer from 2^53 to ${most}`);
}

/**
 * The chunk length with the shortest proof (VDAF section 7.4.3.1 leaves it to trial). A proof of p wire points fits up to p - 1
 * gadget calls, so for each power of two p only the smallest sufficient chunk can be the best. Of equal proofs the smaller
 * chunk wins: its verifier shares are shorter.
 * @returns 1 for types without chunks
 */
export function chooseChunkLength(parameters: Unchunked<Prio3Parameters>): number {
  checkRanges(parameters);
  const length = measurementLength(parameters);
  let best = length;
  let bestProof = Number.POSITIVE_INFINITY;
  if (!("length" in parameters)) return 1;
  for (let points = 2; points / 2 <= length; points *= 2) {
    const chunk = Math.ceil(length / (points - 1));
    const { proof } = proofLengths({ arity: 2 * chunk, degree: 2 }, Math.ceil(length / chunk), 1);
    if (proof <= bestProof) {
      best = chunk;
      bestProof = proof;
    }
  }
  return best;
}
