import type { KeyPair } from "./crypto.ts";
import type { Signer } from "./signer.ts";

/** An HPKE receiving key and its DAP configuration id. */
export interface ReceivingKey {
  readonly id: number;
  readonly pair: KeyPair;
}

/** One that new tasks do not name any more. */
export interface OldReceivingKey extends ReceivingKey {
  /** When another one took its place, in Unix milliseconds. */
  readonly replaced: number;
}

/** What becomes of receiving keys over time. */
export interface ReceivingKeys {
  /** When the present one was made, in Unix milliseconds, where that is known. */
  made(): number | undefined;
  /** Those before it that open tasks may name, the newest first. */
  before(): readonly OldReceivingKey[];
  /** Destroys an old one: durable when it returns. */
  destroy(old: OldReceivingKey): void;
  /** The public half of the first there ever was, by which a database knows whose it is. */
  readonly first: { readonly id: number; readonly public: Uint8Array };
}

/** The long-lived keys of one service. */
export interface Keyring {
  readonly signer: Signer;
  /** The receiving key that new tasks name: another one from the moment it is replaced. */
  readonly hpke: ReceivingKey;
  /** Left out where keys are never replaced. */
  readonly receiving?: ReceivingKeys;
  /** 32 bytes; VDAF verification keys are derived from it per task. */
  readonly verifySeed: Uint8Array;
}
