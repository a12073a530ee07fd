// TurboSHAKE128 (RFC 9861) of the plain TypeScript engine.
import { keccakP12 } from "./keccak.ts";
import { KeccakSponge } from "./keccak-sponge.ts";

export class TurboShake128 extends KeccakSponge {
  /** @param domain the separation byte D, 0x01 to 0x7f */
  constructor(domain: number) {
    super(domain, keccakP12);
  }
}
