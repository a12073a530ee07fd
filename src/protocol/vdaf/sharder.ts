// The client's half of Prio3 (VDAF section 7.2.1): one measurement split into shares, with a proof that they add up to a valid
// one. All that a device needs, and nothing an aggregator needs besides.
import { invariant } from "../../base/errors.ts";
import type { FieldVector, ProverField } from "../../math/field/field.ts";
import type { ProverCircuit } from "./circuit.ts";
import { Prover } from "./prover.ts";
import { checkSize, NONCE_SIZE, SEED_SIZE, type Shape } from "./shape.ts";
import type { Streams } from "./streams.ts";

/** One public share for all, one input share for each aggregator, leader first. */
export interface Shares {
  readonly publicShare: Uint8Array;
  readonly inputShares: Uint8Array[];
}

/**
 * Its working vectors keep the last measurement and its shares until the next one comes, or the instance goes.
 * @typeParam M measurement
 */
export class Sharder<M> {
  /** Bytes of randomness shard() takes. */
  readonly randLength: number;
  readonly #circuit: ProverCircuit<M>;
  readonly #shape: Shape<ProverField>;
  readonly #streams: Streams;
  readonly #prover: Prover;
  /** The measurement before it is shared. */
  readonly #whole: FieldVector;
  /** The leader's shares. */
  readonly #measurement: FieldVector;
  readonly #proofs: FieldVector;
  /** A helper's measurement or proof share. */
  readonly #other: FieldVector;
  readonly #jointRand: FieldVector;
  readonly #proveRand: FieldVector;
  readonly #jointRandSeed = new Uint8Array(SEED_SIZE);

  constructor(circuit: ProverCircuit<M>, shape: Shape<ProverField>, streams: Streams) {
    const { field } = shape;
    this.randLength = (shape.joint ? 2 : 1) * shape.shares * SEED_SIZE;
    this.#circuit = circuit;
    this.#shape = shape;
    this.#streams = streams;
    this.#prover = new Prover(circuit);
    this.#whole = field.newVector(shape.measurement);
    this.#measurement = field.newVector(shape.measurement);
    this.#proofs = field.newVector(shape.proof);
    this.#other = field.newVector(Math.max(shape.measurement, shape.proof));
    this.#jointRand = field.newVector(shape.jointRand);
    this.#proveRand = field.newVector(shape.proveRand);
  }

  /**
   * Splits a measurement.
   * @param ctx application context, bound into every stream
   * @param nonce 16 bytes, public, unique per report
   * @param rand `randLength` secret random bytes, never reused: each helper's seed and blind, the leader's blind, the
   *   prover's seed; blinds only where there is joint randomness
   * @throws PacelineError invalid_measurement, before anything is done with `rand`
   */
  shard(ctx: Uint8Array, measurement: M, nonce: Uint8Array, rand: Uint8Array): Shares {
    const small = this.#circuit.encode(measurement);
    invariant(small.length === this.#shape.measurement, "an encoding of another length than the circuit's");
    checkSize("nonce", nonce, NONCE_SIZE);
    checkSize("rand", rand, this.randLength);
    const streams = this.#streams;
    streams.enter(ctx);
    const { field, joint, shares, sizes } = this.#shape;
    const own = this.#measurement;
    const publicShare = new Uint8Array(sizes.publicShare);
    const part = (id: number): Uint8Array => publicShare.subarray(id * SEED_SIZE, (id + 1) * SEED_SIZE);
    const leader = new Uint8Array(sizes.leaderInputShare);
    const inputShares = [leader];
    field.fromSmall(this.#whole, 0, small);
    field.copy(small.length, own, 0, 1, this.#whole, 0, 1);
    for (let id = 1; id < shares; id++) {
      // A helper's share is what was drawn for it.
      const share = copyOf(rand, (id - 1) * sizes.helperInputShare, sizes.helperInputShare);
      inputShares.push(share);
      if (joint) {
        const seeds = { seed: share.subarray(0, SEED_SIZE), blind: share.subarray(SEED_SIZE), nonce };
        streams.helperMeasurementAndPart(this.#other, part(id), id, seeds);
      } else streams.helperMeasurement(this.#other, id, share);
      field.sub(small.length, own, 0, 1, own, 0, 1, this.#other, 0, 1);
    }
    const proofsAt = small.length * field.encodedSize;
    field.encodeInto(leader, 0, own, 0, small.length);
    if (joint) {
      const blind = copyOf(rand, rand.length - 2 * SEED_SIZE, SEED_SIZE);
      leader.set(blind, leader.length - SEED_SIZE);
      streams.leaderPart(part(0), blind, nonce, leader.subarray(0, proofsAt));
      streams.jointRandSeed(this.#jointRandSeed, publicShare);
      streams.jointRand(this.#jointRand, this.#jointRandSeed);
    }
    this.#prove(copyOf(rand, rand.length - SEED_SIZE, SEED_SIZE), inputShares);
    field.encodeInto(leader, proofsAt, this.#proofs, 0, this.#shape.proof);
    return { publicShare, inputShares };
  }

  /** Fills the leader's share of the proofs. */
  #prove(seed: Uint8Array, inputShares: readonly Uint8Array[]): void {
    const { field, shares, proofs: count, proof, proveRand, jointRand } = this.#shape;
    const proofs = this.#proofs;
    this.#streams.proveRand(this.#proveRand, seed);
    for (let k = 0; k < count; k++)
      this.#prover.prove(proofs, (k * proof) / count, this.#whole, {
        prove: this.#proveRand,
        proveAt: (k * proveRand) / count,
        joint: this.#jointRand,
        jointAt: (k * jointRand) / count,
      });
    for (let id = 1; id < shares; id++) {
      this.#streams.helperProofs(this.#other, id, inputShares[id] as Uint8Array);
      field.sub(proof, proofs, 0, 1, proofs, 0, 1, this.#other, 0, 1);
    }
  }
}

/** Not slice(), which of a Node Buffer is a view; and a loop is faster than set() for so few. */
function copyOf(bytes: Uint8Array, from: number, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  for (let k = 0; k < length; k++) out[k] = bytes[from + k] as number;
  return out;
}
