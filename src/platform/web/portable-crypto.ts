// engineCrypto for those who cannot wait for it: every operation asks first which engine this is.
import type { Crypto } from "../../ports/crypto.ts";
import { engineCrypto } from "./engine-crypto.ts";

export const portableCrypto = {
  sha384: async (data: Uint8Array) => (await engineCrypto()).sha384(data),
  sha256: async (data: Uint8Array) => (await engineCrypto()).sha256(data),
  hmacSha256: async (key: Uint8Array, data: Uint8Array) => (await engineCrypto()).hmacSha256(key, data),
  x25519Generate: async () => (await engineCrypto()).x25519Generate(),
  x25519: async (secret: Uint8Array, peer: Uint8Array) => (await engineCrypto()).x25519(secret, peer),
  x25519Ephemeral: async (peer: Uint8Array) => (await engineCrypto()).x25519Ephemeral(peer),
  ed25519Generate: async () => (await engineCrypto()).ed25519Generate(),
  ed25519Sign: async (secret: Uint8Array, message: Uint8Array) => (await engineCrypto()).ed25519Sign(secret, message),
  ed25519Verify: async (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    (await engineCrypto()).ed25519Verify(publicKey, message, signature),
  aes128gcmSeal: async (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array) =>
    (await engineCrypto()).aes128gcmSeal(key, nonce, aad, plain),
  aes128gcmOpen: async (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array) =>
    (await engineCrypto()).aes128gcmOpen(key, nonce, aad, sealed),
} satisfies Crypto;
