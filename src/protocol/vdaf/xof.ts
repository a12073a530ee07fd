// XofTurboShake128 (VDAF section 6.2.1): how a stream's seed, tag and binder become the message of the sponge.
import { concat } from "../../base/bytes.ts";
import { fail, invariant } from "../../base/errors.ts";

/** The separation byte of the sponge. */
export const SPONGE_DOMAIN = 0x01;

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
  if (tag.length > 0xffff) fail("invalid_argument", `a context of ${ctx.length} bytes, more than 65527`);
  return tag;
}

/** What a stream's message begins with; more of the binder may follow. */
export function streamHead(seed: Uint8Array, tag: Uint8Array, binder: Uint8Array): Uint8Array {
  invariant(seed.length < 256 && tag.length < 65536, "seed or tag too long");
  return concat(Uint8Array.of(tag.length, tag.length >> 8), tag, Uint8Array.of(seed.length), seed, binder);
}
