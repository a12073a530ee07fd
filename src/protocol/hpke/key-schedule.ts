// RFC 9180: what both sides derive from the Diffie-Hellman secret, for one message in base mode.
import { concat } from "../../base/bytes.ts";
import type { Crypto } from "../../ports/crypto.ts";
import { heads, keyBytes, labeledExpand, labeledExtract, nonceBytes, noSalt, pskIdHash } from "./suite.ts";

const modeBase = Uint8Array.of(0);
const nothing = new Uint8Array(0);

export interface MessageKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** ExtractAndExpand of DHKEM (section 4.1). @returns the 32-byte shared secret */
export async function sharedSecret(
  crypto: Crypto,
  dh: Uint8Array,
  enc: Uint8Array,
  recipient: Uint8Array,
): Promise<Uint8Array> {
  const prk = await labeledExtract(crypto, noSalt, heads.eaePrk, dh);
  return labeledExpand(crypto, prk, heads.sharedSecret, concat(enc, recipient), 32);
}

/** KeySchedule for base mode (section 5.1) and ComputeNonce(0): the sequence number is zero in single-shot use. */
export async function messageKey(crypto: Crypto, shared: Uint8Array, info: Uint8Array): Promise<MessageKey> {
  const infoHash = await labeledExtract(crypto, noSalt, heads.infoHash, info);
  const context = concat(modeBase, pskIdHash, infoHash);
  const secret = await labeledExtract(crypto, shared, heads.secret, nothing);
  return {
    key: await labeledExpand(crypto, secret, heads.key, context, keyBytes),
    nonce: await labeledExpand(crypto, secret, heads.baseNonce, context, nonceBytes),
  };
}
