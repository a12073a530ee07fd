// What a dishonest coordinator may say to a member instead of the truth, each with the code it is refused with.
import { concat } from "../../../src/base/bytes.ts";
import type { ErrorCode } from "../../../src/base/errors.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import type { Invitation } from "../../../src/protocol/secagg/member/steps.ts";
import { type Advertisement, KeyList, Unmask } from "../../../src/protocol/secagg/messages.ts";
import { advertisementInput } from "../../../src/protocol/secagg/signed.ts";
import { Opening, type RoundTerms } from "../../../src/protocol/secagg/terms.ts";
import { type Cohort, cohortOf, lowFloors, sign } from "./cohort.ts";
import { type Recorded, record, type Stage } from "./recorded.ts";

export const MEMBERS = 10;
export const VICTIM = 4;
/** Leaves before it shares. */
export const GONE = 8;

export interface World extends Recorded {
  /** The same members in another round. */
  readonly other: Recorded;
}

/** Of the nine others. */
export const NEIGHBOURS = 8;

/** Who is gone is to be one of the victim's neighbours: else the round is drawn again. */
async function recorded(): Promise<Recorded> {
  for (;;) {
    const cohort = cohortOf({ members: MEMBERS, corruptShare: 0.1, unopened: 2 });
    const one = await record(cohort, VICTIM, { [GONE]: "shares" });
    if (Unmask.decode(one.said.unmasking).shares.length === NEIGHBOURS - 1) return one;
  }
}

export async function newWorld(): Promise<World> {
  return { ...(await recorded()), other: await recorded() };
}

export interface Row {
  readonly name: string;
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly device?: Partial<Invitation>;
  change(world: World): Uint8Array | Promise<Uint8Array>;
}

export const flip = (bytes: Uint8Array, at = 0) => {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] as number) ^ 1;
  return changed;
};
const secretOf = ({ cohort }: World, index: number) => (cohort.people[index] as Cohort["people"][number]).keys.secret;
export const signedBy = (world: World, index: number, input: Uint8Array) =>
  nodeCrypto.ed25519Sign(secretOf(world, index), input);

/** The opening signed anew, as by a registrar that is careless: the member's own rules are left. */
function reopened({ cohort }: World, change: Partial<RoundTerms>, roster = Opening.decode(cohort.opening).roster) {
  return sign(cohort.registrar, { ...cohort.terms, ...change }, roster);
}
const rosterOf = ({ cohort }: World) => Opening.decode(cohort.opening).roster;

const opening = (name: string, code: ErrorCode, change: Row["change"], device?: Row["device"]): Row => ({
  ...{ name: `opening: ${name}`, stage: "keys", code, change },
  ...(device !== undefined && { device }),
});

