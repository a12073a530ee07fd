// What two members derive from the keys they agreed on, bound to the round: HKDF-SHA256 (RFC 5869) with the graph's id as salt,
// which is a hash over manifest, model, round, roster, every advertised key and every nonce. Members who were shown anything
// else derive other keys: their masks do not cancel and their shares do not open.
import { concat, utf8 } from "../../base/bytes.ts";
import type { Answer, Crypto } from "../../ports/crypto.ts";

type Hmac = Pick<Crypto, "hmacSha256">;

const MASK = /* @__PURE__ */ utf8("paceline secagg mask v1\n");
const SELF = /* @__PURE__ */ utf8("paceline secagg self v1\n");
const SHARE = /* @__PURE__ */ utf8("paceline secagg share v1\n");

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);

/** One block of HKDF-SHA256: 32 bytes. */
export async function hkdf(crypto: Hmac, salt: Uint8Array, secret: Uint8Array, info: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.hmacSha256(salt, secret);
  return await crypto.hmacSha256(key, concat(info, Uint8Array.of(1)));
}

export interface PublicParty {
  readonly index: number;
  /** X25519, 32 bytes */
  readonly key: Uint8Array;
}

/** The key of the mask that two members share: 32 bytes, the same for both. @param agreed their X25519 secret */
export function pairMaskKey(
  crypto: Hmac,
  graph: Uint8Array,
  agreed: Uint8Array,
  a: PublicParty,
  b: PublicParty,
): Answer<Uint8Array> {
  const [low, high] = a.index < b.index ? [a, b] : [b, a];
  return hkdf(crypto, graph, agreed, concat(MASK, u16(low.index), u16(high.index), low.key, high.key));
}

/** The key of a member's own mask, from the seed whose shares its neighbours hold: 32 bytes. */
export function selfMaskKey(crypto: Hmac, graph: Uint8Array, seed: Uint8Array, index: number): Answer<Uint8Array> {
  return hkdf(crypto, graph, seed, concat(SELF, u16(index)));
}

/** The key under which one member seals shares to another, once: 16 bytes. */
export async function channelKey(
  crypto: Hmac,
  graph: Uint8Array,
  agreed: Uint8Array,
  from: PublicParty,
  to: PublicParty,
): Promise<Uint8Array> {
  const info = concat(SHARE, u16(from.index), u16(to.index), from.key, to.key);
  return (await hkdf(crypto, graph, agreed, info)).slice(0, 16);
}
