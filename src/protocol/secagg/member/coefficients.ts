// The coefficients of a member's sharings, the same whenever it seals shares on one graph: a copy of its store that is told of the same
// lists again then seals the same bytes, under keys and a nonce that are the same too. They come from the channel's secret, which
// exists before any list is shown and which no round reveals, neither of who stayed nor of who dropped.
import { utf8 } from "../../../base/bytes.ts";
import { invariant } from "../../../base/errors.ts";
import type { SeededEntropy } from "../../../ports/entropy.ts";
import { hkdf } from "../keys.ts";
import { SHARE_BYTES } from "../shamir.ts";
import type { MemberBody } from "./state.ts";
import type { MemberPorts } from "./steps.ts";

/**
 * AES-256-CTR from counter 0 under a key for this graph alone.
 * @param graph its id
 * @returns bytes for one split of the two secrets, and some for ten elements at or above p: one in 2^32 is
 */
export async function coefficientsOf(
  { crypto, keystream }: Pick<MemberPorts, "crypto" | "keystream">,
  graph: Uint8Array,
  threshold: number,
  { channelSecret }: Pick<MemberBody, "channelSecret">,
): Promise<SeededEntropy> {
  const key = await hkdf(crypto, graph, channelSecret, utf8("paceline secagg sharing v1\n"));
  const stream = await keystream(key, new Uint8Array(16), threshold * 2 * SHARE_BYTES);
  let at = 0;
  return {
    kind: "seeded",
    bytes(length) {
      at += length;
      invariant(at <= stream.length, "bytes to share with");
      return Uint8Array.from(stream.subarray(at - length, at));
    },
  };
}
