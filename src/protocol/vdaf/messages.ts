// An aggregator's messages between their bytes and the vectors an instance works with (VDAF section 7.2.7): public share,
// input shares, verifier shares and messages, output shares, and the state it keeps. sharder.ts writes the first two,
// aggregates.ts both ways the aggregate shares. Decoding is strict: the exact length, every element below the modulus.
//
// The working vectors hold the last message only. Decoding writes to them, encoding reads them and makes fresh bytes, so
// that nothing an instance hands out changes later, and nothing is allocated for elements.
import { fail } from "../../base/errors.ts";
import type { FieldVector } from "../../math/field/field.ts";
import { SEED_SIZE, type Shape } from "./shape.ts";

/** What an aggregator keeps between its verifier share and the verifier message. Secret; `encodeState` gives bytes. */
export interface VerifyState {
  readonly outputShare: Uint8Array;
  /** Empty when the circuit takes no joint randomness. */
  readonly jointRandSeed: Uint8Array;
}

/** What an input share holds beside elements: views of the message. */
export interface Seeds {
  /** The first 32 bytes expand to a helper's measurement and proof shares; the leader's are in the working vectors. */
  readonly seed: Uint8Array;
  /** Goes into the aggregator's part of the joint randomness, if the circuit takes any. */
  readonly blind: Uint8Array;
  /** What the leader's part commits to: its measurement share as it came. */
  readonly measurement: Uint8Array;
}

const NOTHING = new Uint8Array(0);

export class Messages {
  readonly measurement: FieldVector;
  readonly proofs: FieldVector;
  readonly verifier: FieldVector;
  readonly output: FieldVector;
  /** The aggregators' parts of the joint randomness, in order: the public share. */
  readonly parts: Uint8Array;
  /** One view of `parts` an aggregator. */
  readonly part: readonly Uint8Array[];
  readonly #shape: Shape;

  constructor(shape: Shape) {
    const { field, sizes } = shape;
    this.measurement = field.newVector(shape.measurement);
    this.proofs = field.newVector(shape.proof);
    this.verifier = field.newVector(shape.verifier);
    this.output = field.newVector(shape.output);
    this.parts = new Uint8Array(sizes.publicShare);
    this.part = Array.from({ length: shape.joint ? shape.shares : 0 }, (_, id) =>
      this.parts.subarray(id * SEED_SIZE, (id + 1) * SEED_SIZE),
    );
    this.#shape = shape;
  }

  /** To `parts`. @throws PacelineError invalid_message */
  decodePublicShare(bytes: Uint8Array): void {
    this.#length("public share", bytes, this.#shape.sizes.publicShare);
    if (bytes.length > 0) this.parts.set(bytes);
  }

  /** An input share; the leader's elements go to `measurement` and `proofs`. @throws PacelineError invalid_message */
  decodeInputShare(id: number, bytes: Uint8Array): Seeds {
    const { field, measurement, proof, sizes, joint } = this.#shape;
    if (id > 0) {
      this.#length("input share", bytes, sizes.helperInputShare);
      return { seed: bytes, blind: joint ? bytes.subarray(SEED_SIZE) : NOTHING, measurement: NOTHING };
    }
    this.#length("input share", bytes, sizes.leaderInputShare);
    const middle = measurement * field.encodedSize;
    this.#elements("input share", this.measurement, bytes, 0, measurement);
    this.#elements("input share", this.proofs, bytes, middle, proof);
    if (!joint) return { seed: NOTHING, blind: NOTHING, measurement: NOTHING };
    const blind = bytes.subarray(middle + proof * field.encodedSize);
    return { seed: NOTHING, blind, measurement: bytes.subarray(0, middle) };
  }

  /** `verifier` and an aggregator's part. */
  encodeVerifierShare(id: number): Uint8Array {
    const { field, verifier, sizes, joint } = this.#shape;
    const message = new Uint8Array(sizes.verifierShare);
    field.encodeInto(message, 0, this.verifier, 0, verifier);
    if (joint) message.set(this.part[id] as Uint8Array, message.length - SEED_SIZE);
    return message;
  }

  /** To `verifier` and to aggregator `id`'s part. @throws PacelineError invalid_message */
  decodeVerifierShare(id: number, bytes: Uint8Array): void {
    const { verifier, sizes, joint } = this.#shape;
    this.#length("verifier share", bytes, sizes.verifierShare);
    this.#elements("verifier share", this.verifier, bytes, 0, verifier);
    if (joint) (this.part[id] as Uint8Array).set(bytes.subarray(bytes.length - SEED_SIZE));
  }

  /** @returns the joint randomness seed the aggregators agree on, or nothing. @throws PacelineError invalid_message */
  decodeVerifierMessage(bytes: Uint8Array): Uint8Array {
    this.#length("verifier message", bytes, this.#shape.sizes.verifierMessage);
    return bytes;
  }

  /** `output` as an output or aggregate share. */
  encodeOutput(): Uint8Array {
    const { field, output, sizes } = this.#shape;
    const message = new Uint8Array(sizes.outputShare);
    field.encodeInto(message, 0, this.output, 0, output);
    return message;
  }

  encodeState(state: VerifyState): Uint8Array {
    const message = new Uint8Array(this.#shape.sizes.verifyState);
    message.set(state.outputShare);
    message.set(state.jointRandSeed, state.outputShare.length);
    return message;
  }

  /** @throws PacelineError invalid_message */
  decodeState(bytes: Uint8Array): VerifyState {
    const { output, sizes } = this.#shape;
    this.#length("verification state", bytes, sizes.verifyState);
    this.#elements("verification state", this.output, bytes, 0, output);
    // Not slice(): of a Node Buffer that is a view.
    const copy = Uint8Array.from(bytes);
    return { outputShare: copy.subarray(0, sizes.outputShare), jointRandSeed: copy.subarray(sizes.outputShare) };
  }

  #length(what: string, bytes: Uint8Array, length: number): void {
    if (bytes.length !== length) fail("invalid_message", `${what} of ${bytes.length} bytes where ${length} belong`);
  }

  #elements(what: string, out: FieldVector, bytes: Uint8Array, at: number, count: number): void {
    if (!this.#shape.field.decodeInto(out, 0, bytes, at, count))
      fail("invalid_message", `${what}: a field element is not below the modulus`);
  }
}
