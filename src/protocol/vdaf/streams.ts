// The seven uses of the XOF in Prio3 (VDAF section 7.2): which seed, which tag, which binder, how many elements.
import { concat, equalBytes } from "../../base/bytes.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import type { Circuit } from "./circuit.ts";
import type { Flp } from "./flp.ts";
import { deriveSeed, domainSeparation, type Expanded, expandVector, SEED_SIZE, Usage } from "./xof.ts";

const ZERO_SEED = new Uint8Array(SEED_SIZE);

export class Streams {
  readonly #id: number;
  readonly #field: Field;
  readonly #circuit: Circuit<never, unknown>;
  readonly #lengths: Flp["lengths"];
  readonly #proofs: number;
  readonly #tags: Uint8Array[] = [];
  #tagsContext: Uint8Array = new Uint8Array(0);

  constructor(id: number, flp: Flp, proofs: number) {
    this.#id = id;
    this.#field = flp.circuit.field;
    this.#circuit = flp.circuit;
    this.#lengths = flp.lengths;
    this.#proofs = proofs;
  }

  /** Tags of the last context are kept: a task has one context for all its reports. */
  #tag(usage: Usage, ctx: Uint8Array): Uint8Array {
    if (!equalBytes(ctx, this.#tagsContext)) {
      this.#tagsContext = concat(ctx);
      this.#tags.length = 0;
    }
    this.#tags[usage] ??= domainSeparation(this.#id, usage, ctx);
    return this.#tags[usage];
  }

  helperMeasurement(ctx: Uint8Array, id: number, seed: Uint8Array): Expanded {
    const tag = this.#tag(Usage.measurementShare, ctx);
    return expandVector(this.#field, this.#circuit.measurementLength, seed, tag, Uint8Array.of(id));
  }

  helperProofs(ctx: Uint8Array, id: number, seed: Uint8Array): FieldVector {
    const length = this.#lengths.proof * this.#proofs;
    const binder = Uint8Array.of(this.#proofs, id);
    return expandVector(this.#field, length, seed, this.#tag(Usage.proofShare, ctx), binder).vector;
  }

  /** An aggregator's part of the joint randomness: it commits to the measurement share, given in its encoding. */
  jointRandPart(
    ctx: Uint8Array,
    id: number,
    blind: Uint8Array,
    nonce: Uint8Array,
    measurementShare: Uint8Array,
  ): Uint8Array {
    return deriveSeed(blind, this.#tag(Usage.jointRandPart, ctx), Uint8Array.of(id), nonce, measurementShare);
  }

  jointRandSeed(ctx: Uint8Array, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    return deriveSeed(ZERO_SEED, this.#tag(Usage.jointRandSeed, ctx), ...parts);
  }

  jointRand(ctx: Uint8Array, seed: Uint8Array): FieldVector {
    const length = this.#circuit.jointRandLength * this.#proofs;
    if (length === 0) return this.#field.newVector(0);
    const tag = this.#tag(Usage.jointRandomness, ctx);
    return expandVector(this.#field, length, seed, tag, Uint8Array.of(this.#proofs)).vector;
  }

  proveRand(ctx: Uint8Array, seed: Uint8Array): FieldVector {
    const length = this.#lengths.proveRand * this.#proofs;
    const tag = this.#tag(Usage.proveRandomness, ctx);
    return expandVector(this.#field, length, seed, tag, Uint8Array.of(this.#proofs)).vector;
  }

  queryRand(ctx: Uint8Array, verifyKey: Uint8Array, nonce: Uint8Array): FieldVector {
    const length = this.#lengths.queryRand * this.#proofs;
    const tag = this.#tag(Usage.queryRandomness, ctx);
    return expandVector(this.#field, length, verifyKey, tag, Uint8Array.of(this.#proofs), nonce).vector;
  }
}
