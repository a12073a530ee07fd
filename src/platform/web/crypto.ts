// The Crypto port on WebCrypto. Works in browsers, service workers and Node; needs a secure context (https or localhost).
import { concat, fromHex } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Crypto, KeyPair } from "../../ports/crypto.ts";

type Curve = "X25519" | "Ed25519";
type Own = Uint8Array<ArrayBuffer>;

// WebCrypto takes raw public keys, secret ones only in PKCS #8: a fixed head (RFC 8410) and the raw key.
const secretHead = {
  X25519: fromHex("302e020100300506032b656e04220420"),
  Ed25519: fromHex("302e020100300506032b657004220420"),
};
const keyBytes = 32;
const tagBytes = 16;
/** HMAC pads short keys with zeros, so this key and the empty one, which WebCrypto refuses, give the same codes. */
const emptyHmacKey = new Uint8Array(keyBytes);

/** WebCrypto's types want arrays that are not shared between threads; ours never are. */
function own(bytes: Uint8Array): Own {
  return bytes as Own;
}

function checkLength(raw: Uint8Array, what: string): Own {
  if (raw.length !== keyBytes) fail("invalid_argument", `${what}: ${raw.length} bytes where ${keyBytes} belong`);
  return own(raw);
}

function subtle(): SubtleCrypto {
  return (
    globalThis.crypto?.subtle ??
    fail("unsupported", "this page has no WebCrypto", { hint: "Serve it over https, or from localhost." })
  );
}

/** Engines that lack a curve throw NotSupportedError, whatever is asked of them. */
async function supported<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "NotSupportedError")
      fail("unsupported", `this browser has no ${what}`, { hint: "Update the browser.", cause });
    throw cause;
  }
}

function importSecret(curve: Curve, raw: Uint8Array): Promise<CryptoKey> {
  const pkcs8 = concat(secretHead[curve], checkLength(raw, `${curve} secret key`));
  const use: KeyUsage[] = curve === "X25519" ? ["deriveBits"] : ["sign"];
  return supported(curve, subtle().importKey("pkcs8", pkcs8, curve, false, use));
}

function importPublic(curve: Curve, raw: Uint8Array): Promise<CryptoKey> {
  const use: KeyUsage[] = curve === "X25519" ? [] : ["verify"];
  const key = checkLength(raw, `${curve} public key`);
  return supported(curve, subtle().importKey("raw", key, curve, true, use));
}

async function generate(curve: Curve): Promise<KeyPair> {
  const use: KeyUsage[] = curve === "X25519" ? ["deriveBits"] : ["sign", "verify"];
  const pair = (await supported(curve, subtle().generateKey(curve, true, use))) as CryptoKeyPair;
  const pkcs8 = new Uint8Array(await subtle().exportKey("pkcs8", pair.privateKey));
  const raw = await subtle().exportKey("raw", pair.publicKey);
  return { secret: pkcs8.slice(secretHead[curve].length), public: new Uint8Array(raw) };
}

async function x25519(secret: Uint8Array, peer: Uint8Array): Promise<Uint8Array> {
  const key = await importSecret("X25519", secret);
  const publicKey = await importPublic("X25519", peer);
  let shared: Uint8Array;
  try {
    shared = new Uint8Array(await subtle().deriveBits({ name: "X25519", public: publicKey }, key, 8 * keyBytes));
  } catch (cause) {
    return fail("verification_failed", "X25519: the peer's key is a point of low order", { cause });
  }
  // the standard asks engines to refuse this; early ones did not
  if (shared.every((byte) => byte === 0)) fail("verification_failed", "X25519: the peer's key is a point of low order");
  return shared;
}

function gcmKey(key: Uint8Array, use: KeyUsage): Promise<CryptoKey> {
  return subtle().importKey("raw", own(key), "AES-GCM", false, [use]);
}

function gcm(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: own(nonce), additionalData: own(aad), tagLength: 8 * tagBytes };
}

export const webCrypto = {
  sha256: async (data: Uint8Array) => new Uint8Array(await subtle().digest("SHA-256", own(data))),
  async hmacSha256(key: Uint8Array, data: Uint8Array) {
    const raw = own(key.length === 0 ? emptyHmacKey : key);
    const imported = await subtle().importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await subtle().sign("HMAC", imported, own(data)));
  },

  x25519Generate: () => generate("X25519"),
  x25519,

  ed25519Generate: () => generate("Ed25519"),
  async ed25519Sign(secret: Uint8Array, message: Uint8Array) {
    const key = await importSecret("Ed25519", secret);
    return new Uint8Array(await subtle().sign("Ed25519", key, own(message)));
  },
  async ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) {
    if (publicKey.length !== keyBytes || signature.length !== 64) return false;
    let key: CryptoKey;
    try {
      key = await importPublic("Ed25519", publicKey);
    } catch (error) {
      // some engines check on import that the key is a point of the curve
      if (error instanceof DOMException && error.name === "DataError") return false;
      throw error;
    }
    return await subtle().verify("Ed25519", key, own(signature), own(message));
  },

  async aes128gcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array) {
    const imported = await gcmKey(key, "encrypt");
    return new Uint8Array(await subtle().encrypt(gcm(nonce, aad), imported, own(plain)));
  },
  async aes128gcmOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array) {
    if (sealed.length < tagBytes) return undefined;
    const imported = await gcmKey(key, "decrypt");
    try {
      return new Uint8Array(await subtle().decrypt(gcm(nonce, aad), imported, own(sealed)));
    } catch (error) {
      // the one thing WebCrypto says of a wrong tag
      if (error instanceof DOMException && error.name === "OperationError") return undefined;
      throw error;
    }
  },
} satisfies Crypto;
