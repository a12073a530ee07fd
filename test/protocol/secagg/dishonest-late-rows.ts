// The second half of what a dishonest coordinator may say: from the nonces on.
import { concat } from "../../../src/base/bytes.ts";
import type { ErrorCode } from "../../../src/base/errors.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import { toSet } from "../../../src/protocol/secagg/member-set.ts";
import {
  type MemberSignature,
  type Nonce,
  NonceList,
  type SealedShares,
  ShareDelivery,
  SignatureList,
  SurvivorList,
} from "../../../src/protocol/secagg/messages.ts";
import { openingOfNonce, survivorsInput } from "../../../src/protocol/secagg/signed.ts";
import {
  exchange,
  flip,
  GONE,
  keyLists,
  MEMBERS,
  openings,
  type Row,
  signedBy,
  VICTIM,
  type World,
} from "./dishonest-rows.ts";
import type { Recorded } from "./recorded.ts";

const nonces = (
  name: string,
  code: ErrorCode,
  change: (list: readonly Nonce[], world: World) => readonly Nonce[],
): Row => ({
  ...{ name: `nonces: ${name}`, stage: "shares", code },
  change: (world) => {
    const { context, nonces: list } = NonceList.decode(world.told.shares);
    return NonceList.encode({ context, nonces: change(list, world) });
  },
});

const nonceLists: readonly Row[] = [
  nonces("one chosen after the others were seen", "verification_failed", (list, world) =>
    exchange(list, 3, (one) => {
      const nonce = new Uint8Array(32);
      const { context } = NonceList.decode(world.told.shares);
      const hash = nodeCrypto.sha256(world.told.nonces);
      return { ...one, nonce, signature: signedBy(world, 3, openingOfNonce(context, hash, 3, nonce)) };
    }),
  ),
  nonces("signed over another list of keys: somebody was shown other ones", "verification_failed", (list, world) =>
    exchange(list, 3, (one) => {
      const { context } = NonceList.decode(world.told.shares);
      const input = openingOfNonce(context, new Uint8Array(32), 3, one.nonce);
      return { ...one, signature: signedBy(world, 3, input) };
    }),
  ),
  nonces("the member's own left out", "verification_failed", (list) => list.filter(({ index }) => index !== VICTIM)),
  nonces("the member's own exchanged", "verification_failed", (list) =>
    exchange(list, VICTIM, (one) => ({ ...one, nonce: new Uint8Array(32) })),
  ),
  nonces("more left out than may be", "invalid_batch_size", (list) => list.slice(0, -3)),
  nonces("fewer than must stay", "invalid_batch_size", (list) => list.slice(0, 6)),
  nonces("one of somebody without keys", "verification_failed", (list) => [
    ...list,
    { ...(list.at(-1) as Nonce), index: MEMBERS },
  ]),
  nonces("one for another member", "verification_failed", (list) =>
    exchange(list, 3, () => ({ ...(list[2] as Nonce), index: 3 })),
  ),
  nonces("one twice", "invalid_message", (list) => [list[0] as Nonce, ...list]),
  {
    ...{ name: "nonces: the keys again", stage: "shares", code: "invalid_message" },
    change: ({ told }) => flip(told.nonces, 40),
  },
];

const deliveries = (
  name: string,
  code: ErrorCode,
  change: (
    delivery: { readonly sharers: Uint8Array; readonly shares: readonly SealedShares[] },
    world: World,
  ) => { readonly sharers: Uint8Array; readonly shares: readonly SealedShares[] },
): Row => ({
  ...{ name: `shares: ${name}`, stage: "vectors", code },
  change: (world) => {
    const { context, ...delivery } = ShareDelivery.decode(world.told.vectors);
    return ShareDelivery.encode({ context, ...change(delivery, world) });
  },
});
const everyone = [...Array(MEMBERS).keys()];
export const setOf = (without: readonly number[]) =>
  toSet(
    MEMBERS,
    everyone.filter((index) => !without.includes(index)),
  );

const shareDeliveries: readonly Row[] = [
  deliveries("the member is said not to have shared", "verification_failed", ({ shares }) => ({
    ...{ sharers: setOf([GONE, VICTIM]), shares },
  })),
  deliveries("fewer sharers than must stay", "invalid_batch_size", ({ shares }) => ({
    ...{ sharers: setOf([GONE, 0, 1, 2]), shares: shares.filter(({ index }) => index > 2) },
  })),
  deliveries("shares withheld of somebody who shared", "verification_failed", ({ sharers, shares }) => ({
    ...{ sharers, shares: shares.slice(1) },
  })),
  deliveries("shares of somebody who is said not to have shared", "verification_failed", ({ shares }) => ({
    ...{ sharers: setOf([GONE, (shares[0] as SealedShares).index]), shares },
  })),
  deliveries("somebody who gave no shares is said to have", "verification_failed", ({ shares }) => ({
    ...{ sharers: setOf([]), shares },
  })),
  deliveries("all of them garbage", "invalid_batch_size", ({ sharers, shares }) => ({
    ...{ sharers, shares: shares.map(({ index, sealed }) => ({ index, sealed: flip(sealed) })) },
  })),
  deliveries("everyone's under another's name", "invalid_batch_size", ({ sharers, shares }) => ({
    ...{
      sharers,
      shares: shares.map(({ index }, i) => ({ index, sealed: (shares.at(i - 1) as SealedShares).sealed })),
    },
  })),
  deliveries("of another round", "invalid_batch_size", ({ sharers, shares }, { other }) => {
    const others = ShareDelivery.decode(other.told.vectors).shares;
    return { sharers, shares: shares.map(({ index }, i) => ({ index, sealed: (others[i] as SealedShares).sealed })) };
  }),
  deliveries("a stray member in the set", "invalid_message", ({ sharers, shares }) => ({
    ...{ sharers: Uint8Array.of(sharers[0] as number, (sharers[1] as number) | 4), shares },
  })),
  deliveries("a longer set", "invalid_message", ({ sharers, shares }) => ({
    ...{ sharers: concat(sharers, Uint8Array.of(0)), shares },
  })),
  deliveries("out of order", "invalid_message", ({ sharers, shares }) => ({ sharers, shares: [...shares].reverse() })),
  {
    ...{ name: "shares: a survivors' list at once", stage: "vectors", code: "invalid_message" },
    change: ({ told }) => told.signatures,
  },
];