export const openings: readonly Row[] = [
  opening("signed by another registrar", "verification_failed", ({ cohort }) =>
    sign(nodeCrypto.ed25519Generate(), cohort.terms, Opening.decode(cohort.opening).roster),
  ),
  opening("a bit of the signature", "verification_failed", ({ told }) => flip(told.keys, told.keys.length - 1)),
  opening("a member exchanged", "verification_failed", ({ told }) => flip(told.keys, told.keys.length - 70)),
  opening("a Sybil added, unsigned", "verification_failed", ({ cohort }) => {
    const { terms, roster, signature } = Opening.decode(cohort.opening);
    return Opening.encode({ terms, roster: [...roster, nodeCrypto.ed25519Generate().public], signature });
  }),
  opening("fewer survivors, unsigned", "verification_failed", ({ cohort }) => {
    const { terms, roster, signature } = Opening.decode(cohort.opening);
    return Opening.encode({ terms: { ...terms, survivors: terms.survivors - 1 }, roster, signature });
  }),
  opening("another manifest", "manifest_refused", (world) => reopened(world, { manifest: new Uint8Array(32) })),
  opening("another model for this member alone", "manifest_refused", (world) =>
    reopened(world, { model: flip(world.cohort.terms.model) }),
  ),
  opening("another round number", "manifest_refused", (world) => reopened(world, { round: 8 })),
  opening("a longer vector", "manifest_refused", (world) => reopened(world, { length: 6 })),
  opening("another modulus", "manifest_refused", (world) => reopened(world, { width: 64 })),
  opening("so few survivors that two sets could be signed", "manifest_refused", (world) =>
    reopened(world, { survivors: 5, corrupt: 0 }),
  ),
  opening("corrupt members that could sign two sets", "manifest_refused", (world) => reopened(world, { corrupt: 4 })),
  opening("more survivors than members", "manifest_refused", (world) => reopened(world, { survivors: 11 })),
  opening("a graph that does not exist", "manifest_refused", (world) => reopened(world, { survivors: 6, corrupt: 1 })),
  opening(
    "nobody corrupt, where the device counts on some",
    "manifest_refused",
    (world) => reopened(world, { corrupt: 0 }),
    {
      floors: { ...lowFloors, corruptShare: 0.1 },
    },
  ),
  opening("fewer members than the device's floor", "manifest_refused", ({ told }) => told.keys, {
    floors: { ...lowFloors, members: 11 },
  }),
  opening("fewer survivors than the device's floor", "manifest_refused", ({ told }) => told.keys, {
    floors: { ...lowFloors, survivors: 8 },
  }),
  opening("fewer neighbours than the device's floor", "manifest_refused", ({ told }) => told.keys, {
    floors: { ...lowFloors, degree: 10 },
  }),
  opening("a lower threshold than the device's floor", "manifest_refused", ({ told }) => told.keys, {
    floors: { ...lowFloors, threshold: 7 },
  }),
  opening("a roster without the member", "manifest_refused", (world) =>
    reopened(world, {}, [...rosterOf(world).filter((_, i) => i !== VICTIM), nodeCrypto.ed25519Generate().public]),
  ),
  opening("the member at two places", "invalid_message", (world) => {
    const roster = rosterOf(world);
    return reopened(world, {}, [...roster.slice(0, -1), roster[VICTIM] as Uint8Array]);
  }),
  opening("a roster of two", "invalid_message", (world) =>
    reopened(world, { survivors: 2 }, rosterOf(world).slice(3, 5)),
  ),
  opening("a modulus of 2^8", "invalid_message", ({ told }) => {
    const changed = Uint8Array.from(told.keys);
    changed[74] = 8;
    return changed;
  }),
  opening("cut off", "invalid_message", ({ told }) => told.keys.subarray(0, -1)),
  opening("with a byte more", "invalid_message", ({ told }) => concat(told.keys, Uint8Array.of(0))),
];

const keys = (
  name: string,
  code: ErrorCode,
  change: (list: readonly Advertisement[], world: World) => readonly Advertisement[],
): Row => ({
  ...{ name: `keys: ${name}`, stage: "nonces", code },
  change: (world) => {
    const { context, advertisements } = KeyList.decode(world.told.nonces);
    return KeyList.encode({ context, advertisements: change(advertisements, world) });
  },
});
export const exchange = <T extends { readonly index: number }>(list: readonly T[], index: number, by: (one: T) => T) =>
  list.map((one) => (one.index === index ? by(one) : one));

export const keyLists: readonly Row[] = [
  keys("the coordinator's mask key for a member's", "verification_failed", (list) =>
    exchange(list, 2, (one) => ({ ...one, maskKey: nodeCrypto.x25519Generate().public })),
  ),
  keys("the coordinator's channel key for a member's", "verification_failed", (list) =>
    exchange(list, 2, (one) => ({ ...one, channelKey: nodeCrypto.x25519Generate().public })),
  ),
  keys("keys that a colluding member signed for another", "verification_failed", (list, world) =>
    exchange(list, 2, (one) => {
      const unsigned = { ...one, maskKey: nodeCrypto.x25519Generate().public };
      return {
        ...unsigned,
        signature: signedBy(world, 3, advertisementInput(KeyList.decode(world.told.nonces).context, unsigned)),
      };
    }),
  ),
  keys("the member's own keys exchanged", "verification_failed", (list) =>
    exchange(list, VICTIM, (one) => ({ ...one, maskKey: nodeCrypto.x25519Generate().public })),
  ),
  keys("the member's own keys left out", "verification_failed", (list) => list.filter(({ index }) => index !== VICTIM)),
  keys("too few", "invalid_batch_size", (list) => list.slice(0, 6)),
  keys("none", "invalid_batch_size", () => []),
  keys("out of order", "invalid_message", (list) => [...list].reverse()),
  keys("one twice", "invalid_message", (list) => [list[0] as Advertisement, ...list]),
  keys("somebody's who is not in the roster", "verification_failed", (list) => [
    ...list,
    { ...(list.at(-1) as Advertisement), index: MEMBERS },
  ]),
  keys(
    "of another round by the same members",
    "verification_failed",
    (_, { other }) => KeyList.decode(other.told.nonces).advertisements,
  ),
  {
    ...{ name: "keys: another round's message as it was", stage: "nonces", code: "verification_failed" },
    change: ({ other }) => other.told.nonces,
  },
  {
    ...{ name: "keys: the nonces instead", stage: "nonces", code: "invalid_message" },
    change: ({ told }) => told.shares,
  },
];
