// An issuer's public key as Privacy Pass hands it out: DER of a SubjectPublicKeyInfo with the RSASSA-PSS identifier and the
// parameters SHA-384, MGF1 with SHA-384, 48 bytes of salt (RFC 9578 section 6.5).
import { concat, equalBytes, fromHex } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Answer } from "../../ports/crypto.ts";

export interface IssuerKey {
  /** The DER bytes; their SHA-256 is `id`. */
  readonly spki: Uint8Array;
  /** token_key_id, 32 bytes */
  readonly id: Uint8Array;
  /** The modulus, of exactly 2048 bits. */
  readonly n: bigint;
}

/** The exponent of every key; RFC 9474 section 6.3 recommends small public exponents, and one value leaves none to check. */
export const EXPONENT = 65537n;
export const MODULUS_BYTES = 256;
/** Of a token. */
export const NONCE_BYTES = 32;

// SEQUENCE { SEQUENCE { id-RSASSA-PSS, parameters }, BIT STRING { SEQUENCE { INTEGER n, INTEGER 65537 } } }: with a modulus
// of 2048 bits everything around it is fixed.
const HEAD = /* @__PURE__ */ fromHex(
  "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108" +
    "300b0609608648016503040202a2030201300382010f003082010a0282010100",
);
const TAIL = /* @__PURE__ */ fromHex("0203010001");

/** @throws PacelineError invalid_message for anything but such a key */
export async function issuerKey(
  crypto: { sha256(data: Uint8Array): Answer<Uint8Array> },
  spki: Uint8Array,
): Promise<IssuerKey> {
  return { spki: spki.slice(), id: await crypto.sha256(spki), n: modulusOf(spki) };
}

/** @throws PacelineError invalid_message for anything but such a key */
export function modulusOf(spki: Uint8Array): bigint {
  const end = HEAD.length + MODULUS_BYTES;
  const shaped =
    spki.length === end + TAIL.length &&
    equalBytes(spki.subarray(0, HEAD.length), HEAD) &&
    equalBytes(spki.subarray(end), TAIL);
  const n = shaped ? toInteger(spki.subarray(HEAD.length, end)) : 0n;
  if (n >> 2047n !== 1n || n % 2n === 0n)
    fail("invalid_message", "the issuer's key is no RSASSA-PSS key of 2048 bits with SHA-384 and exponent 65537");
  return n;
}

/** @param modulus 256 bytes, big-endian */
export function spkiOf(modulus: Uint8Array): Uint8Array {
  if (modulus.length !== MODULUS_BYTES) fail("invalid_argument", "the modulus is not 2048 bits");
  return concat(HEAD, modulus, TAIL);
}

/** Big-endian bytes as an integer (OS2IP, RFC 8017 section 4.2). */
export function toInteger(bytes: Uint8Array): bigint {
  let hex = "0x";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return bytes.length === 0 ? 0n : BigInt(hex);
}

/** 256 big-endian bytes (I2OSP, RFC 8017 section 4.1). */
export function toBytes(value: bigint): Uint8Array<ArrayBuffer> {
  return fromHex(value.toString(16).padStart(2 * MODULUS_BYTES, "0"));
}
