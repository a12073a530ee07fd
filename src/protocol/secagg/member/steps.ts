// A member's steps, one a message of the coordinator: each is pure up to fresh randomness, checks everything it is shown against
// the device's own floors, and gives the next state with what to answer. Whatever does not hold ends the round for this member.
import { concat, equalBytes } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import type { Answer, Crypto } from "../../../ports/crypto.ts";
import type { AnyEntropy } from "../../../ports/entropy.ts";
import type { Keystream } from "../../../ports/keystream.ts";
import type { Signer } from "../../../ports/signer.ts";
import { AdvertiseKeys, KeyList, NonceList, OpenNonce } from "../messages.ts";
import { advertisementInput, checkContext, keyListHash, nonceHashOf, openingOfNonce, seedHashOf } from "../signed.ts";
import {
  checkExpected,
  checkFloors,
  checkTerms,
  contextOf,
  type DeviceFloors,
  type ExpectedRound,
  Opening,
  openingInput,
} from "../terms.ts";
import {
  checkAdvertisements,
  checkNonces,
  drawGraph,
  type Graph,
  type KeyBook,
  keyBookOf,
  type Round,
} from "../transcript.ts";
import type { MemberBody } from "./state.ts";

export interface MemberPorts {
  readonly crypto: Pick<
    Crypto,
    "sha256" | "hmacSha256" | "x25519" | "x25519Generate" | "ed25519Verify" | "aes128gcmSeal" | "aes128gcmOpen"
  >;
  readonly keystream: Keystream;
  readonly entropy: AnyEntropy;
  /** The member's long-lived key, which the registrar knows. */
  readonly signer: Signer;
}

/** What the device knows of a round before it hears of it. */
export interface Invitation {
  /** The registrar's key, pinned in the app. */
  readonly registrar: Uint8Array;
  readonly expected: ExpectedRound;
  readonly floors: DeviceFloors;
  /** Bounded, with this member's share of the noise: called once, its words as toWords makes them. */
  vector(): Answer<Uint8Array>;
}

export interface Step {
  readonly body: MemberBody;
  readonly say: Uint8Array<ArrayBuffer>;
}

const NONE = /* @__PURE__ */ new Uint8Array(0);

/** The opening, checked: whose roster, about what, and whether it is enough. @returns keys, signed */
export async function advertise(ports: MemberPorts, invitation: Invitation, message: Uint8Array): Promise<Step> {
  const { crypto, entropy, signer } = ports;
  const opening = Opening.decode(message);
  if (!(await crypto.ed25519Verify(invitation.registrar, openingInput(opening), opening.signature)))
    fail("verification_failed", "the round's roster is not signed by the registrar that this app trusts");
  checkExpected(opening, invitation.expected);
  checkTerms(opening);
  checkFloors(opening, invitation.floors);
  const index = opening.roster.findIndex((key) => equalBytes(key, signer.publicKey));
  if (index < 0) fail("manifest_refused", "this member is not in the round's roster");
  const context = await contextOf(crypto, opening);
  const [channel, mask] = [await crypto.x25519Generate(), await crypto.x25519Generate()];
  const [seed, nonce] = [entropy.bytes(32), entropy.bytes(32)];
  const unsigned = {
    ...{ index, channelKey: channel.public, maskKey: mask.public },
    nonceHash: await nonceHashOf(crypto, context, index, nonce),
    seedHash: await seedHashOf(crypto, context, index, seed),
  };
  const signature = await signer.sign(advertisementInput(context, unsigned));
  return {
    body: {
      ...{ index, channelSecret: channel.secret, maskSecret: mask.secret, seed, nonce, opening: message },
      ...{ keyList: NONE, nonceList: NONE, sharers: NONE, held: [], survivors: NONE },
    },
    say: AdvertiseKeys.encode({ context, advertisement: { ...unsigned, signature } }),
  };
}

/** Everyone's keys, checked. @returns the nonce, signed with the hash of the list: nobody was shown another one */
export async function openNonce(
  ports: MemberPorts,
  body: MemberBody,
  said: Uint8Array,
  message: Uint8Array,
): Promise<Step> {
  const { crypto, signer } = ports;
  const round = await roundOf(ports, body);
  const { context, advertisements } = KeyList.decode(message);
  checkContext(round.context, context);
  await checkAdvertisements(crypto, round, advertisements);
  const own = advertisements.find(({ index }) => index === body.index);
  if (own === undefined || !equalBytes(AdvertiseKeys.encode({ context, advertisement: own }), said))
    fail("verification_failed", "the list of keys does not hold this member's own");
  const list = await keyListHash(crypto, context, advertisements);
  const signature = await signer.sign(openingOfNonce(context, list, body.index, body.nonce));
  return {
    body: { ...body, keyList: message },
    say: OpenNonce.encode({ context, nonce: { index: body.index, nonce: body.nonce, signature } }),
  };
}

/** The round of a member's state, which was checked when it was first shown. */
export async function roundOf({ crypto }: Pick<MemberPorts, "crypto">, { opening }: MemberBody): Promise<Round> {
  const decoded = Opening.decode(opening);
  return { ...decoded, context: await contextOf(crypto, decoded) };
}

export interface Drawn {
  readonly round: Round;
  readonly book: KeyBook;
  readonly graph: Graph;
}

/** The graph, from the lists that were checked when they were first shown. */
export async function drawnOf(ports: Pick<MemberPorts, "crypto">, body: MemberBody): Promise<Drawn> {
  const { crypto } = ports;
  const round = await roundOf(ports, body);
  const book = await keyBookOf(crypto, round, KeyList.decode(body.keyList).advertisements);
  const { nonces } = NonceList.decode(body.nonceList);
  return { round, book, graph: await drawGraph(crypto, round, book, nonces) };
}

/** Everyone's nonces, checked. @returns the graph drawn from them */
export async function drawChecked(
  ports: MemberPorts,
  body: MemberBody,
  said: Uint8Array,
  message: Uint8Array,
): Promise<Drawn> {
  const { crypto } = ports;
  const round = await roundOf(ports, body);
  const { context, nonces } = NonceList.decode(message);
  checkContext(round.context, context);
  const book = await keyBookOf(crypto, round, KeyList.decode(body.keyList).advertisements);
  await checkNonces(crypto, round, book, nonces);
  const own = nonces.find(({ index }) => index === body.index);
  if (own === undefined || !equalBytes(OpenNonce.encode({ context, nonce: own }), said))
    fail("verification_failed", "the list of nonces does not hold this member's own");
  return { round, book, graph: await drawGraph(crypto, round, book, nonces) };
}

/** A channel's associated data: graph, sender, recipient. */
export function channelAad(graph: Graph, from: number, to: number): Uint8Array {
  return concat(graph.id, Uint8Array.of(from >> 8, from & 255, to >> 8, to & 255));
}
