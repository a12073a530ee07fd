// Single-shot HPKE (RFC 9180 section 6.1, base mode): one message to one public key, sender unauthenticated.
// Asynchronous because WebCrypto is; over a port that answers at once nothing waits on the way.
import { after } from "../../base/after.ts";
import { fail } from "../../base/errors.ts";
import type { Crypto, KeyPair, SealingCrypto } from "../../ports/crypto.ts";
import { decapsulate, encapsulate } from "./kem.ts";
import { messageKey } from "./key-schedule.ts";
import { publicKeyBytes, tagBytes } from "./suite.ts";

export interface SealRequest {
  readonly crypto: SealingCrypto;
  /** 32 bytes, X25519. */
  readonly recipient: Uint8Array;
  /** Says what the message is for; binds it to that purpose. */
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
}

export interface Sealed {
  /** The sender's ephemeral public key, 32 bytes. */
  readonly enc: Uint8Array;
  /** As long as the plaintext, and 16 bytes more. */
  readonly ciphertext: Uint8Array;
}

export interface OpenRequest extends Sealed {
  readonly crypto: Crypto;
  readonly recipient: KeyPair;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
}

/**
 * Encrypts `plaintext` so that only the holder of the recipient's secret key reads it.
 * @throws PacelineError invalid_argument when the recipient's key is no usable X25519 key
 */
export async function seal(request: SealRequest): Promise<Sealed> {
  const { crypto, recipient, info, aad, plaintext } = request;
  if (recipient.length !== publicKeyBytes)
    fail("invalid_argument", `HPKE: a recipient's key has ${publicKeyBytes} bytes, not ${recipient.length}`);
  return after(encapsulate(crypto, recipient), (encapsulated) => {
    if (encapsulated === undefined)
      return fail("invalid_argument", "HPKE: the recipient's key is a point of low order", {
        hint: "Fetch the aggregator's HPKE configuration again: it may have been mended.",
      });
    const { shared, enc } = encapsulated;
    return after(messageKey(crypto, shared, info), ({ key, nonce }) =>
      after(crypto.aes128gcmSeal(key, nonce, aad, plaintext), (ciphertext) => ({ enc, ciphertext })),
    );
  });
}

/**
 * Decrypts what `seal` made. All failures look alike, so that nothing is learnt from them.
 * @throws PacelineError verification_failed
 */
export async function open(request: OpenRequest): Promise<Uint8Array> {
  const { crypto, recipient, enc, info, aad, ciphertext } = request;
  if (enc.length !== publicKeyBytes || ciphertext.length < tagBytes) refuse();
  return after(decapsulate(crypto, recipient, enc), (shared) =>
    after(messageKey(crypto, shared ?? refuse(), info), ({ key, nonce }) =>
      after(crypto.aes128gcmOpen(key, nonce, aad, ciphertext), (plaintext) => plaintext ?? refuse()),
    ),
  );
}

function refuse(): never {
  fail("verification_failed", "HPKE: the ciphertext does not open");
}
