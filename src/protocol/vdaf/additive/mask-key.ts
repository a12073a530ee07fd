// The key of a report's mask: from the helper's seed, bound to the task and to the report, so that no two reports share a mask,
// whatever a device does with its seeds.

import { compactKeccakP12 } from "../../../math/turboshake/compact-keccak.ts";
import { KeccakSponge } from "../../../math/turboshake/keccak-sponge.ts";
import { algorithmIds } from "../parameters.ts";
import { checkSize, NONCE_SIZE, SEED_SIZE } from "../shape.ts";
import { domainSeparation, SPONGE_DOMAIN, streamHead, Usage } from "../xof.ts";

/**
 * XofTurboShake128 (VDAF section 6.2.1) of the seed.
 * @param ctx application context: the task's
 * @param nonce 16 bytes: the report's id
 * @param seed 32 bytes, the helper's input share
 * @returns 32 bytes, of AES-256-CTR
 */
export function maskKey(ctx: Uint8Array, nonce: Uint8Array, seed: Uint8Array): Uint8Array<ArrayBuffer> {
  checkSize("nonce", nonce, NONCE_SIZE);
  checkSize("seed", seed, SEED_SIZE);
  const tag = domainSeparation(algorithmIds.AdditiveSum, Usage.measurementShare, ctx);
  const key = new Uint8Array(SEED_SIZE);
  new KeccakSponge(SPONGE_DOMAIN, compactKeccakP12).absorb(streamHead(seed, tag, nonce)).squeezeInto(key);
  return key;
}
