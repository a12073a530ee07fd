// Single-shot HPKE (RFC 9180 section 6.1, base mode): one message to one public key, sender unauthenticated.
// Asynchronous because WebCrypto is; over a port that answers at once the awaits cost a few microseconds.
import { fail, isPacelineError } from "../../base/errors.ts";
import type { Crypto, KeyPair } from "../../ports/crypto.ts";
import { messageKey, sharedSecret } from "./key-schedule.ts";
import { publicKeyBytes, tagBytes } from "./suite.ts";

export interface SealRequest {
  readonly crypto: Crypto;
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
 * @param ephemeral only for test vectors: a pair used for two messages gives both away
 * @throws PacelineError invalid_argument when the recipient's key is no usable X25519 key
 */
export async function seal(request: SealRequest, ephemeral?: KeyPair): Promise<Sealed> {
  const { crypto, recipient, info, aad, plaintext } = request;
  if (recipient.length !== publicKeyBytes)
    fail("invalid_argument", `HPKE: a recipient's key has ${publicKeyBytes} bytes, not ${recipient.length}`);
  const pair = ephemeral ?? (await crypto.x25519Generate());
  const dh = await agree(crypto, pair.secret, recipient);
  if (dh === undefined)
    fail("invalid_argument", "HPKE: the recipient's key is a point of low order", {
      hint: "Fetch the aggregator's HPKE configuration again; if it persists, the aggregator is misconfigured.",
    });
  const shared = await sharedSecret(crypto, dh, pair.public, recipient);
  const { key, nonce } = await messageKey(crypto, shared, info);
  return { enc: pair.public, ciphertext: await crypto.aes128gcmSeal(key, nonce, aad, plaintext) };
}

/**
 * Decrypts what `seal` made. All failures look alike, so that nothing is learnt from them.
 * @throws PacelineError verification_failed
 */
export async function open(request: OpenRequest): Promise<Uint8Array> {
  const { crypto, recipient, enc, info, aad, ciphertext } = request;
  if (enc.length !== publicKeyBytes || ciphertext.length < tagBytes) refuse();
  const dh = (await agree(crypto, recipient.secret, enc)) ?? refuse();
  const shared = await sharedSecret(crypto, dh, enc, recipient.public);
  const { key, nonce } = await messageKey(crypto, shared, info);
  return (await crypto.aes128gcmOpen(key, nonce, aad, ciphertext)) ?? refuse();
}

function refuse(): never {
  fail("verification_failed", "HPKE: the ciphertext does not open");
}

/** @returns undefined for a peer of low order, which the port refuses (RFC 9180 section 7.1.4) */
async function agree(crypto: Crypto, secret: Uint8Array, peer: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await crypto.x25519(secret, peer);
  } catch (error) {
    if (isPacelineError(error) && error.code === "verification_failed") return undefined;
    throw error;
  }
}
