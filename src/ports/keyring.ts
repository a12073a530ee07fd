import type { KeyPair } from "./crypto.ts";
import type { Signer } from "./signer.ts";

/** The long-lived keys of one service. */
export interface Keyring {
  readonly signer: Signer;
  /** The HPKE receiving key and its DAP configuration id. */
  readonly hpke: { readonly id: number; readonly pair: KeyPair };
  /** 32 bytes; VDAF verification keys are derived from it per task. */
  readonly verifySeed: Uint8Array;
}
