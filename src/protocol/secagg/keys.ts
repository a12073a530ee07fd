// What two members derive from the keys they agreed on, bound to the round: HKDF-SHA256 (RFC 5869) with the graph's id as salt,
// which is a hash over manifest, model, round, roster, every advertised key and every nonce. Members who were shown anything
// else derive other keys: their masks do not cancel and their shares do not open.
//
// Masks are bound to the list of sharers too. It comes after the graph, and a copy of a device's store from before it can be shown
// another one. Were the keys the same under both, the two vectors would differ by exactly the masks of whoever is in one list
// alone, and lists that lack one member each would take off one mask after the other. So the list's hash is in the info of every
// mask's key. Assumed is that SHA-256 has no collisions, that what HKDF extracts is a uniform key to whoever lacks the secret, and
// that HMAC-SHA256 and AES-256-CTR are pseudorandom under their keys: then the masks of different lists look independent and
// uniform, whatever is seen of the others.
//
// A round reveals a secret itself, and so the masks that it makes under all lists. Of one member only one of two is revealed, and
// a vector under another list stays masked either way. Count as corrupt whoever's store was put back too, since it can sign and
// reveal twice, and let each member have at most c such neighbours of d, with 2t > d + c for the threshold t (graph-parameters.ts):
//   - its mask key, when it dropped: the seed is not, and its own mask stays on;
//   - its seed, when it stayed: t neighbours revealed it, t - c of them honest. The vector under the other list took shares from t
//     neighbours. As 2t - c > d, one of them is honest and revealed: it stayed, so its mask key is not revealed, it was told the
//     first list alone, and the mask that both share under the other list is in no other vector.
// Under another graph its honest neighbours were told of that graph alone, and of two sets of survivors only one is signed by enough:
// nothing that they shared there is revealed.
//
// Shares are sealed under keys of the graph and a fixed nonce, and a copy from before them may seal again. So the coefficients that
// hide the secrets are no fresh randomness: AES-256-CTR under a key from the member's channel secret, with the graph's id as salt. On one
// graph the bytes are the same; on another one key and coefficients are both others. Assumed is that HKDF-SHA256 of that secret is
// pseudorandom also to who sees what the secret agrees on with others, and AES-256-CTR under its output: then fewer shares than the
// threshold tell nothing to whoever is bounded, where fresh coefficients would tell nobody. No message or share holds the channel secret.
import { concat, utf8 } from "../../base/bytes.ts";
import type { Answer, Crypto } from "../../ports/crypto.ts";
import type { MemberSet } from "./member-set.ts";

type Hmac = Pick<Crypto, "hmacSha256">;

const MASK = /* @__PURE__ */ utf8("paceline secagg mask v2\n");
const SELF = /* @__PURE__ */ utf8("paceline secagg self v2\n");
const SHARE = /* @__PURE__ */ utf8("paceline secagg share v1\n");

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);

/** One block of HKDF-SHA256: 32 bytes. */
export async function hkdf(crypto: Hmac, salt: Uint8Array, secret: Uint8Array, info: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.hmacSha256(salt, secret);
  return await crypto.hmacSha256(key, concat(info, Uint8Array.of(1)));
}

/** What masks are made for: another graph or another list, other masks. */
export interface MaskScope {
  /** The graph's id, 32 bytes. */
  readonly graph: Uint8Array;
  /** SHA-256 of the set of sharers. */
  readonly sharers: Uint8Array;
}

/** @param sharers as members are told it and sign it: `checkSet` leaves one encoding of a set */
export async function maskScope(
  crypto: Pick<Crypto, "sha256">,
  graph: Uint8Array,
  sharers: MemberSet,
): Promise<MaskScope> {
  return { graph, sharers: await crypto.sha256(sharers) };
}

export interface PublicParty {
  readonly index: number;
  /** X25519, 32 bytes */
  readonly key: Uint8Array;
}

/** The key of the mask that two members share: 32 bytes, the same for both. @param agreed their X25519 secret */
export function pairMaskKey(
  crypto: Hmac,
  { graph, sharers }: MaskScope,
  agreed: Uint8Array,
  a: PublicParty,
  b: PublicParty,
): Answer<Uint8Array> {
  const [low, high] = a.index < b.index ? [a, b] : [b, a];
  return hkdf(crypto, graph, agreed, concat(MASK, sharers, u16(low.index), u16(high.index), low.key, high.key));
}

/** The key of a member's own mask, from the seed whose shares its neighbours hold: 32 bytes. */
export function selfMaskKey(
  crypto: Hmac,
  { graph, sharers }: MaskScope,
  seed: Uint8Array,
  index: number,
): Answer<Uint8Array> {
  return hkdf(crypto, graph, seed, concat(SELF, sharers, u16(index)));
}

/** The key under which one member seals its shares to another, the same bytes whenever it does: 16 bytes. */
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
