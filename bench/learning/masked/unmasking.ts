// The last step of a large round by itself: secrets rebuilt from shares, masks of those who stayed and of those who left taken off the
// sum of all vectors. The masks were put on by the members' own rule, on the first words: those must come out as the vectors' sum.
import { bytesOf, toWords, type Width } from "../../../src/math/words.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../../src/platform/node/index.ts";
import { applyMasks, type Mask } from "../../../src/protocol/masks.ts";
import type { Masked } from "../../../src/protocol/secagg/coordinator/unmasking.ts";
import { neighboursOn, ringOrder } from "../../../src/protocol/secagg/graph.ts";
import { maskScope, pairMaskKey, selfMaskKey } from "../../../src/protocol/secagg/keys.ts";
import { toSet } from "../../../src/protocol/secagg/member-set.ts";
import type { Advertisement } from "../../../src/protocol/secagg/messages.ts";
import { split } from "../../../src/protocol/secagg/shamir.ts";
import { seedHashOf } from "../../../src/protocol/secagg/signed.ts";
import { graphOf } from "../../../src/protocol/secagg/terms.ts";
import { countsFor } from "./one-member.ts";

export interface LastStep {
  readonly masked: Masked;
  /** Of all vectors, under their masks. */
  readonly sum: Uint8Array;
  /** What its first words must be without them. */
  readonly plain: Uint8Array;
  /** Masks in it that do not cancel. */
  readonly masks: number;
  readonly agreements: number;
}

const NONE = new Uint8Array(32);
/** Words that are masked; a mask is a keystream, so those behind them change none of these. */
const CHECKED = 1024;

/** @param gone of `members` they leave after sharing, before their vector is sent */
export async function lastStep(members: number, gone: number, width: Width, length: number): Promise<LastStep> {
  const counts = countsFor(members);
  const parameters = graphOf(counts, members, members);
  const id = nodeEntropy.bytes(32);
  const order = [...ringOrder(id, members)];
  const people = order.map(() => ({ seed: nodeEntropy.bytes(32), mask: nodeCrypto.x25519Generate() }));
  const signature = new Uint8Array(64);
  const byIndex = new Map<number, Advertisement>();
  for (const [index, { seed, mask }] of people.entries()) {
    const seedHash = await seedHashOf(nodeCrypto, NONE, index, seed);
    byIndex.set(index, { index, channelKey: NONE, maskKey: mask.public, nonceHash: NONE, seedHash, signature });
  }
  const all = [...people.keys()];
  const sharers = toSet(members, all);
  const scope = await maskScope(nodeCrypto, id, sharers);
  const survivors = new Set(all.slice(0, members - gone));
  const neighbours = all.map((index) => neighboursOn(order, parameters.degree, index));
  const shares = new Map(all.map((index) => [index, new Map<number, Uint8Array>()]));
  for (const [index, { seed, mask }] of people.entries()) {
    // As many as it takes, all of whom answer.
    const holders = (neighbours[index] as number[])
      .filter((other) => survivors.has(other))
      .slice(0, parameters.threshold);
    const points = holders.map((holder) => holder + 1);
    const secret = survivors.has(index) ? seed : mask.secret;
    for (const [i, share] of split([secret], parameters.threshold, points, nodeEntropy).entries())
      shares.get(index)?.set(holders[i] as number, share);
  }
  const sum = new Uint8Array(bytesOf(length, width));
  const masks: Mask[] = [];
  for (const index of survivors) {
    const own = { index, key: people[index]?.mask.public as Uint8Array };
    masks.push({ key: await selfMaskKey(nodeCrypto, scope, people[index]?.seed as Uint8Array, index), sign: 1 });
    for (const other of neighbours[index] as number[]) {
      // Those of two who stayed are in the sum twice, once with each sign.
      if (survivors.has(other)) continue;
      const their = people[other]?.mask as (typeof people)[number]["mask"];
      const agreed = nodeCrypto.x25519(people[index]?.mask.secret as Uint8Array, their.public);
      const key = await pairMaskKey(nodeCrypto, scope, agreed, own, { index: other, key: their.public });
      masks.push({ key, sign: index < other ? 1 : -1 });
    }
  }
  const plain = toWords(
    new Int32Array(CHECKED).map((_, i) => i - 500),
    width,
  );
  const first = sum.subarray(0, plain.length);
  first.set(plain);
  await applyMasks(nodeKeystream, width, first, masks);
  const terms = { ...counts, manifest: NONE, model: NONE, round: 1, width, length };
  return {
    masked: {
      round: { terms, roster: [], signature, context: NONE },
      book: { byIndex, hash: NONE },
      graph: { id, parameters, members: all, order },
      ...{ sharers, survivors, shares },
    },
    ...{ sum, plain, masks: masks.length, agreements: masks.length - survivors.size },
  };
}