const survivors = (name: string, code: ErrorCode, set: Uint8Array): Row => ({
  ...{ name: `survivors: ${name}`, stage: "signatures", code },
  change: (world) =>
    SurvivorList.encode({ context: SurvivorList.decode(world.told.signatures).context, survivors: set }),
});

const survivorLists: readonly Row[] = [
  survivors("the member, who sent its vector, is said to be dead", "verification_failed", setOf([GONE, VICTIM])),
  survivors("fewer than must stay", "invalid_batch_size", setOf([GONE, 0, 1, 2])),
  survivors("the member alone", "invalid_batch_size", toSet(MEMBERS, [VICTIM])),
  survivors("somebody who did not share", "verification_failed", setOf([])),
  survivors("nobody", "verification_failed", setOf(everyone)),
  survivors("a stray member", "invalid_message", Uint8Array.of(255, 7)),
  survivors("no set", "invalid_message", new Uint8Array(0)),
  {
    ...{ name: "survivors: of another round", stage: "signatures", code: "verification_failed" },
    change: ({ other }) => other.told.signatures,
  },
  {
    ...{ name: "survivors: the signatures before the set", stage: "signatures", code: "invalid_message" },
    change: ({ told }) => told.unmasking,
  },
];

const signatures = (
  name: string,
  code: ErrorCode,
  change: (
    list: readonly MemberSignature[],
    world: World,
  ) => readonly MemberSignature[] | Promise<readonly MemberSignature[]>,
): Row => ({
  ...{ name: `signatures: ${name}`, stage: "unmasking", code },
  change: async (world) => {
    const { context, signatures: list } = SignatureList.decode(world.told.unmasking);
    return SignatureList.encode({ context, signatures: await change(list, world) });
  },
});

/** Everybody but the victim signs another view. */
const resigned = (
  world: World,
  list: readonly MemberSignature[],
  graph: Uint8Array,
  sharers: Uint8Array,
  set: Uint8Array,
) =>
  list.map((one) => ({
    ...one,
    signature: one.index === VICTIM ? one.signature : signedBy(world, one.index, survivorsInput(graph, sharers, set)),
  }));

/** The graph's id is the salt of everything: tests that need it find it where the victim's state leads. */
export type GraphIdOf = (recorded: Recorded) => Promise<Uint8Array>;

export const rowsWith = (graphIdOf: GraphIdOf): readonly Row[] => [
  ...openings,
  ...keyLists,
  ...nonceLists,
  ...shareDeliveries,
  ...survivorLists,
  signatures("fewer than must stay", "invalid_batch_size", (list) => list.slice(0, 6)),
  signatures("none", "invalid_batch_size", () => []),
  signatures("over another set of survivors", "verification_failed", async (list, world) =>
    resigned(world, list, await graphIdOf(world), setOf([GONE]), setOf([GONE, 0])),
  ),
  signatures("over another set of those who shared", "verification_failed", async (list, world) =>
    resigned(world, list, await graphIdOf(world), setOf([]), setOf([GONE])),
  ),
  signatures("over another graph", "verification_failed", (list, world) =>
    resigned(world, list, new Uint8Array(32), setOf([GONE]), setOf([GONE])),
  ),
  signatures("one bit of one", "verification_failed", (list) =>
    exchange(list, 9, (one) => ({ ...one, signature: flip(one.signature) })),
  ),
  signatures("one under another's name", "verification_failed", (list) =>
    exchange(list, 9, (one) => ({ ...one, signature: (list[0] as MemberSignature).signature })),
  ),
  signatures("one of somebody who is gone", "verification_failed", async (list, world) => {
    const input = survivorsInput(await graphIdOf(world), setOf([GONE]), setOf([GONE]));
    const more = { index: GONE, signature: signedBy(world, GONE, input) };
    return [...list.filter(({ index }) => index < GONE), more, ...list.filter(({ index }) => index > GONE)];
  }),
  signatures("one of nobody", "verification_failed", (list) => [
    ...list,
    { ...(list[0] as MemberSignature), index: 99 },
  ]),
  signatures("one counted twice", "invalid_message", (list) => [list[0] as MemberSignature, ...list]),
  signatures(
    "of another round",
    "verification_failed",
    (_, { other }) => SignatureList.decode(other.told.unmasking).signatures,
  ),
  {
    ...{ name: "signatures: another set of survivors to sign", stage: "unmasking", code: "invalid_message" },
    change: ({ told }) => {
      const { context } = SurvivorList.decode(told.signatures);
      return SurvivorList.encode({ context, survivors: setOf([GONE, 0]) });
    },
  },
];
