// TurboSHAKE128 in an engine's memory: the state is absorbed into and read from in place.
import { invariant } from "../../base/errors.ts";
import { checkDomain } from "../turboshake/keccak-sponge.ts";
import type { Sponge } from "../turboshake/sponge.ts";
import { copyBytes, type WasmMemory } from "./memory.ts";

const RATE = 168;
export const STATE_SIZE = 200;
/** Up to here bytes are absorbed faster one by one than through the stage. */
const SHORT = 64;
/** Bytes from outside pass through here on their way in. */
const STAGE_SIZE = 4096;

export class WasmSponge implements Sponge {
  readonly #memory: WasmMemory;
  readonly #state: number;
  readonly #stage: number;
  #domain = 0x01;
  /** Bytes of the block absorbed into or read. */
  #at = 0;
  #squeezing = false;

  /** @param state the address of 200 bytes */
  constructor(memory: WasmMemory, state: number) {
    this.#memory = memory;
    this.#state = state;
    this.#stage = memory.allocate(STAGE_SIZE);
  }

  reset(domain: number): this {
    this.#domain = checkDomain(domain);
    this.#memory.bytes.fill(0, this.#state, this.#state + STATE_SIZE);
    this.#at = 0;
    this.#squeezing = false;
    return this;
  }

  absorb(bytes: Uint8Array): this {
    const { length } = bytes;
    if (length > SHORT) {
      for (let from = 0; from < length; from += STAGE_SIZE) {
        const piece = bytes.subarray(from, Math.min(from + STAGE_SIZE, length));
        this.#memory.bytes.set(piece, this.#stage);
        this.absorbFrom(this.#stage, piece.length);
      }
      return this;
    }
    invariant(!this.#squeezing, "absorb after squeeze");
    const memory = this.#memory.bytes;
    const state = this.#state;
    let at = this.#at;
    for (let k = 0; k < length; k++) {
      memory[state + at] = (memory[state + at] as number) ^ (bytes[k] as number);
      if (++at === RATE) {
        this.#memory.kernels.permute(state);
        at = 0;
      }
    }
    this.#at = at;
    return this;
  }

  /** Absorbs bytes of the engine's own memory. */
  absorbFrom(address: number, length: number): void {
    invariant(!this.#squeezing, "absorb after squeeze");
    this.#at = this.#memory.kernels.absorb(this.#state, this.#at, address, length);
  }

  squeezeInto(out: Uint8Array): void {
    this.#finish();
    const { bytes, kernels } = this.#memory;
    for (let to = 0; to < out.length; ) {
      if (this.#at === RATE) {
        kernels.permute(this.#state);
        this.#at = 0;
      }
      const take = Math.min(RATE - this.#at, out.length - to);
      copyBytes(out, to, bytes, this.#state + this.#at, take);
      this.#at += take;
      to += take;
    }
  }

  /** Elements by rejection sampling to the engine's own memory. @param wide 0 for Field64, 1 for Field128 */
  sampleTo(wide: number, address: number, count: number): void {
    this.#finish();
    this.#at = this.#memory.kernels.sample(wide, count, address, this.#state, this.#at);
  }

  /** The same, and `sink` absorbs the elements on the way. @param copies room for two states */
  sampleAndAbsorbTo(wide: number, address: number, count: number, sink: WasmSponge, copies: number): void {
    this.#finish();
    invariant(!sink.#squeezing && sink !== this, "absorb after squeeze");
    const ends = this.#memory.kernels.sampleAndAbsorb(
      wide,
      count,
      address,
      this.#state,
      this.#at,
      sink.#state,
      sink.#at,
      copies,
    );
    this.#at = ends >> 8;
    sink.#at = ends & 255;
  }

  /** Pads what was absorbed, unless that is done. */
  #finish(): void {
    if (this.#squeezing) return;
    const memory = this.#memory.bytes;
    const state = this.#state;
    memory[state + this.#at] = (memory[state + this.#at] as number) ^ this.#domain;
    memory[state + RATE - 1] = (memory[state + RATE - 1] as number) ^ 0x80;
    this.#memory.kernels.permute(state);
    this.#at = 0;
    this.#squeezing = true;
  }
}
