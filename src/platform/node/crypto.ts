// The Crypto port on node:crypto. Everything answers at once: for the bytes of one report a thread hop costs more
// than the work itself. Keys go in as KeyObjects: finding out that plain bytes are none costs Node more than to use them.
import { createCipheriv, createDecipheriv, createSecretKey, diffieHellman, hash, sign, verify } from "node:crypto";
import { fail } from "../../base/errors.ts";
import type { Agreement, Crypto } from "../../ports/crypto.ts";
import { curveKeys, generatePair, keyBytes, plainBytes } from "./curve-keys.ts";
import { nodeDhkem } from "./dhkem.ts";

const tagBytes = 16;

function x25519(secret: Uint8Array, peer: Uint8Array): Uint8Array {
  const privateKey = curveKeys.x25519.secret.get(secret);
  const publicKey = curveKeys.x25519.public.get(peer);
  try {
    return plainBytes(diffieHellman({ privateKey, publicKey }));
  } catch (cause) {
    // OpenSSL refuses a result that is all zero
    return fail("verification_failed", "X25519: the peer's key is a point of low order", { cause });
  }
}

/** As text, a byte a letter: to make a Buffer of 32 bytes takes Node three times as long as to hash a hundred. */
function sha256(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(hashBytes);
  putText(out, 0, hash("sha256", data, "binary"));
  return out;
}

const hashBytes = 32;
const blockBytes = 64;
/** What two hashes take in, for data that is short: to make arrays of these sizes takes longer than to hash them. */
const scratch = { inner: new Uint8Array(512), outer: new Uint8Array(blockBytes + hashBytes) };

/** HMAC (RFC 2104) of two hashes: a quarter of the time that Node's own object for it takes. */
function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > blockBytes ? sha256(key) : key;
  const length = blockBytes + data.length;
  const inner = length > scratch.inner.length ? new Uint8Array(length) : scratch.inner.subarray(0, length);
  const { outer } = scratch;
  for (let i = 0; i < blockBytes; i++) {
    const byte = short[i] ?? 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  inner.set(data, blockBytes);
  putText(outer, blockBytes, hash("sha256", inner, "binary"));
  const tag = sha256(outer);
  // What stays in memory as long as the module would give the key away.
  inner.fill(0);
  outer.fill(0);
  return tag;
}

function putText(out: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
}

export const nodeCrypto = {
  sha256,
  sha384: (data: Uint8Array) => plainBytes(hash("sha384", data, "buffer")),
  hmacSha256,

  x25519Generate: () => generatePair("x25519"),
  x25519,
  x25519Ephemeral(peer: Uint8Array): Agreement {
    const pair = generatePair("x25519");
    return { public: pair.public, shared: x25519(pair.secret, peer) };
  },

  ed25519Generate: () => generatePair("ed25519"),
  ed25519Sign: (secret: Uint8Array, message: Uint8Array) =>
    plainBytes(sign(null, message, curveKeys.ed25519.secret.get(secret))),
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (publicKey.length !== keyBytes || signature.length !== 64) return false;
    return verify(null, message, curveKeys.ed25519.public.get(publicKey), signature);
  },

  aes128gcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Uint8Array {
    const cipher = createCipheriv("aes-128-gcm", createSecretKey(key), nonce, { authTagLength: tagBytes });
    cipher.setAAD(aad);
    const out = new Uint8Array(plain.length + tagBytes);
    out.set(cipher.update(plain));
    cipher.final();
    out.set(cipher.getAuthTag(), plain.length);
    return out;
  },
  aes128gcmOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - tagBytes;
    if (length < 0) return undefined;
    const decipher = createDecipheriv("aes-128-gcm", createSecretKey(key), nonce, { authTagLength: tagBytes });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(length));
    const plain = plainBytes(decipher.update(sealed.subarray(0, length)));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain;
  },
  dhkem: nodeDhkem,
} satisfies Crypto;
