// Turns the Entropy port's bytes into single bits and uniform integers. Every sampler reads its randomness here.
import { fail } from "../../base/errors.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";

/** Bits asked at once; with up to 7 left over they fit an unsigned 31-bit word. */
const takeMax = 24;

export class BitSource {
  readonly #entropy: AnyEntropy;
  readonly #chunkBytes: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #at = 0;
  #word = 0;
  #held = 0;

  /** @param chunkBytes how much is fetched from the port at once, 1 … 65536. */
  constructor(entropy: AnyEntropy, chunkBytes = 1024) {
    if (!(Number.isInteger(chunkBytes) && chunkBytes >= 1 && chunkBytes <= 65536))
      fail("invalid_argument", "chunkBytes must be an integer between 1 and 65536");
    this.#entropy = entropy;
    this.#chunkBytes = chunkBytes;
  }

  #byte(): number {
    if (this.#at === this.#buffer.length) {
      this.#buffer = this.#entropy.bytes(this.#chunkBytes);
      if (this.#buffer.length !== this.#chunkBytes)
        fail("internal", `the entropy port gave ${this.#buffer.length} bytes where ${this.#chunkBytes} were asked`);
      this.#at = 0;
    }
    return this.#buffer[this.#at++] as number;
  }

  /** One fair bit, 0 or 1. */
  bit(): number {
    if (this.#held === 0) {
      this.#word = this.#byte();
      this.#held = 8;
    }
    const out = this.#word & 1;
    this.#word >>>= 1;
    this.#held--;
    return out;
  }

  /** `count` fair bits as an integer, 0 ≤ count ≤ 24. */
  #take(count: number): number {
    while (this.#held < count) {
      this.#word |= this.#byte() << this.#held;
      this.#held += 8;
    }
    const out = this.#word & ((1 << count) - 1);
    this.#word >>>= count;
    this.#held -= count;
    return out;
  }

  /** `count` whole bytes as an integer, 1 ≤ count ≤ 4. Single bits held back stay held. */
  word(count: number): number {
    let out = 0;
    for (let i = 0; i < count; i++) out = out * 256 + this.#byte();
    return out;
  }

  /** Uniform on 0 … bound-1 by rejection, 1 ≤ bound ≤ 2^48. */
  below(bound: number): number {
    const width = bound <= 1 ? 0 : bitLength(bound - 1);
    for (;;) {
      const low = this.#take(Math.min(width, takeMax));
      const value = width <= takeMax ? low : low + this.#take(width - takeMax) * 2 ** takeMax;
      if (value < bound) return value;
    }
  }

  /** Uniform on 0 … bound-1 by rejection, for any bound ≥ 1. */
  belowBig(bound: bigint): bigint {
    const width = (bound - 1n).toString(2).length;
    for (;;) {
      let value = 0n;
      for (let left = width; left > 0; left -= takeMax) {
        const count = Math.min(left, takeMax);
        value = (value << BigInt(count)) | BigInt(this.#take(count));
      }
      if (value < bound) return value;
    }
  }
}

/** Binary digits of a positive integer below 2^48. */
function bitLength(value: number): number {
  const high = Math.floor(value / 2 ** takeMax);
  return high === 0 ? 32 - Math.clz32(value) : takeMax + 32 - Math.clz32(high);
}
