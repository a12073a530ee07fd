// EMSA-PSS (RFC 8017 section 9.1) with SHA-384, MGF1 of it, 48 bytes of salt and a modulus of 2048 bits.
import { concat, equalBytes } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Answer } from "../../ports/crypto.ts";
import { MODULUS_BYTES } from "./key.ts";

export type Sha384 = (data: Uint8Array) => Answer<Uint8Array>;

export const SALT_BYTES = 48;
const HASH_BYTES = 48;
const MASKED_BYTES = MODULUS_BYTES - HASH_BYTES - 1;
const PADDING_BYTES = MASKED_BYTES - SALT_BYTES - 1;
const EIGHT_ZEROS = new Uint8Array(8);

async function mgf1(sha384: Sha384, seed: Uint8Array): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * HASH_BYTES < MASKED_BYTES; counter++)
    blocks.push(await sha384(concat(seed, Uint8Array.of(0, 0, 0, counter))));
  return concat(...blocks).subarray(0, MASKED_BYTES);
}

const hashOf = async (sha384: Sha384, message: Uint8Array, salt: Uint8Array) =>
  await sha384(concat(EIGHT_ZEROS, await sha384(message), salt));

/** @param salt 48 random bytes @returns 256 bytes, below any modulus of 2048 bits */
export async function pssEncode(sha384: Sha384, message: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  if (salt.length !== SALT_BYTES) fail("invalid_argument", `PSS: ${salt.length} bytes of salt where 48 belong`);
  const hash = await hashOf(sha384, message, salt);
  const masked = concat(new Uint8Array(PADDING_BYTES), Uint8Array.of(1), salt);
  const mask = await mgf1(sha384, hash);
  for (let i = 0; i < masked.length; i++) masked[i] = (masked[i] as number) ^ (mask[i] as number);
  masked[0] = (masked[0] as number) & 0x7f;
  return concat(masked, hash, Uint8Array.of(0xbc));
}

/** @param encoded 256 bytes */
export async function pssVerify(sha384: Sha384, message: Uint8Array, encoded: Uint8Array): Promise<boolean> {
  if (encoded.length !== MODULUS_BYTES || encoded[MODULUS_BYTES - 1] !== 0xbc || (encoded[0] as number) > 0x7f)
    return false;
  const hash = encoded.subarray(MASKED_BYTES, MASKED_BYTES + HASH_BYTES);
  const mask = await mgf1(sha384, hash);
  const plain = encoded.slice(0, MASKED_BYTES);
  for (let i = 0; i < plain.length; i++) plain[i] = (plain[i] as number) ^ (mask[i] as number);
  plain[0] = (plain[0] as number) & 0x7f;
  const head = plain.subarray(0, PADDING_BYTES);
  if (head.some((byte) => byte !== 0) || plain[PADDING_BYTES] !== 1) return false;
  return equalBytes(await hashOf(sha384, message, plain.subarray(PADDING_BYTES + 1)), hash);
}
