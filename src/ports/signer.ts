import type { Answer } from "./crypto.ts";

/** Signs with one long-lived Ed25519 key; the secret stays behind the port. */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Answer<Uint8Array>;
}
