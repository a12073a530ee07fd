// Prio3 (VDAF section 7.2): one client's measurement split into shares that aggregators can check together and add up.
// Everything that crosses the wire goes in and out as bytes; decoding is strict (length, elements below the modulus).
import { concat, equalBytes } from "../../base/bytes.ts";
import { decode, Reader } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import { fromBigInts, inverse, toBigInts } from "../../math/field/modular.ts";
import type { Circuit } from "./circuit.ts";
import { Flp } from "./flp.ts";
import { Streams } from "./streams.ts";
import { fromSmall, type MessageSizes, messageSizes, readVector } from "./vector-codec.ts";
import { SEED_SIZE } from "./xof.ts";

export const NONCE_SIZE = 16;
export const VERIFY_KEY_SIZE = SEED_SIZE;

/** What an aggregator keeps between its verifier share and the verifier message. Secret; `encodeState` gives bytes. */
export interface VerifyState {
  readonly outputShare: Uint8Array;
  /** Empty when the circuit takes no joint randomness. */
  readonly jointRandSeed: Uint8Array;
}

/** @typeParam M measurement, @typeParam R aggregate result */
export class Prio3<M, R> {
  readonly id: number;
  readonly shares: number;
  readonly proofs: number;
  readonly field: Field;
  /** Elements of an output or aggregate share. */
  readonly outputLength: number;
  /** Bytes of randomness shard() takes. */
  readonly randLength: number;
  readonly sizes: MessageSizes;
  readonly #circuit: Circuit<M, R>;
  readonly #flp: Flp;
  readonly #share: FieldVector;
  readonly #joint: boolean;
  readonly #streams: Streams;

