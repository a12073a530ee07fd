// The lengths of everything in one instance of Prio3, in field elements and in bytes (VDAF sections 7.2.6 and 7.2.7).
import { fail } from "../../base/errors.ts";
import type { Field, ProverField } from "../../math/field/field.ts";
import type { ProverCircuit } from "./circuit.ts";
import { proofLengths } from "./lengths.ts";

export const SEED_SIZE = 32;
export const NONCE_SIZE = 16;

/** Bytes of each message, for limits and storage. */
export interface MessageSizes {
  readonly publicShare: number;
  readonly leaderInputShare: number;
  readonly helperInputShare: number;
  readonly verifierShare: number;
  readonly verifierMessage: number;
  /** Also of an aggregate share. */
  readonly outputShare: number;
  readonly verifyState: number;
}

/** Lengths are in field elements and count all proofs. */
export interface Shape<F extends ProverField = Field> {
  readonly field: F;
  readonly shares: number;
  readonly proofs: number;
  /** Whether clients and aggregators derive randomness together. */
  readonly joint: boolean;
  readonly measurement: number;
  readonly proof: number;
  readonly verifier: number;
  readonly output: number;
  readonly jointRand: number;
  readonly proveRand: number;
  readonly queryRand: number;
  readonly sizes: MessageSizes;
}

export function shapeOf<F extends ProverField>(
  circuit: ProverCircuit<never> & { readonly field: F },
  options: { shares: number; proofs: number },
): Shape<F> {
  const { shares, proofs } = options;
  const { field, jointRandLength } = circuit;
  const lengths = proofLengths(circuit.gadget, circuit.calls, circuit.checks);
  const joint = jointRandLength > 0;
  const measurement = circuit.measurementLength;
  const proof = lengths.proof * proofs;
  const verifier = lengths.verifier * proofs;
  const element = field.encodedSize;
  const seed = joint ? SEED_SIZE : 0;
  const outputShare = circuit.outputLength * element;
  return {
    field,
    shares,
    proofs,
    joint,
    measurement,
    proof,
    verifier,
    output: circuit.outputLength,
    jointRand: jointRandLength * proofs,
    proveRand: lengths.proveRand * proofs,
    queryRand: lengths.queryRand * proofs,
    sizes: {
      publicShare: shares * seed,
      leaderInputShare: (measurement + proof) * element + seed,
      helperInputShare: SEED_SIZE + seed,
      verifierShare: verifier * element + seed,
      verifierMessage: seed,
      outputShare,
      verifyState: outputShare + seed,
    },
  };
}

/** For what the caller brings. @throws PacelineError invalid_argument, naming it */
export function checkSize(name: string, bytes: Uint8Array, size: number): void {
  if (bytes.length !== size) fail("invalid_argument", `${name} of ${bytes.length} bytes where ${size} belong`);
}
