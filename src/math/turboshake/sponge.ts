/** TurboSHAKE128 (RFC 9861): absorb any number of pieces, then squeeze any number of pieces. */
export interface Sponge {
  /** Forgets everything. @param domain the separation byte D, 0x01 to 0x7f */
  reset(domain: number): this;
  absorb(bytes: Uint8Array): this;
  /** Fills `out` with the next bytes of the output. */
  squeezeInto(out: Uint8Array): void;
}
