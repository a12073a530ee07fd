// The one HPKE suite that DAP-18 requires (section 7): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
import { concat, fromHex, utf8 } from "../../base/bytes.ts";

export const hpkeSuite = { kem: 0x0020, kdf: 0x0001, aead: 0x0001 } as const;

/** Length of an X25519 key, and so of `enc`. */
export const publicKeyBytes = 32;
export const tagBytes = 16;

const version = utf8("HPKE-v1");
/** "KEM" ‖ kem_id (RFC 9180 section 4.1). */
const kemSuiteId = concat(utf8("KEM"), fromHex("0020"));
/** "HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id (section 5.1). */
const hpkeSuiteId = concat(utf8("HPKE"), fromHex("002000010001"));

/** The constant head of a labelled input: "HPKE-v1" ‖ suite_id ‖ label. */
function head(suiteId: Uint8Array, label: string): Uint8Array {
  return concat(version, suiteId, utf8(label));
}
export const heads = {
  eaePrk: head(kemSuiteId, "eae_prk"),
  sharedSecret: head(kemSuiteId, "shared_secret"),
  infoHash: head(hpkeSuiteId, "info_hash"),
  secret: head(hpkeSuiteId, "secret"),
  key: head(hpkeSuiteId, "key"),
  baseNonce: head(hpkeSuiteId, "base_nonce"),
} as const;

/** LabeledExtract("", "psk_id_hash", ""): base mode has no pre-shared key, so this is one value for the suite. */
export const pskIdHash = fromHex("725611c9d98c07c03f60095cd32d400d8347d45ed67097bbad50fc56da742d07");

/** The empty salt. HMAC pads a short key with zeros, and WebCrypto refuses a key of no bytes. */
export const noSalt = new Uint8Array(32);

/** What LabeledExpand (section 4) authenticates for an output of at most 32 bytes: one block of HKDF-Expand. */
export function expandInput(labelHead: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return concat(Uint8Array.of(0, length), labelHead, info, Uint8Array.of(1));
}
