// WebCrypto behind raw bytes, one function an operation, so that a bundle holds those it calls. Works in browsers, service
// workers and Node; needs a secure context (https or localhost).
import { fail } from "../../base/errors.ts";
import type { Agreement } from "../../ports/crypto.ts";

export type Curve = "X25519" | "Ed25519";
type Own = Uint8Array<ArrayBuffer>;

export const keyBytes = 32;
export const tagBytes = 16;
/** HMAC pads short keys with zeros, so this key and the empty one, which WebCrypto refuses, give the same codes. */
const emptyHmacKey = new Uint8Array(keyBytes);

/** WebCrypto's types want arrays that are not shared between threads; ours never are. */
export function own(bytes: Uint8Array): Own {
  return bytes as Own;
}

export function checkLength(raw: Uint8Array, what: string): Own {
  if (raw.length !== keyBytes) fail("invalid_argument", `${what}: ${raw.length} bytes where ${keyBytes} belong`);
  return own(raw);
}

export function subtle(): SubtleCrypto {
  return (
    globalThis.crypto?.subtle ??
    fail("unsupported", "this page has no WebCrypto", { hint: "Serve it over https, or from localhost." })
  );
}

/** Engines that lack a curve throw NotSupportedError, whatever is asked of them. */
export async function supported<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "NotSupportedError")
      fail("unsupported", `this engine has no ${what}`, { hint: "Update it.", cause });
    throw cause;
  }
}

export function importPublic(curve: Curve, raw: Uint8Array): Promise<CryptoKey> {
  const use: KeyUsage[] = curve === "X25519" ? [] : ["verify"];
  const key = checkLength(raw, `${curve} public key`);
  return supported(curve, subtle().importKey("raw", key, curve, true, use));
}

export function generateKey(curve: Curve, extractable: boolean): Promise<CryptoKeyPair> {
  const use: KeyUsage[] = curve === "X25519" ? ["deriveBits"] : ["sign", "verify"];
  return supported(curve, subtle().generateKey(curve, extractable, use) as Promise<CryptoKeyPair>);
}

export async function exportPublic(key: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await subtle().exportKey("raw", key));
}

/** @throws PacelineError verification_failed for a peer of low order */
export async function agree(secret: CryptoKey, peer: Uint8Array): Promise<Uint8Array> {
  const publicKey = await importPublic("X25519", peer);
  let shared: Uint8Array;
  try {
    shared = new Uint8Array(await subtle().deriveBits({ name: "X25519", public: publicKey }, secret, 8 * keyBytes));
  } catch (cause) {
    return fail("verification_failed", "X25519: the peer's key is a point of low order", { cause });
  }
  // the standard asks engines to refuse this; early ones did not
  if (shared.every((byte) => byte === 0)) fail("verification_failed", "X25519: the peer's key is a point of low order");
  return shared;
}

export async function x25519Ephemeral(peer: Uint8Array): Promise<Agreement> {
  const pair = await generateKey("X25519", false);
  return { public: await exportPublic(pair.publicKey), shared: await agree(pair.privateKey, peer) };
}

export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle().digest("SHA-256", own(data)));
}

export async function sha384(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle().digest("SHA-384", own(data)));
}

export async function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
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
}

export function gcmKey(key: Uint8Array, use: KeyUsage): Promise<CryptoKey> {
  return subtle().importKey("raw", own(key), "AES-GCM", false, [use]);
}

export function gcm(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: own(nonce), additionalData: own(aad), tagLength: 8 * tagBytes };
}

export async function hmacSha256(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const raw = own(key.length === 0 ? emptyHmacKey : key);
  const imported = await subtle().importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle().sign("HMAC", imported, own(data)));
}

export async function aes128gcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): Promise<Uint8Array> {
  const imported = await gcmKey(key, "encrypt");
  return new Uint8Array(await subtle().encrypt(gcm(nonce, aad), imported, own(plain)));
}
