// The secret behind a report's id. What follows from a secret of the member's account is alike on every device of theirs: both
// aggregators refuse the second report of a task, and any of the devices can take it back. Ids of different tasks have nothing in
// common that is known without the secret.
import { concat, utf8 } from "../base/bytes.ts";
import type { SealingCrypto } from "../ports/crypto.ts";

/**
 * HKDF-Expand (RFC 5869 section 2.3) with SHA-256 over the label and the task id: the secret is uniform, so that nothing need be
 * extracted.
 * @param secret 32 random bytes of the member's account; services never learn it
 * @param task 32 bytes
 * @returns 32 bytes
 */
export async function memberReportSecret(
  crypto: Pick<SealingCrypto, "hmacSha256">,
  secret: Uint8Array,
  task: Uint8Array,
): Promise<Uint8Array> {
  return await crypto.hmacSha256(secret, concat(utf8("paceline report secret v1\n"), task, Uint8Array.of(1)));
}
