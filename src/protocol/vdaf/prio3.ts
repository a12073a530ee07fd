// Prio3 (VDAF section 7.2): one client's measurement split into shares that aggregators can check together and add up.
// Everything that crosses the wire goes in and out as bytes, see messages.ts.
import { equalBytes } from "../../base/bytes.ts";
import { fail, invariant } from "../../base/errors.ts";
import { type Engine, typescriptEngine } from "../../math/engine.ts";
import type { FieldVector } from "../../math/field/field.ts";
import { fromBigInts, inverse } from "../../math/field/modular.ts";
import { Aggregates } from "./aggregates.ts";
import type { Circuit } from "./circuit.ts";
import { Messages, type VerifyState } from "./messages.ts";
import { checkSize, type MessageSizes, NONCE_SIZE, SEED_SIZE, type Shape, shapeOf } from "./shape.ts";
import { Sharder, type Shares } from "./sharder.ts";
import { Streams } from "./streams.ts";
import { Verifier } from "./verifier.ts";

const VERIFY_KEY_SIZE = SEED_SIZE;
const NOTHING = new Uint8Array(0);

/** @typeParam M measurement, @typeParam R aggregate result */
export class Prio3<M, R> extends Aggregates<R> {
  readonly id: number;
  readonly proofs: number;
  /** Bytes of randomness shard() takes. */
  readonly randLength: number;
  readonly sizes: MessageSizes;
  readonly #shape: Shape;
  readonly #circuit: Circuit<M, R>;
  readonly #sharder: Sharder<M>;
  readonly #verifier: Verifier;
  readonly #streams: Streams;
  readonly #messages: Messages;
  /** 1/shares */
  readonly #share: FieldVector;
  /** The verifiers of all aggregators so far. */
  readonly #sum: FieldVector;
  readonly #jointRand: FieldVector;
  readonly #queryRand: FieldVector;
  readonly #jointRandSeed: Uint8Array;

  /**
   * @param circuit over a field of `engine`, and no other instance's: both belong to the instance from here on
   * @param options shares: aggregators, 2 to 255; proofs: 1 to 255
   * @throws PacelineError invalid_argument
   */
  constructor(id: number, circuit: Circuit<M, R>, options: { shares: number; proofs: number; engine?: Engine }) {
    const { shares, proofs, engine = typescriptEngine() } = options;
    for (const [name, value, least] of [
      ["shares", shares, 2],
      ["proofs", proofs, 1],
    ] as const)
      if (!Number.isInteger(value) || value < least || value > 255)
        fail("invalid_argument", `${value} ${name}, not an integer from ${least} to 255`);
    super(circuit, shares);
    const { field } = circuit;
    invariant(field === engine.field64 || field === engine.field128, "the circuit's field is of another engine");
    const shape = shapeOf(circuit as Circuit<never, unknown>, { shares, proofs });
    this.id = id;
    this.proofs = proofs;
    this.sizes = shape.sizes;
    this.#shape = shape;
    this.#circuit = circuit;
    this.#streams = new Streams(id, shape, engine);
    this.#sharder = new Sharder(circuit, shape, this.#streams);
    this.#verifier = new Verifier(circuit as Circuit<never, unknown>);
    this.randLength = this.#sharder.randLength;
    this.#messages = new Messages(shape);
    this.#share = fromBigInts(field, [inverse(BigInt(shares), field.modulus)]);
    this.#sum = field.newVector(shape.verifier);
    this.#jointRand = field.newVector(shape.jointRand);
    this.#queryRand = field.newVector(shape.queryRand);
    this.#jointRandSeed = new Uint8Array(shape.joint ? SEED_SIZE : 0);
  }

