// A member's second half: shares to its neighbours, the masked vector, one signed set of survivors, and shares about it.
import { fail, invariant } from "../../../base/errors.ts";
import { bytesOf } from "../../../math/words.ts";
import { applyMasks, type Mask } from "../../masks.ts";
import { neighboursOn } from "../graph.ts";
import { channelKey, maskScope, pairMaskKey, selfMaskKey } from "../keys.ts";
import { checkSet, has, membersOf } from "../member-set.ts";
import {
  type Advertisement,
  MaskedInput,
  ShareDelivery,
  ShareKeys,
  SIGNATURE_BYTES,
  SignatureList,
  SignSurvivors,
  SurvivorList,
  Unmask,
} from "../messages.ts";
import { SHARE_BYTES, split } from "../shamir.ts";
import { checkContext, survivorsInput, verifySigned, wordInput } from "../signed.ts";
import { checkGraphFloors } from "../terms.ts";
import { type Graph, holdsTogether } from "../transcript.ts";
import { coefficientsOf } from "./coefficients.ts";
import { type Held, type MemberBody, SECRETS, type Secret } from "./state.ts";
import { channelAad, type Drawn, drawChecked, drawnOf, type Invitation, type MemberPorts, type Step } from "./steps.ts";

/** In place of the secrets that made a vector's masks: no later stage needs them. */
const SPENT = Object.fromEntries(SECRETS.map((name) => [name, new Uint8Array(32)])) as Record<Secret, Uint8Array>;
/** A key seals one thing, whoever's copy of the store does it (coefficients.ts): so its nonce may be fixed. */
const GCM_NONCE = /* @__PURE__ */ new Uint8Array(12);

const UNSIGNED = /* @__PURE__ */ new Uint8Array(SIGNATURE_BYTES);

/** Puts the signature where the word has room for it. */
async function signed(
  { crypto, signer }: MemberPorts,
  word: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  word.set(
    await signer.sign(await wordInput(crypto, word.subarray(0, -SIGNATURE_BYTES))),
    word.length - SIGNATURE_BYTES,
  );
  return word;
}

function neighboursOf({ order, parameters }: Graph, { index }: MemberBody): number[] {
  return neighboursOn(order, parameters.degree, index);
}

function keysOf({ book }: Drawn, index: number): Advertisement {
  return book.byIndex.get(index) ?? fail("internal", `no keys of member ${index}`);
}

/** Everyone's nonces, checked. @returns the own secrets in shares, sealed to each neighbour on the graph they make */
export async function shareKeys(
  ports: MemberPorts,
  { floors }: Invitation,
  body: MemberBody,
  said: Uint8Array,
  message: Uint8Array,
): Promise<Step> {
  const { crypto } = ports;
  const drawn = await drawChecked(ports, body, said, message);
  const { graph, round } = drawn;
  checkGraphFloors(graph.parameters, floors);
  const neighbours = neighboursOf(graph, body);
  const points = neighbours.map((index) => index + 1);
  const { threshold } = graph.parameters;
  const coefficients = await coefficientsOf(ports, graph.id, threshold, body);
  const pairs = split([body.seed, body.maskSecret], threshold, points, coefficients);
  const shares = [];
  for (const [i, index] of neighbours.entries()) {
    const key = await channelTo(ports, drawn, body, index, "to");
    const aad = channelAad(graph, body.index, index);
    const sealed = await crypto.aes128gcmSeal(key, GCM_NONCE, aad, pairs[i] as Uint8Array);
    shares.push({ index, sealed });
  }
  const word = ShareKeys.encode({ context: round.context, index: body.index, shares, signature: UNSIGNED });
  return { body: { ...body, nonceList: message }, say: await signed(ports, word) };
}

async function channelTo(
  { crypto }: MemberPorts,
  drawn: Drawn,
  { index, channelSecret }: MemberBody,
  other: number,
  direction: "to" | "from",
): Promise<Uint8Array> {
  const own = { index, key: keysOf(drawn, index).channelKey };
  const their = { index: other, key: keysOf(drawn, other).channelKey };
  const agreed = await crypto.x25519(channelSecret, their.key);
  const [from, to] = direction === "to" ? [own, their] : [their, own];
  return await channelKey(crypto, drawn.graph.id, agreed, from, to);
}

