// RFC 9180: what both sides derive from the Diffie-Hellman secret, for one message in base mode.
import { after } from "../../base/after.ts";
import { concat, equalBytes } from "../../base/bytes.ts";
import type { Answer, Crypto } from "../../ports/crypto.ts";
import { expandInput, heads, noSalt, pskIdHash } from "./suite.ts";

type Hmac = Pick<Crypto, "hmacSha256">;

const keyBytes = 16;
const nonceBytes = 12;
const modeBase = Uint8Array.of(0);

export interface MessageKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** ExtractAndExpand of DHKEM (section 4.1). @returns the 32-byte shared secret */
export function sharedSecret(crypto: Hmac, dh: Uint8Array, enc: Uint8Array, recipient: Uint8Array): Answer<Uint8Array> {
  const input = expandInput(heads.sharedSecret, concat(enc, recipient), 32);
  return after(crypto.hmacSha256(noSalt, concat(heads.eaePrk, dh)), (prk) => crypto.hmacSha256(prk, input));
}

/** The part of a key schedule that depends on `info` alone. Nothing in it is secret. */
interface Purpose {
  readonly info: Uint8Array;
  readonly keyInput: Uint8Array;
  readonly nonceInput: Uint8Array;
}

/** A service uses a handful of `info` strings for all its messages. */
const purposes: Purpose[] = [];
const PURPOSES_MAX = 8;

function purposeOf(crypto: Hmac, info: Uint8Array): Answer<Purpose> {
  const known = purposes.find((purpose) => equalBytes(purpose.info, info));
  if (known !== undefined) return known;
  // Not slice(): of a Node Buffer that is a view.
  const own = concat(info);
  return after(crypto.hmacSha256(noSalt, concat(heads.infoHash, own)), (infoHash) => {
    const context = concat(modeBase, pskIdHash, infoHash);
    const purpose = {
      info: own,
      keyInput: expandInput(heads.key, context, keyBytes),
      nonceInput: expandInput(heads.baseNonce, context, nonceBytes),
    };
    purposes.unshift(purpose);
    purposes.splice(PURPOSES_MAX);
    return purpose;
  });
}

/** KeySchedule for base mode (section 5.1) and ComputeNonce(0): the sequence number is zero in single-shot use. */
export function messageKey(crypto: Hmac, shared: Uint8Array, info: Uint8Array): Answer<MessageKey> {
  return after(purposeOf(crypto, info), ({ keyInput, nonceInput }) =>
    after(crypto.hmacSha256(shared, heads.secret), (secret) =>
      after(crypto.hmacSha256(secret, keyInput), (key) =>
        after(crypto.hmacSha256(secret, nonceInput), (nonce) => ({
          key: key.subarray(0, keyBytes),
          nonce: nonce.subarray(0, nonceBytes),
        })),
      ),
    ),
  );
}
