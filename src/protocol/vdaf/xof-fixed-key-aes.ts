// XofFixedKeyAes128 (VDAF section 6.2.2), the cheap stream for many seeds under one nonce. Prio3 does not use it. The block
// cipher comes from the platform: AES in plain TypeScript would leak its key through cache timing.
import { concat } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import { TurboShake128 } from "../../math/turboshake/turboshake.ts";

/** Encrypts one block of 16 bytes with AES-128. */
export type BlockCipher = (block: Uint8Array) => Uint8Array;

const BLOCK = 16;
const KEY_DOMAIN = 0x02;

/** One stream, read piece by piece. */
export class XofFixedKeyAes128 {
  readonly #seed: Uint8Array;
  readonly #encrypt: BlockCipher;
  #block = 0;
  #ready: Uint8Array = new Uint8Array(0);

  /**
   * @param seed 16 bytes, secret
   * @param aes128 from a public key of 16 bytes to its cipher
   * @throws PacelineError invalid_argument
   */
  constructor(aes128: (key: Uint8Array) => BlockCipher, seed: Uint8Array, tag: Uint8Array, binder: Uint8Array) {
    if (seed.length !== BLOCK) fail("invalid_argument", `a seed of ${seed.length} bytes where ${BLOCK} belong`);
    if (tag.length > 0xffff) fail("invalid_argument", `a domain separation tag of ${tag.length} bytes, at most 65535`);
    const sponge = new TurboShake128(KEY_DOMAIN);
    sponge.absorb(Uint8Array.of(tag.length & 0xff, tag.length >> 8));
    this.#encrypt = aes128(sponge.absorb(tag).absorb(binder).squeeze(BLOCK));
    this.#seed = concat(seed);
  }

  /** The next `length` bytes. */
  next(length: number): Uint8Array<ArrayBuffer> {
    const blocks = [this.#ready];
    for (let have = this.#ready.length; have < length; have += BLOCK) blocks.push(this.#hash(this.#block++));
    const all = concat(...blocks);
    this.#ready = all.slice(length);
    return all.slice(0, length);
  }

  /** `length` uniform elements: candidates at or above the modulus are skipped; both moduli fill their bytes, so no mask. */
  nextVector(field: Field, length: number): FieldVector {
    const out = field.newVector(length);
    for (let kept = 0; kept < length; ) kept += Number(field.decodeInto(out, kept, this.next(field.encodedSize), 0, 1));
    return out;
  }

  /** AES(s) xor s of s = sigma(seed xor index), with sigma(lo, hi) = (hi, hi xor lo). */
  #hash(index: number): Uint8Array {
    const half = BLOCK / 2;
    const block = concat(this.#seed);
    for (let k = 0, rest = index; k < half; k++, rest = Math.floor(rest / 256))
      block[k] = (block[k] as number) ^ (rest & 0xff);
    const sigma = concat(block.subarray(half), block.subarray(0, half));
    for (let k = half; k < BLOCK; k++) sigma[k] = (sigma[k] as number) ^ (sigma[k - half] as number);
    const out = this.#encrypt(sigma);
    return sigma.map((byte, k) => byte ^ (out[k] as number));
  }
}