  /**
   * Splits a measurement (section 7.2.1).
   * @param ctx application context, bound into every stream
   * @param nonce 16 bytes, public, unique per report
   * @param rand `randLength` secret random bytes, never reused
   * @throws PacelineError invalid_measurement, before anything is done with `rand`
   */
  shard(ctx: Uint8Array, measurement: M, nonce: Uint8Array, rand: Uint8Array): Shares {
    return this.#sharder.shard(ctx, measurement, nonce, rand);
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
    checkSize("verify key", verifyKey, VERIFY_KEY_SIZE);
    checkSize("nonce", nonce, NONCE_SIZE);
    if (!Number.isInteger(aggregatorId) || aggregatorId < 0 || aggregatorId >= this.shares)
      fail("invalid_argument", `aggregator ${aggregatorId} of ${this.shares}`);
    this.#streams.enter(ctx);
    const messages = this.#messages;
    messages.decodePublicShare(publicShare);
    const { seed, blind, measurement } = messages.decodeInputShare(aggregatorId, inputShare);
    const part = messages.part[aggregatorId];
    if (aggregatorId > 0) {
      const seeds = { seed, blind, nonce };
      if (part === undefined) this.#streams.helperMeasurement(messages.measurement, aggregatorId, seed);
      else this.#streams.helperMeasurementAndPart(messages.measurement, part, aggregatorId, seeds);
      this.#streams.helperProofs(messages.proofs, aggregatorId, seed);
    } else if (part !== undefined) this.#streams.leaderPart(part, blind, nonce, measurement);
    if (part !== undefined) this.#deriveJointRand();
    this.#streams.queryRand(this.#queryRand, verifyKey, nonce);
    this.#query();
    this.#circuit.truncate(messages.output, messages.measurement);
    return {
      state: { outputShare: messages.encodeOutput(), jointRandSeed: this.#agreedSeed() },
      verifierShare: messages.encodeVerifierShare(aggregatorId),
    };
  }

  /**
   * Combines the verifier shares of all aggregators, in order (section 7.2.2.2).
   * @throws PacelineError verification_failed when the proof does not hold, invalid_message when a share does not decode
   */
  verifierSharesToMessage(ctx: Uint8Array, verifierShares: readonly Uint8Array[]): Uint8Array {
    const { field, verifier: length, joint, shares, proofs } = this.#shape;
    if (verifierShares.length !== shares)
      fail("invalid_message", `${verifierShares.length} verifier shares where ${shares} belong`);
    this.#streams.enter(ctx);
    const messages = this.#messages;
    for (let id = 0; id < shares; id++) {
      messages.decodeVerifierShare(id, verifierShares[id] as Uint8Array);
      if (id === 0) field.copy(length, this.#sum, 0, 1, messages.verifier, 0, 1);
      else field.add(length, this.#sum, 0, 1, this.#sum, 0, 1, messages.verifier, 0, 1);
    }
    for (let proof = 0; proof < proofs; proof++)
      if (!this.#verifier.decide(this.#sum, proof * this.#verifier.lengths.verifier))
        fail("verification_failed", "the proof of a report does not hold");
    if (joint) this.#streams.jointRandSeed(this.#jointRandSeed, messages.parts);
    return this.#agreedSeed();
  }

  /**
   * Accepts the verifier message and gives up the output share (section 7.2.2.3).
   * @throws PacelineError verification_failed when the client did not use the joint randomness it claims
   */
  verifyNext(state: VerifyState, message: Uint8Array): Uint8Array {
    if (!equalBytes(state.jointRandSeed, this.#messages.decodeVerifierMessage(message)))
      fail("verification_failed", "the joint randomness of a report does not match");
    return state.outputShare;
  }

  encodeState(state: VerifyState): Uint8Array {
    return this.#messages.encodeState(state);
  }

  /** @throws PacelineError invalid_message */
  decodeState(bytes: Uint8Array): VerifyState {
    return this.#messages.decodeState(bytes);
  }

  /** The last joint randomness seed, as a message or part of a state. */
  #agreedSeed(): Uint8Array {
    return this.#shape.joint ? this.#jointRandSeed.slice() : NOTHING;
  }

  /** From the parts of all aggregators to their common randomness. */
  #deriveJointRand(): void {
    this.#streams.jointRandSeed(this.#jointRandSeed, this.#messages.parts);
    this.#streams.jointRand(this.#jointRand, this.#jointRandSeed);
  }

  #query(): void {
    const { lengths } = this.#verifier;
    const { measurement, proofs: proof, verifier } = this.#messages;
    for (let k = 0; k < this.proofs; k++) {
      const input = { measurement, proof, proofAt: k * lengths.proof, share: this.#share };
      const rand = {
        query: this.#queryRand,
        queryAt: k * lengths.queryRand,
        joint: this.#jointRand,
        jointAt: k * this.#circuit.jointRandLength,
      };
      if (!this.#verifier.query(verifier, k * lengths.verifier, input, rand))
        fail("verification_failed", "the query point of a report is a root of unity");
    }
  }
}
