// The sponge of TurboSHAKE128 (RFC 9861) over a permutation that it is given: rate 168 bytes, any amount of output, read piece
// by piece. Apart from the permutations, so that a bundle carries the one it uses.
import { invariant } from "../../base/errors.ts";
import type { KeccakState } from "./keccak.ts";
import type { Sponge } from "./sponge.ts";

const RATE = 168;
/** Up to here a loop copies faster than set() and subarray(). */
const SHORT = 48;

export function checkDomain(domain: number): number {
  invariant(Number.isInteger(domain) && domain >= 0x01 && domain <= 0x7f, `TurboSHAKE domain ${domain}`);
  return domain;
}

export class KeccakSponge implements Sponge {
  readonly #state = new Int32Array(50) as KeccakState;
  readonly #permute: (state: KeccakState) => void;
  readonly #block = new Uint8Array(RATE);
  readonly #view = new DataView(this.#block.buffer);
  #domain: number;
  #at = 0;
  #squeezing = false;

  /**
   * @param domain the separation byte D, 0x01 to 0x7f
   * @param permute Keccak-p[1600, 12] in place
   */
  constructor(domain: number, permute: (state: KeccakState) => void) {
    this.#domain = checkDomain(domain);
    this.#permute = permute;
  }

  /** Forgets everything; allocating a new sponge costs more than hashing a short message. */
  reset(domain = this.#domain): this {
    this.#domain = checkDomain(domain);
    this.#state.fill(0);
    this.#at = 0;
    this.#squeezing = false;
    return this;
  }

  absorb(bytes: Uint8Array): this {
    invariant(!this.#squeezing, "absorb after squeeze");
    let from = 0;
    while (from < bytes.length) {
      const take = Math.min(RATE - this.#at, bytes.length - from);
      if (take > SHORT) this.#block.set(bytes.subarray(from, from + take), this.#at);
      else for (let k = 0; k < take; k++) this.#block[this.#at + k] = bytes[from + k] as number;
      this.#at += take;
      from += take;
      if (this.#at === RATE) this.#mix();
    }
    return this;
  }

  /** Fills `out` with the next bytes of the output. */
  squeezeInto(out: Uint8Array): void {
    if (!this.#squeezing) this.#finish();
    let to = 0;
    while (to < out.length) {
      if (this.#at === RATE) {
        this.#permute(this.#state);
        this.#extract();
      }
      const take = Math.min(RATE - this.#at, out.length - to);
      out.set(take === RATE ? this.#block : this.#block.subarray(this.#at, this.#at + take), to);
      this.#at += take;
      to += take;
    }
  }

  squeeze(length: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(length);
    this.squeezeInto(out);
    return out;
  }

  #mix(): void {
    const state = this.#state;
    for (let word = 0; word < RATE / 4; word++)
      state[word] = (state[word] as number) ^ this.#view.getInt32(4 * word, true);
    this.#permute(state);
    this.#at = 0;
  }

  #extract(): void {
    for (let word = 0; word < RATE / 4; word++) this.#view.setInt32(4 * word, this.#state[word] as number, true);
    this.#at = 0;
  }

  #finish(): void {
    this.#block.fill(0, this.#at);
    this.#block[this.#at] = this.#domain;
    this.#block[RATE - 1] = (this.#block[RATE - 1] as number) ^ 0x80;
    this.#mix();
    this.#extract();
    this.#squeezing = true;
  }
}
