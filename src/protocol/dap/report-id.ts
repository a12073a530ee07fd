// A report's id, which DAP wants to be random, is here the hash of a random secret. Whoever shows the secret made the report, and takes
// it back: nothing is added to a report, nothing more is kept of it, and no other party can make a secret for an id.
import { concat, utf8 } from "../../base/bytes.ts";
import type { Crypto } from "../../ports/crypto.ts";

/**
 * The first 16 bytes of SHA-256 over label, task id and secret. To find a secret for one of n ids takes 2^128 / n hashes.
 * @param task 32 bytes @param secret 32 bytes, uniform
 */
export async function reportIdOf(
  crypto: Pick<Crypto, "sha256">,
  task: Uint8Array,
  secret: Uint8Array,
): Promise<Uint8Array> {
  const hash = await crypto.sha256(concat(utf8("paceline report id v2\n"), task, secret));
  return hash.slice(0, 16);
}
