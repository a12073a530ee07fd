// What every device of one member makes alike for a task and nobody else can: the report's id, by which both aggregators refuse the
// second report, and the secret that withdraws it. Of different tasks they have nothing in common that is known without the secret.
import { concat, utf8 } from "../base/bytes.ts";
import type { SealingCrypto } from "../ports/crypto.ts";

const NO_SALT = new Uint8Array(32);
const ID_BYTES = 16;

type Hmac = Pick<SealingCrypto, "hmacSha256">;

/** HKDF-SHA256 (RFC 5869) without salt over a label and the task id: one block. */
async function derive(crypto: Hmac, label: string, secret: Uint8Array, task: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.hmacSha256(NO_SALT, secret);
  return await crypto.hmacSha256(key, concat(utf8(label), task, Uint8Array.of(1)));
}

/**
 * @param secret 32 bytes, of the member's account; services never learn it
 * @param task 32 bytes
 * @returns 16 bytes
 */
export async function memberReportId(crypto: Hmac, secret: Uint8Array, task: Uint8Array): Promise<Uint8Array> {
  return (await derive(crypto, "paceline report id v1\n", secret, task)).slice(0, ID_BYTES);
}

/** @returns 32 bytes: shown to an aggregator, they withdraw the member's report of the task, from whichever device it came */
export function memberWithdrawal(crypto: Hmac, secret: Uint8Array, task: Uint8Array): Promise<Uint8Array> {
  return derive(crypto, "paceline report withdrawal v1\n", secret, task);
}
