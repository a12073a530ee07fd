import type { Signer } from "./signer.ts";

/** What a registrar keeps for ever. */
export interface RegistrarKey {
  /** Ed25519: apps pin its public key. */
  readonly signer: Signer;
  /** 32 bytes: makes pseudonyms of accounts, another in every round. */
  readonly secret: Uint8Array;
}
