// The two values that DAP derives by hashing (draft-ietf-ppm-dap-18 sections 8.6.2 and 4.6.5).
import { concat, utf8, xorInto } from "../../base/bytes.ts";
import type { Crypto } from "../../ports/crypto.ts";

const verifyKeySalt = utf8("verify_key");

/** The VDAF verification key of one task: HKDF-SHA256 (RFC 5869) of the aggregators' common seed. @returns 32 bytes */
export async function verifyKey(crypto: Crypto, seed: Uint8Array, taskId: Uint8Array): Promise<Uint8Array> {
  const prk = await crypto.hmacSha256(verifyKeySalt, seed);
  // 32 bytes are one block of HKDF-Expand
  return await crypto.hmacSha256(prk, concat(taskId, Uint8Array.of(1)));
}

/** The checksum of a set of reports: the order does not matter, and checksums of disjoint sets XOR together. */
export async function checksum(crypto: Crypto, reportIds: Iterable<Uint8Array>): Promise<Uint8Array> {
  const sum = new Uint8Array(32);
  for (const id of reportIds) xorInto(sum, await crypto.sha256(id));
  return sum;
}