/** The neighbours' shares, opened and kept. @returns the vector under all masks */
export async function maskVector(
  ports: MemberPorts,
  invitation: Invitation,
  body: MemberBody,
  message: Uint8Array,
): Promise<Step> {
  const drawn = await drawnOf(ports, body);
  const { graph, round } = drawn;
  const { context, sharers, shares } = ShareDelivery.decode(message);
  checkContext(round.context, context);
  checkSharers(drawn, body, sharers);
  const senders = neighboursOf(graph, body).filter((index) => has(sharers, index));
  if (shares.length !== senders.length || shares.some(({ index }, i) => index !== senders[i]))
    fail("verification_failed", "the shares shown here are not those of the neighbours who are said to have shared");
  const held: Held[] = [];
  for (const { index, sealed } of shares) {
    const key = await channelTo(ports, drawn, body, index, "from");
    const aad = channelAad(graph, index, body.index);
    const share = await ports.crypto.aes128gcmOpen(key, GCM_NONCE, aad, sealed);
    // What does not open is its sender's loss: a share that nobody holds is one fewer, never another secret.
    if (share !== undefined) held.push({ index, share });
  }
  if (held.length < graph.parameters.threshold)
    fail("invalid_batch_size", `${held.length} neighbours' shares open, ${graph.parameters.threshold} are needed`);
  const { width, length } = round.terms;
  const vector = Uint8Array.from(await invitation.vector());
  invariant(vector.length === bytesOf(length, width), "a vector of the round's length and width");
  await applyMasks(ports.keystream, width, vector, await masksOf(ports, drawn, { ...body, sharers }, senders));
  const word = MaskedInput.encode({ context, index: body.index, vector, signature: UNSIGNED });
  // Whoever finds the device later, and kept what it sent, has nothing to take its masks off with.
  return { body: { ...body, ...SPENT, sharers, held }, say: await signed(ports, word) };
}

function checkSharers({ round, graph }: Drawn, body: MemberBody, sharers: Uint8Array): void {
  checkSet(sharers, round.roster.length, "those who shared");
  const list = membersOf(sharers);
  const members = new Set(graph.members);
  if (list.some((index) => !members.has(index)))
    fail("verification_failed", "somebody is said to have shared who is not in the graph");
  if (!has(sharers, body.index)) fail("verification_failed", "this member shared, and is said not to have");
  if (list.length < round.terms.survivors)
    fail("invalid_batch_size", `${list.length} members shared, the round wants ${round.terms.survivors} to the end`);
}

/** Of this list of sharers and no other (keys.ts): a copy of this state may be told of another one. */
async function masksOf(
  { crypto }: MemberPorts,
  drawn: Drawn,
  { index, maskSecret, seed, sharers }: MemberBody,
  others: readonly number[],
): Promise<Mask[]> {
  const scope = await maskScope(crypto, drawn.graph.id, sharers);
  const own = { index, key: keysOf(drawn, index).maskKey };
  const masks: Mask[] = [{ key: await selfMaskKey(crypto, scope, seed, index), sign: 1 }];
  for (const other of others) {
    const their = { index: other, key: keysOf(drawn, other).maskKey };
    const key = await pairMaskKey(crypto, scope, await crypto.x25519(maskSecret, their.key), own, their);
    masks.push({ key, sign: index < other ? 1 : -1 });
  }
  return masks;
}

/** A set of survivors, checked. @returns the signature that says: this one, and no other */
export async function signSurvivors(ports: MemberPorts, body: MemberBody, message: Uint8Array): Promise<Step> {
  const { graph, round } = await drawnOf(ports, body);
  const { context, survivors } = SurvivorList.decode(message);
  checkContext(round.context, context);
  checkSet(survivors, round.roster.length, "the survivors");
  const list = membersOf(survivors);
  if (list.some((index) => !has(body.sharers, index)))
    fail("verification_failed", "somebody is said to have survived who did not share");
  if (!has(survivors, body.index)) fail("verification_failed", "this member sent its vector, and is said not to have");
  if (list.length < round.terms.survivors)
    fail("invalid_batch_size", `${list.length} survivors, the round wants ${round.terms.survivors}`);
  const [shares, survives] = [body.sharers, survivors].map((set) => (index: number) => has(set, index));
  if (!holdsTogether(graph, shares as (index: number) => boolean, survives as (index: number) => boolean))
    fail("invalid_batch_size", "so many are gone around some member that the survivors' sum could fall apart");
  const signature = await ports.signer.sign(survivorsInput(graph.id, body.sharers, survivors));
  return {
    body: { ...body, survivors },
    say: SignSurvivors.encode({ context, signed: { index: body.index, signature } }),
  };
}

/**
 * Signatures over the one set that this member signed too, from as many survivors as must stay: more than half of all honest
 * members, so no other set can have as many. @returns of each neighbour one share: of a survivor's own mask, or of a mask key
 */
export async function unmask(
  ports: MemberPorts,
  body: MemberBody,
  message: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { graph, round } = await drawnOf(ports, body);
  const { context, signatures } = SignatureList.decode(message);
  checkContext(round.context, context);
  if (signatures.length < round.terms.survivors)
    fail("invalid_batch_size", `${signatures.length} signed the survivors, the round wants ${round.terms.survivors}`);
  const input = survivorsInput(graph.id, body.sharers, body.survivors);
  for (const { index, signature } of signatures) {
    if (!has(body.survivors, index))
      fail("verification_failed", `member ${index} signed, who is not among the survivors`);
    await verifySigned(ports.crypto, round.roster, index, input, signature, "this set of survivors");
  }
  const shares = body.held.map(({ index, share }) => ({
    index,
    share: has(body.survivors, index) ? share.subarray(0, SHARE_BYTES) : share.subarray(SHARE_BYTES),
  }));
  return await signed(ports, Unmask.encode({ context, index: body.index, shares, signature: UNSIGNED }));
}
