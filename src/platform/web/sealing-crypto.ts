// The part of the Crypto port that sealing takes, from this engine; see engine-crypto.ts.
import type { SealingCrypto } from "../../ports/crypto.ts";
import { can, hasWebCrypto, plainCrypto } from "./engine-crypto.ts";
import { aes128gcmSeal, generateKey, hmacSha256, x25519Ephemeral } from "./subtle.ts";

/** @throws PacelineError unsupported */
export async function sealingCrypto(): Promise<SealingCrypto> {
  if (!hasWebCrypto()) return await plainCrypto();
  const curve = await can(() => generateKey("X25519", false));
  return {
    hmacSha256,
    aes128gcmSeal,
    x25519Ephemeral: curve ? x25519Ephemeral : (await plainCrypto()).x25519Ephemeral,
  };
}
