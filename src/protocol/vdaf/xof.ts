// XofTurboShake128 (VDAF section 6.2.1): every seed and every pseudorandom field element of Prio3 comes from here.
import { concat } from "../../base/bytes.ts";
import { fail, invariant } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import { TurboShake128 } from "../../math/turboshake/turboshake.ts";

export const SEED_SIZE = 32;

/** The wire version of the VDAF drafts 18 to 20. */
const VERSION = 18;

/** What a stream is for (VDAF section 7.2); part of its domain separation. */
export const Usage = {
  measurementShare: 1,
  proofShare: 2,
  jointRandomness: 3,
  proveRandomness: 4,
  queryRandomness: 5,
  jointRandSeed: 6,
  jointRandPart: 7,
} as const;
export type Usage = (typeof Usage)[keyof typeof Usage];

/** Domain separation tag: version, class 0 (VDAF), algorithm, usage, application context (VDAF section 6.2.3). */
export function domainSeparation(algorithmId: number, usage: Usage, ctx: Uint8Array): Uint8Array {
  const fixed = new Uint8Array(8);
  fixed[0] = VERSION;
  new DataView(fixed.buffer).setUint32(2, algorithmId);
  fixed[7] = usage;
  const tag = concat(fixed, ctx);
  if (tag.length > 0xffff)
    fail("invalid_argument", `application context of ${ctx.length} bytes, at most 65527 are allowed`);
  return tag;
}

// One sponge for all streams: each function below reads all it needs before it returns.
const sponge = new TurboShake128(0x01);
const tagLength = new Uint8Array(2);
const seedLength = new Uint8Array(1);

/** Starts the stream of (seed, tag, binder). Read it before the next call to any function of this file. */
function start(seed: Uint8Array, tag: Uint8Array, binder: readonly Uint8Array[]): TurboShake128 {
  invariant(seed.length < 256, "seed too long");
  tagLength[0] = tag.length;
  tagLength[1] = tag.length >> 8;
  seedLength[0] = seed.length;
  sponge.reset().absorb(tagLength).absorb(tag).absorb(seedLength).absorb(seed);
  for (const part of binder) sponge.absorb(part);
  return sponge;
}

/** The first 32 bytes of a stream. */
export function deriveSeed(
  seed: Uint8Array,
  tag: Uint8Array,
  ...binder: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  return start(seed, tag, binder).squeeze(SEED_SIZE);
}

/** A vector as elements and in its encoding, which sampling yields for free. */
export interface Expanded {
  readonly vector: FieldVector;
  readonly encoded: Uint8Array<ArrayBuffer>;
}

/** `length` uniform elements from a stream. */
export function expandVector(
  field: Field,
  length: number,
  seed: Uint8Array,
  tag: Uint8Array,
  ...binder: readonly Uint8Array[]
): Expanded {
  return sampleVector(field, length, start(seed, tag, binder));
}

/** Rejection sampling (VDAF section 6.2): candidates at or above the modulus are skipped. Both moduli fill their bytes, so no mask. */
export function sampleVector(field: Field, length: number, stream: { squeezeInto(out: Uint8Array): void }): Expanded {
  const size = field.encodedSize;
  const encoded = new Uint8Array(length * size);
  const vector = field.newVector(length);
  stream.squeezeInto(encoded);
  if (field.decodeInto(vector, 0, encoded, 0, length)) return { vector, encoded };
  let kept = 0;
  for (let candidate = 0; kept < length; candidate++) {
    const from = candidate * size;
    if (candidate < length) encoded.copyWithin(kept * size, from, from + size);
    else stream.squeezeInto(encoded.subarray(kept * size, (kept + 1) * size));
    if (field.decodeInto(vector, kept, encoded, kept * size, 1)) kept++;
  }
  return { vector, encoded };
}
