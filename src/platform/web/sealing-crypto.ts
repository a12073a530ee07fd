// The part of the Crypto port that checking and sealing take, from this engine; see engine-crypto.ts.
import type { ReportCrypto } from "../../ports/crypto.ts";
import { can, hasWebCrypto, plainCrypto } from "./engine-crypto.ts";
import { aes128gcmSeal, ed25519Verify, generateKey, hmacSha256, sha256, x25519Ephemeral } from "./subtle.ts";

/** @throws PacelineError unsupported */
export async function sealingCrypto(): Promise<ReportCrypto> {
  if (!hasWebCrypto()) return await plainCrypto();
  const has = (curve: "X25519" | "Ed25519") => can(() => generateKey(curve, false));
  return {
    sha256,
    hmacSha256,
    aes128gcmSeal,
    x25519Ephemeral: (await has("X25519")) ? x25519Ephemeral : (await plainCrypto()).x25519Ephemeral,
    ed25519Verify: (await has("Ed25519")) ? ed25519Verify : (await plainCrypto()).ed25519Verify,
  };
}
