// The seven uses of XofTurboShake128 in Prio3 (VDAF section 7.2): which seed, which tag, which binder, how many elements.
// Seeds are the first 32 bytes of what is given.
//
// A task has one context for all its reports, so what its messages begin with is laid out once and goes in as one piece.
import { concat, equalBytes } from "../../base/bytes.ts";
import type { Engine } from "../../math/engine.ts";
import type { FieldVector, ProverField } from "../../math/field/field.ts";
import type { Sponge } from "../../math/turboshake/sponge.ts";
import { NONCE_SIZE, SEED_SIZE, type Shape } from "./shape.ts";
import { domainSeparation, SPONGE_DOMAIN, streamHead, Usage } from "./xof.ts";

const ZERO_SEED = new Uint8Array(SEED_SIZE);

type Heads = Readonly<Record<keyof typeof Usage, Uint8Array>>;

export class Streams {
  readonly #id: number;
  readonly #sponge: Sponge;
  readonly #other: Sponge;
  readonly #shape: Shape<ProverField>;
  /** Length, tag, length, seed and the short parts of the binder, of which seed, id and nonce are written over. */
  #heads: Heads;
  #context: Uint8Array = new Uint8Array(0);

  constructor(id: number, shape: Shape<ProverField>, { sponge, other }: Pick<Engine, "sponge" | "other">) {
    this.#id = id;
    this.#shape = shape;
    this.#sponge = sponge;
    this.#other = other;
    this.#heads = this.#headsOf(this.#context);
  }

  /** Every stream until the next call is of this application context. @throws PacelineError invalid_argument */
  enter(ctx: Uint8Array): void {
    if (equalBytes(ctx, this.#context)) return;
    const context = concat(ctx);
    this.#heads = this.#headsOf(context);
    this.#context = context;
  }

  #headsOf(ctx: Uint8Array): Heads {
    const head = (usage: Usage, ...binder: readonly number[]): Uint8Array =>
      streamHead(ZERO_SEED, domainSeparation(this.#id, usage, ctx), Uint8Array.from(binder));
    const { proofs } = this.#shape;
    const nonce = new Array<number>(NONCE_SIZE).fill(0);
    return {
      measurementShare: head(Usage.measurementShare, 0),
      proofShare: head(Usage.proofShare, proofs, 0),
      jointRandomness: head(Usage.jointRandomness, proofs),
      proveRandomness: head(Usage.proveRandomness, proofs),
      queryRandomness: head(Usage.queryRandomness, proofs, ...nonce),
      jointRandSeed: head(Usage.jointRandSeed),
      jointRandPart: head(Usage.jointRandPart, 0, ...nonce),
    };
  }

  helperMeasurement(out: FieldVector, id: number, seed: Uint8Array): void {
    this.#shape.field.sample(this.#measurement(id, seed), out, 0, this.#shape.measurement);
  }

  /** A helper's measurement share together with its part of the joint randomness, 32 bytes, which commits to the share. */
  helperMeasurementAndPart(
    out: FieldVector,
    part: Uint8Array,
    id: number,
    { seed, blind, nonce }: { seed: Uint8Array; blind: Uint8Array; nonce: Uint8Array },
  ): void {
    const sink = this.#part(this.#other, id, blind, nonce);
    this.#shape.field.sampleAndAbsorb(this.#measurement(id, seed), sink, out, 0, this.#shape.measurement);
    sink.squeezeInto(part);
  }

  #measurement(id: number, seed: Uint8Array): Sponge {
    const head = this.#heads.measurementShare;
    put(head, 1, seed);
    head[head.length - 1] = id;
    return this.#sponge.reset(SPONGE_DOMAIN).absorb(head);
  }

  helperProofs(out: FieldVector, id: number, seed: Uint8Array): void {
    const head = this.#heads.proofShare;
    put(head, 2, seed);
    head[head.length - 1] = id;
    this.#expand(head, out, this.#shape.proof);
  }

  jointRand(out: FieldVector, seed: Uint8Array): void {
    const head = this.#heads.jointRandomness;
    put(head, 1, seed);
    this.#expand(head, out, this.#shape.jointRand);
  }

  proveRand(out: FieldVector, seed: Uint8Array): void {
    const head = this.#heads.proveRandomness;
    put(head, 1, seed);
    this.#expand(head, out, this.#shape.proveRand);
  }

  queryRand(out: FieldVector, verifyKey: Uint8Array, nonce: Uint8Array): void {
    const head = this.#heads.queryRandomness;
    put(head, 1 + NONCE_SIZE, verifyKey);
    put(head, 0, nonce, NONCE_SIZE);
    this.#expand(head, out, this.#shape.queryRand);
  }

  /** The leader's part of the joint randomness: it commits to the measurement share, given in its encoding. */
  leaderPart(out: Uint8Array, blind: Uint8Array, nonce: Uint8Array, encodedShare: Uint8Array): void {
    this.#part(this.#sponge, 0, blind, nonce).absorb(encodedShare).squeezeInto(out);
  }

  /** @param parts of all aggregators, in order */
  jointRandSeed(out: Uint8Array, parts: Uint8Array): void {
    this.#sponge.reset(SPONGE_DOMAIN).absorb(this.#heads.jointRandSeed).absorb(parts).squeezeInto(out);
  }

  #part(sponge: Sponge, id: number, blind: Uint8Array, nonce: Uint8Array): Sponge {
    const head = this.#heads.jointRandPart;
    put(head, 1 + NONCE_SIZE, blind);
    head[head.length - 1 - NONCE_SIZE] = id;
    put(head, 0, nonce, NONCE_SIZE);
    return sponge.reset(SPONGE_DOMAIN).absorb(head);
  }

  #expand(head: Uint8Array, out: FieldVector, count: number): void {
    this.#shape.field.sample(this.#sponge.reset(SPONGE_DOMAIN).absorb(head), out, 0, count);
  }
}

/** Writes the first `size` bytes so that `behind` bytes follow. A loop is faster than set() for so few. */
function put(head: Uint8Array, behind: number, bytes: Uint8Array, size = SEED_SIZE): void {
  const at = head.length - behind - size;
  for (let k = 0; k < size; k++) head[at + k] = bytes[k] as number;
}
