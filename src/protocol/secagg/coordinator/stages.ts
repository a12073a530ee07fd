// What a coordinator's stages are called, each after what it gathers, and what it needs from outside.
import type { Crypto } from "../../../ports/crypto.ts";
import type { Keystream } from "../../../ports/keystream.ts";
import type { SumMasks } from "../../masks.ts";

export const coordinatorStages = ["keys", "nonces", "shares", "vectors", "signatures", "unmasking"] as const;
export type CoordinatorStage = (typeof coordinatorStages)[number] | "done" | "aborted";

export type CoordinatorCrypto = Pick<Crypto, "sha256" | "hmacSha256" | "x25519" | "ed25519Verify">;

export interface CoordinatorPorts {
  readonly crypto: CoordinatorCrypto;
  readonly keystream: Keystream;
  /** Where masks are summed on other threads; in place when left out. */
  readonly sumMasks?: SumMasks;
}