  constructor(id: number, circuit: Circuit<M, R>, options: { shares: number; proofs: number }) {
    const { shares, proofs } = options;
    if (!Number.isInteger(shares) || shares < 2 || shares > 255)
      fail("invalid_argument", `${shares} shares, not an integer from 2 to 255`);
    const { field } = circuit;
    this.id = id;
    this.shares = shares;
    this.proofs = proofs;
    this.field = field;
    this.outputLength = circuit.outputLength;
    this.#circuit = circuit;
    this.#flp = new Flp(circuit as Circuit<never, unknown>);
    this.#share = fromBigInts(field, [inverse(BigInt(shares), field.modulus)]);
    this.#streams = new Streams(id, this.#flp, proofs);
    this.#joint = circuit.jointRandLength > 0;
    this.randLength = (this.#joint ? 2 : 1) * shares * SEED_SIZE;
    this.sizes = messageSizes(this.#flp, shares, proofs);
  }

  /**
   * Splits a measurement (section 7.2.1).
   * @param ctx application context, bound into every stream
   * @param nonce 16 bytes, public, unique per report
   * @param rand `randLength` secret random bytes, never reused
   * @returns one public share for all, one input share for each aggregator, leader first
   * @throws PacelineError invalid_measurement
   */
  shard(
    ctx: Uint8Array,
    measurement: M,
    nonce: Uint8Array,
    rand: Uint8Array,
  ): { publicShare: Uint8Array; inputShares: Uint8Array[] } {
    const { field } = this;
    const small = this.#circuit.encode(measurement);
    this.#checkArgument("nonce", nonce, NONCE_SIZE);
    this.#checkArgument("rand", rand, this.randLength);
    const whole = fromSmall(field, small);
    const seeds = this.#splitRand(rand);
    const leaderMeasurement = field.newVector(small.length);
    field.copy(small.length, leaderMeasurement, 0, 1, whole, 0, 1);
    const parts: Uint8Array[] = [];
    for (const [index, helper] of seeds.helpers.entries()) {
      const share = this.#streams.helperMeasurement(ctx, index + 1, helper.seed);
      field.sub(small.length, leaderMeasurement, 0, 1, leaderMeasurement, 0, 1, share.vector, 0, 1);
      if (this.#joint) parts.push(this.#streams.jointRandPart(ctx, index + 1, helper.blind, nonce, share.encoded));
    }
    const encoded = new Uint8Array(this.sizes.leaderInputShare);
    field.encodeInto(encoded, 0, leaderMeasurement, 0, small.length);
    const measurementBytes = encoded.subarray(0, small.length * field.encodedSize);
    if (this.#joint) parts.unshift(this.#streams.jointRandPart(ctx, 0, seeds.leaderBlind, nonce, measurementBytes));
    const proofs = this.#prove(ctx, whole, parts, seeds.prove);
    const proofLength = this.#flp.lengths.proof * this.proofs;
    for (const [index, helper] of seeds.helpers.entries()) {
      const share = this.#streams.helperProofs(ctx, index + 1, helper.seed);
      field.sub(proofLength, proofs, 0, 1, proofs, 0, 1, share, 0, 1);
    }
    field.encodeInto(encoded, measurementBytes.length, proofs, 0, proofLength);
    encoded.set(seeds.leaderBlind, encoded.length - seeds.leaderBlind.length);
    return {
      publicShare: concat(...parts),
      inputShares: [encoded, ...seeds.helpers.map((helper) => concat(helper.seed, helper.blind))],
    };
  }

  /**
   * An aggregator's first and only round (section 7.2.2.1).
   * @param verifyKey 32 bytes shared by the aggregators, unknown to clients
   * @param aggregatorId 0 for the leader
   * @throws PacelineError invalid_message when a share does not decode
   */
  verifyInit(
    verifyKey: Uint8Array,
    ctx: Uint8Array,
    aggregatorId: number,
    nonce: Uint8Array,
    publicShare: Uint8Array,
    inputShare: Uint8Array,
  ): { state: VerifyState; verifierShare: Uint8Array } {
    this.#checkArgument("verify key", verifyKey, VERIFY_KEY_SIZE);
    this.#checkArgument("nonce", nonce, NONCE_SIZE);
    if (!Number.isInteger(aggregatorId) || aggregatorId < 0 || aggregatorId >= this.shares)
      fail("invalid_argument", `aggregator ${aggregatorId} of ${this.shares}`);
    const parts = decode(publicShare, "public share", (reader) =>
      this.#joint ? Array.from({ length: this.shares }, () => reader.fixed(SEED_SIZE)) : [],
    );
    const input = this.#decodeInputShare(ctx, aggregatorId, inputShare);
    let jointRandSeed = new Uint8Array(0);
    if (this.#joint) {
      const { encoded } = input.measurement;
      parts[aggregatorId] = this.#streams.jointRandPart(ctx, aggregatorId, input.blind, nonce, encoded);
      jointRandSeed = this.#streams.jointRandSeed(ctx, parts);
    }
    const verifierShare = new Uint8Array(this.sizes.verifierShare);
    const verifiers = this.#query(verifyKey, ctx, nonce, input.measurement.vector, input.proofs, jointRandSeed);
    this.field.encodeInto(verifierShare, 0, verifiers, 0, this.#flp.lengths.verifier * this.proofs);
    if (this.#joint) verifierShare.set(parts[aggregatorId] as Uint8Array, verifierShare.length - SEED_SIZE);
    const output = this.field.newVector(this.outputLength);
    this.#circuit.truncate(output, input.measurement.vector);
    return { state: { outputShare: this.encodeAggregate(output), jointRandSeed }, verifierShare };
  }

  /**
   * Combines the verifier shares of all aggregators, in order (section 7.2.2.2).
   * @throws PacelineError verification_failed when the proof does not hold, invalid_message when a share does not decode
   */
  verifierSharesToMessage(ctx: Uint8Array, verifierShares: readonly Uint8Array[]): Uint8Array {
    const { field } = this;
    if (verifierShares.length !== this.shares)
      fail("invalid_message", `${verifierShares.length} verifier shares where ${this.shares} belong`);
    const length = this.#flp.lengths.verifier * this.proofs;
    const sum = field.newVector(length);
    const parts: Uint8Array[] = [];
    for (const bytes of verifierShares)
      decode(bytes, "verifier share", (reader) => {
        field.add(length, sum, 0, 1, sum, 0, 1, readVector(this.field, reader, length, "verifier share").vector, 0, 1);
        if (this.#joint) parts.push(reader.fixed(SEED_SIZE));
      });
    for (let proof = 0; proof < this.proofs; proof++)
      if (!this.#flp.decide(sum, proof * this.#flp.lengths.verifier))
        fail("verification_failed", "the proof of a report does not hold");
    return this.#joint ? this.#streams.jointRandSeed(ctx, parts) : new Uint8Array(0);
  }

  /**
   * Accepts the verifier message and gives up the output share (section 7.2.2.3).
   * @throws PacelineError verification_failed when the client did not use the joint randomness it claims
   */
  verifyNext(state: VerifyState, message: Uint8Array): Uint8Array {
    if (message.length !== this.sizes.verifierMessage)
      fail("invalid_message", `verifier message of ${message.length} bytes where ${this.sizes.verifierMessage} belong`);
    if (!equalBytes(state.jointRandSeed, message))
      fail("verification_failed", "the joint randomness of a report does not match");
    return state.outputShare;
  }

  encodeState(state: VerifyState): Uint8Array {
    return concat(state.outputShare, state.jointRandSeed);
  }

  /** @throws PacelineError invalid_message */
  decodeState(bytes: Uint8Array): VerifyState {
    return decode(bytes, "verification state", (reader) => ({
      outputShare: readVector(this.field, reader, this.outputLength, "verification state").encoded,
      jointRandSeed: concat(reader.fixed(this.sizes.verifierMessage)),
    }));
  }

  /** An empty aggregate: `outputLength` zeros. */
  newAggregate(): FieldVector {
    return this.field.newVector(this.outputLength);
  }

  /** Adds an output share, or another encoded aggregate, to `aggregate`. @throws PacelineError invalid_message */
  accumulate(aggregate: FieldVector, share: Uint8Array): void {
    this.field.add(this.outputLength, aggregate, 0, 1, aggregate, 0, 1, this.decodeAggregate(share), 0, 1);
  }

  encodeAggregate(aggregate: FieldVector): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.sizes.outputShare);
    this.field.encodeInto(out, 0, aggregate, 0, this.outputLength);
    return out;
  }

  /** @throws PacelineError invalid_message */
  decodeAggregate(bytes: Uint8Array): FieldVector {
    return decode(
      bytes,
      "aggregate share",
      (reader) => readVector(this.field, reader, this.outputLength, "aggregate share").vector,
    );
  }

  /**
   * The aggregate result (section 7.2.5).
   * @param reportCount reports in the batch: refused when that many could wrap around the modulus
   * @param options signed: read elements above p/2 as negative, for sums that carry noise
   */
  unshard(aggregateShares: readonly Uint8Array[], reportCount: number, options: { signed?: boolean } = {}): R {
    const { modulus } = this.field;
    if (aggregateShares.length !== this.shares)
      fail("invalid_message", `${aggregateShares.length} aggregate shares where ${this.shares} belong`);
    if (
      !Number.isSafeInteger(reportCount) ||
      reportCount < 0 ||
      BigInt(reportCount) * BigInt(this.#circuit.largest) >= modulus / 2n
    )
      fail("invalid_argument", `a batch of ${reportCount} reports does not fit ${this.field.name}`);
    const sum = this.newAggregate();
    for (const share of aggregateShares) this.accumulate(sum, share);
    const centred = (x: bigint): bigint => (x > modulus / 2n ? x - modulus : x);
    const values = toBigInts(this.field, sum);
    return this.#circuit.result(options.signed ? values.map(centred) : values);
  }

  #checkArgument(name: string, bytes: Uint8Array, length: number): void {
    if (bytes.length !== length) fail("invalid_argument", `${name} of ${bytes.length} bytes where ${length} belong`);
  }

  /** The seeds in the order of section 7.2.1; blinds are empty when there is no joint randomness. */
  #splitRand(rand: Uint8Array) {
    const reader = new Reader(rand, "rand");
    const blindSize = this.#joint ? SEED_SIZE : 0;
    const helpers: { seed: Uint8Array; blind: Uint8Array }[] = [];
    for (let id = 1; id < this.shares; id++)
      helpers.push({ seed: reader.fixed(SEED_SIZE), blind: reader.fixed(blindSize) });
    return { helpers, leaderBlind: reader.fixed(blindSize), prove: reader.fixed(SEED_SIZE) };
  }

  #prove(ctx: Uint8Array, measurement: FieldVector, parts: readonly Uint8Array[], seed: Uint8Array): FieldVector {
    const { lengths } = this.#flp;
    const joint = this.#streams.jointRand(ctx, this.#joint ? this.#streams.jointRandSeed(ctx, parts) : seed);
    const prove = this.#streams.proveRand(ctx, seed);
    const proofs = this.field.newVector(lengths.proof * this.proofs);
    for (let k = 0; k < this.proofs; k++) {
      const rand = { prove, proveAt: k * lengths.proveRand, joint, jointAt: k * this.#circuit.jointRandLength };
      this.#flp.prove(proofs, k * lengths.proof, measurement, rand);
    }
    return proofs;
  }

  #query(
    verifyKey: Uint8Array,
    ctx: Uint8Array,
    nonce: Uint8Array,
    measurement: FieldVector,
    proof: FieldVector,
    jointRandSeed: Uint8Array,
  ): FieldVector {
    const { lengths } = this.#flp;
    const joint = this.#streams.jointRand(ctx, jointRandSeed);
    const query = this.#streams.queryRand(ctx, verifyKey, nonce);
    const verifiers = this.field.newVector(lengths.verifier * this.proofs);
    for (let k = 0; k < this.proofs; k++) {
      const input = { measurement, proof, proofAt: k * lengths.proof, share: this.#share };
      const rand = { query, queryAt: k * lengths.queryRand, joint, jointAt: k * this.#circuit.jointRandLength };
      if (!this.#flp.query(verifiers, k * lengths.verifier, input, rand))
        fail("verification_failed", "the query point of a report is a root of unity");
    }
    return verifiers;
  }

  #decodeInputShare(ctx: Uint8Array, id: number, bytes: Uint8Array) {
    const blindSize = this.#joint ? SEED_SIZE : 0;
    return decode(bytes, "input share", (reader) => {
      if (id === 0) {
        const measurement = readVector(this.field, reader, this.#circuit.measurementLength, "input share");
        const proofs = readVector(this.field, reader, this.#flp.lengths.proof * this.proofs, "input share").vector;
        return { measurement, proofs, blind: reader.fixed(blindSize) };
      }
      const seed = reader.fixed(SEED_SIZE);
      const blind = reader.fixed(blindSize);
      const measurement = this.#streams.helperMeasurement(ctx, id, seed);
      return { measurement, proofs: this.#streams.helperProofs(ctx, id, seed), blind };
    });
  }
}
