// The Crypto port in plain JavaScript, for engines that lack WebCrypto or its curves: React Native, older browsers. The
// last resort: BigInt curves and table-based AES, so neither fast nor constant in time.
import { gcm } from "@noble/ciphers/aes.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { fail } from "../../base/errors.ts";
import type { Agreement, Crypto, KeyPair } from "../../ports/crypto.ts";
import type { Entropy } from "../../ports/entropy.ts";

const keyBytes = 32;
const tagBytes = 16;

function check(bytes: Uint8Array, length: number, what: string): Uint8Array {
  if (bytes.length !== length) fail("invalid_argument", `${what}: ${bytes.length} bytes where ${length} belong`);
  return bytes;
}

function cipher(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array) {
  return gcm(check(key, 16, "AES-128 key"), check(nonce, 12, "AES-GCM nonce"), aad);
}

function agree(secret: Uint8Array, peer: Uint8Array): Uint8Array {
  check(secret, keyBytes, "X25519 secret key");
  check(peer, keyBytes, "X25519 public key");
  try {
    return x25519.getSharedSecret(secret, peer);
  } catch (cause) {
    // all lengths being right, the library refuses one thing: a result that is all zero
    return fail("verification_failed", "X25519: the peer's key is a point of low order", { cause });
  }
}

/** @param entropy where secret keys come from; the library's own source of randomness is never asked */
export function nobleCrypto(entropy: Entropy) {
  const pairOf = (curve: typeof x25519 | typeof ed25519): KeyPair => {
    const secret = entropy.bytes(keyBytes);
    return { secret, public: curve.getPublicKey(secret) };
  };
  return {
    sha256: (data: Uint8Array) => sha256(data),
    sha384: (data: Uint8Array) => sha384(data),
    hmacSha256: (key: Uint8Array, data: Uint8Array) => hmac(sha256, key, data),

    x25519Generate: () => pairOf(x25519),
    x25519: agree,
    x25519Ephemeral(peer: Uint8Array): Agreement {
      const pair = pairOf(x25519);
      return { public: pair.public, shared: agree(pair.secret, peer) };
    },

    ed25519Generate: () => pairOf(ed25519),
    ed25519Sign: (secret: Uint8Array, message: Uint8Array) =>
      ed25519.sign(message, check(secret, keyBytes, "Ed25519 secret key")),
    ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
      if (publicKey.length !== keyBytes || signature.length !== 64) return false;
      // as strict as RFC 8032, like the other engines; the default follows ZIP 215
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    },

    aes128gcmSeal: (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array) =>
      cipher(key, nonce, aad).encrypt(plain),
    aes128gcmOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
      const opener = cipher(key, nonce, aad);
      if (sealed.length < tagBytes) return undefined;
      try {
        return opener.decrypt(sealed);
      } catch {
        // lengths are checked: what is left is a tag that does not fit
        return undefined;
      }
    },
  } satisfies Crypto;
}
