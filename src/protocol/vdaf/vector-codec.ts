// Field vectors and messages in bytes: strict reading, and the sizes every message has.
import { concat } from "../../base/bytes.ts";
import type { Reader } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import type { Flp } from "./flp.ts";
import { type Expanded, SEED_SIZE } from "./xof.ts";

/** Elements and their bytes, the bytes copied so that the message may be reused. @throws PacelineError invalid_message */
export function readVector(field: Field, reader: Reader, length: number, what: string): Expanded {
  // Not slice(): of a Node Buffer that is a view.
  const encoded = concat(reader.fixed(length * field.encodedSize));
  const vector = field.newVector(length);
  if (!field.decodeInto(vector, 0, encoded, 0, length))
    fail("invalid_message", `${what}: a field element is not below the modulus`);
  return { vector, encoded };
}

/** A vector of integers below 256. */
export function fromSmall(field: Field, values: Uint8Array): FieldVector {
  const size = field.encodedSize;
  const bytes = new Uint8Array(values.length * size);
  for (let k = 0; k < values.length; k++) bytes[k * size] = values[k] as number;
  const out = field.newVector(values.length);
  field.decodeInto(out, 0, bytes, 0, values.length);
  return out;
}

/** Bytes of each message, for limits and storage. */
export interface MessageSizes {
  readonly publicShare: number;
  readonly leaderInputShare: number;
  readonly helperInputShare: number;
  readonly verifierShare: number;
  readonly verifierMessage: number;
  /** Also of an aggregate share. */
  readonly outputShare: number;
}

export function messageSizes({ circuit, lengths }: Flp, shares: number, proofs: number): MessageSizes {
  const element = circuit.field.encodedSize;
  const seed = circuit.jointRandLength > 0 ? SEED_SIZE : 0;
  return {
    publicShare: shares * seed,
    leaderInputShare: (circuit.measurementLength + lengths.proof * proofs) * element + seed,
    helperInputShare: SEED_SIZE + seed,
    verifierShare: lengths.verifier * proofs * element + seed,
    verifierMessage: seed,
    outputShare: circuit.outputLength * element,
  };
}
