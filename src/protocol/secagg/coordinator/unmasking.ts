// From the revealed shares to the sum: every secret is rebuilt and checked against what its member was bound to before one mask
// is taken off. If one is missing, nothing is.
import { equalBytes, fromHex } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import { accumulate } from "../../../math/words.ts";
import type { Crypto } from "../../../ports/crypto.ts";
import { type Mask, sumsInPlace } from "../../masks.ts";
import { neighboursOn } from "../graph.ts";
import { type MaskScope, maskScope, pairMaskKey, selfMaskKey } from "../keys.ts";
import { type MemberSet, membersOf } from "../member-set.ts";
import type { Advertisement } from "../messages.ts";
import { join } from "../shamir.ts";
import { seedHashOf } from "../signed.ts";
import type { Graph, KeyBook, Round } from "../transcript.ts";
import type { CoordinatorPorts } from "./stages.ts";

type UnmaskingCrypto = Pick<Crypto, "sha256" | "hmacSha256" | "x25519">;
export type UnmaskingPorts = Pick<CoordinatorPorts, "keystream" | "sumMasks"> & { readonly crypto: UnmaskingCrypto };

/** The shares of one member's secret: by whom, at point holder + 1. */
export type SharesOf = Map<number, Uint8Array>;

export interface Masked {
  readonly round: Round;
  readonly book: KeyBook;
  readonly graph: Graph;
  /** The very list that members were told: their masks are made for it. */
  readonly sharers: MemberSet;
  readonly survivors: ReadonlySet<number>;
  /** Of each sharer. */
  readonly shares: ReadonlyMap<number, SharesOf>;
}

/** The generator of X25519: 9. */
const BASE = /* @__PURE__ */ fromHex(`09${"00".repeat(31)}`);

/** Keys of masks that are summed at a time, while the next are agreed on: half a gigabyte of keystream for a vector of 256 kB. */
const TOGETHER = 2048;

/**
 * @param sum of all vectors, under their masks; left as it is
 * @param together masks whose sum is asked for at a time
 * @throws PacelineError round_aborted when a secret has too few shares, or none that fits what its member was bound to
 */
export async function unmaskSum(
  { crypto, keystream, sumMasks = sumsInPlace(keystream) }: UnmaskingPorts,
  masked: Masked,
  sum: Uint8Array,
  together = TOGETHER,
): Promise<Uint8Array> {
  const secrets = new Map<number, Uint8Array>();
  for (const index of membersOf(masked.sharers)) secrets.set(index, await rebuild(crypto, masked, index));
  const scope = await maskScope(crypto, masked.graph.id, masked.sharers);
  const { width, length } = masked.round.terms;
  const out = Uint8Array.from(sum);
  const keys = { add: [] as Uint8Array[], take: [] as Uint8Array[] };
  let summed: Promise<void> = Promise.resolve();
  /** Waits for the sum before, and begins the next one. */
  const flush = async (which: keyof typeof keys) => {
    const some = keys[which];
    keys[which] = [];
    await summed;
    summed = sumMasks(width, length, some).then((masks) => accumulate(width, out, masks, which === "add" ? 1 : -1));
    // Whoever awaits it later hears of a failure; until then it is nobody's.
    summed.catch(() => undefined);
  };
  for (const [index, secret] of secrets)
    for (const { key, sign } of await masksOf(crypto, masked, scope, index, secret)) {
      const which = sign > 0 ? "add" : "take";
      if (keys[which].push(key) >= together) await flush(which);
    }
  await flush("add");
  await flush("take");
  await summed;
  return out;
}

/** What is in the sum because of one member. */
async function masksOf(
  crypto: UnmaskingCrypto,
  masked: Masked,
  scope: MaskScope,
  index: number,
  secret: Uint8Array,
): Promise<readonly Mask[]> {
  if (!masked.survivors.has(index)) return await pairMasks(crypto, masked, scope, index, secret);
  return [{ key: await selfMaskKey(crypto, scope, secret, index), sign: -1 }];
}

/** What a dropped member's surviving neighbours have in their vectors of the masks they share with it, to be taken off. */
async function pairMasks(
  crypto: UnmaskingCrypto,
  masked: Masked,
  scope: MaskScope,
  index: number,
  secret: Uint8Array,
): Promise<Mask[]> {
  const { graph, survivors } = masked;
  const gone = { index, key: keysOf(masked, index).maskKey };
  const masks: Mask[] = [];
  for (const other of neighboursOn(graph.order, graph.parameters.degree, index)) {
    if (!survivors.has(other)) continue;
    const their = { index: other, key: keysOf(masked, other).maskKey };
    const key = await pairMaskKey(crypto, scope, await crypto.x25519(secret, their.key), gone, their);
    // The survivor added it when its index was the lower one.
    masks.push({ key, sign: other < index ? -1 : 1 });
  }
  return masks;
}

/** Tries as many sets of shares as there are shares, each beginning at another: one that is wrong is left out by some. */
async function rebuild(crypto: UnmaskingCrypto, masked: Masked, index: number): Promise<Uint8Array> {
  const { threshold } = masked.graph.parameters;
  const shares = [...(masked.shares.get(index) ?? [])].sort(([a], [b]) => a - b);
  if (shares.length < threshold)
    fail("round_aborted", `${shares.length} of the ${threshold} shares that member ${index}'s mask takes`);
  const tries = shares.length === threshold ? 1 : shares.length;
  for (let first = 0; first < tries; first++) {
    const chosen = Array.from(
      { length: threshold },
      (_, i) => shares[(first + i) % shares.length] as [number, Uint8Array],
    );
    const secret = join(
      chosen.map(([holder]) => holder + 1),
      chosen.map(([, share]) => share),
    );
    if (secret !== undefined && (await fits(crypto, masked, index, secret))) return secret;
  }
  return fail("round_aborted", `the shares of member ${index}'s mask are not of what it was bound to`);
}

async function fits(crypto: UnmaskingCrypto, masked: Masked, index: number, secret: Uint8Array): Promise<boolean> {
  const { seedHash, maskKey } = keysOf(masked, index);
  if (masked.survivors.has(index))
    return equalBytes(seedHash, await seedHashOf(crypto, masked.round.context, index, secret));
  return equalBytes(maskKey, await crypto.x25519(secret, BASE));
}

function keysOf({ book }: Masked, index: number): Advertisement {
  return book.byIndex.get(index) ?? fail("internal", `no keys of member ${index}`);
}
