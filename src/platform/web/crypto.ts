// The Crypto port on WebCrypto.
import { concat, fromHex } from "../../base/bytes.ts";
import type { Crypto, KeyPair } from "../../ports/crypto.ts";
import {
  aes128gcmSeal,
  agree,
  type Curve,
  checkLength,
  ed25519Verify,
  exportPublic,
  gcm,
  gcmKey,
  generateKey,
  hmacSha256,
  own,
  sha256,
  sha384,
  subtle,
  supported,
  tagBytes,
  x25519Ephemeral,
} from "./subtle.ts";

// WebCrypto takes raw public keys, secret ones only in PKCS #8: a fixed head (RFC 8410) and the raw key.
const secretHead = {
  X25519: /* @__PURE__ */ fromHex("302e020100300506032b656e04220420"),
  Ed25519: /* @__PURE__ */ fromHex("302e020100300506032b657004220420"),
};
function importSecret(curve: Curve, raw: Uint8Array): Promise<CryptoKey> {
  const pkcs8 = concat(secretHead[curve], checkLength(raw, `${curve} secret key`));
  const use: KeyUsage[] = curve === "X25519" ? ["deriveBits"] : ["sign"];
  return supported(curve, subtle().importKey("pkcs8", pkcs8, curve, false, use));
}

async function generate(curve: Curve): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKey(curve, true);
  const pkcs8 = new Uint8Array(await subtle().exportKey("pkcs8", privateKey));
  return { secret: pkcs8.slice(secretHead[curve].length), public: await exportPublic(publicKey) };
}

export const webCrypto = {
  sha256,
  sha384,
  hmacSha256,

  x25519Generate: () => generate("X25519"),
  x25519: async (secret: Uint8Array, peer: Uint8Array) => await agree(await importSecret("X25519", secret), peer),
  x25519Ephemeral,

  ed25519Generate: () => generate("Ed25519"),
  async ed25519Sign(secret: Uint8Array, message: Uint8Array) {
    const key = await importSecret("Ed25519", secret);
    return new Uint8Array(await subtle().sign("Ed25519", key, own(message)));
  },
  ed25519Verify,

  aes128gcmSeal,
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
