// One member among many, as its device sees a masked round: every message that it checks was signed, sealed or bound by keys of
// the others' own, and what it answers is what a device would answer. The others do nothing else, so that cohorts of a thousand fit.
import { roundCounts } from "../../../src/learning/masked/counts.ts";
import { toWords, type Width } from "../../../src/math/words.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../../src/platform/node/index.ts";
import type { KeyPair } from "../../../src/ports/crypto.ts";
import { neighboursOn } from "../../../src/protocol/secagg/graph.ts";
import { channelKey } from "../../../src/protocol/secagg/keys.ts";
import { secureAggregationMember } from "../../../src/protocol/secagg/member/member.ts";
import { channelAad } from "../../../src/protocol/secagg/member/steps.ts";
import { toSet } from "../../../src/protocol/secagg/member-set.ts";
import {
  AdvertiseKeys,
  type Advertisement,
  KeyList,
  NonceList,
  OpenNonce,
  ShareDelivery,
  SignatureList,
  SurvivorList,
  Unmask,
} from "../../../src/protocol/secagg/messages.ts";
import { SHARE_BYTES } from "../../../src/protocol/secagg/shamir.ts";
import {
  advertisementInput,
  keyListHash,
  nonceHashOf,
  openingOfNonce,
  seedHashOf,
  survivorsInput,
} from "../../../src/protocol/secagg/signed.ts";
import {
  contextOf,
  defaultFloors,
  Opening,
  openingInput,
  type RoundTerms,
} from "../../../src/protocol/secagg/terms.ts";
import { drawGraph, type Graph, keyBookOf, type Round } from "../../../src/protocol/secagg/transcript.ts";

export interface Setting {
  readonly members: number;
  readonly width: Width;
  /** Words of a vector. */
  readonly length: number;
  /** Share of the members that leaves before its vector is sent; three in ten may. */
  readonly leaving: number;
}

/** What one stage costs the member. */
export interface StageCost {
  readonly stage: string;
  /** Of the message that it answers, and of its answer. */
  readonly received: number;
  readonly sent: number;
  /** Processor time. */
  readonly seconds: number;
}

export interface MemberRound {
  readonly stages: readonly StageCost[];
  readonly graph: Graph;
}

/** 5 % are taken to collude, 30 % may leave at any stage. */
export function countsFor(members: number) {
  const { corrupt, survivors } = roundCounts({ corrupt: 50, dropouts: 300 }, members);
  return { corrupt, survivors, unopened: members - survivors };
}

/** What another member holds that the one of this round agrees with. */
interface Other {
  readonly signing: KeyPair;
  readonly channel: KeyPair;
  readonly nonce: Uint8Array;
  readonly advertisement: Advertisement;
}

const NO_NONCE = new Uint8Array(12);
const cpuSeconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;

/** A round of the member at place 0. @throws Error when it does not end with its shares */
export async function oneMember(setting: Setting): Promise<MemberRound> {
  const { members, width, length, leaving } = setting;
  const [manifest, model] = [nodeEntropy.bytes(32), nodeEntropy.bytes(32)];
  const terms: RoundTerms = { manifest, model, round: 1, ...countsFor(members), width, length };
  const registrar = nodeCrypto.ed25519Generate();
  const signing = Array.from({ length: members }, () => nodeCrypto.ed25519Generate());
  const own = signing[0] as KeyPair;
  const roster = signing.map((pair) => pair.public);
  const unsigned = { terms, roster };
  const signature = nodeCrypto.ed25519Sign(registrar.secret, openingInput(unsigned));
  const round: Round = { ...unsigned, signature, context: await contextOf(nodeCrypto, { ...unsigned, signature }) };
  const vector = toWords(new Int32Array(length).fill(3), width);
  const signer = {
    publicKey: own.public,
    sign: (message: Uint8Array) => nodeCrypto.ed25519Sign(own.secret, message),
  };
  const member = secureAggregationMember(
    memoryDeviceStore(),
    { crypto: nodeCrypto, keystream: nodeKeystream, entropy: nodeEntropy, signer },
    { registrar: registrar.public, expected: terms, floors: defaultFloors, vector: () => vector },
  );
  const stages: StageCost[] = [];
  const answer = async (stage: string, message: Uint8Array) => {
    const before = process.cpuUsage();
    const said = await member.receive(message);
    const seconds = cpuSeconds(process.cpuUsage(before));
    stages.push({ stage, received: message.length, sent: said.length, seconds });
    return said;
  };

  const advertised = await answer("keys", Opening.encode({ ...unsigned, signature }));
  const { context } = round;
  const others = await Promise.all(signing.slice(1).map((pair, i) => otherOf(round, pair, i + 1)));
  const advertisements = [
    AdvertiseKeys.decode(advertised).advertisement,
    ...others.map(({ advertisement }) => advertisement),
  ];
  const opened = await answer("nonces", KeyList.encode({ context, advertisements }));
  const list = await keyListHash(nodeCrypto, context, advertisements);
  const nonces = [
    OpenNonce.decode(opened).nonce,
    ...others.map(({ signing: { secret }, nonce }, i) => {
      const index = i + 1;
      return {
        index,
        nonce,
        signature: nodeCrypto.ed25519Sign(secret, openingOfNonce(context, list, index, nonce)),
      };
    }),
  ];
  await answer("shares", NonceList.encode({ context, nonces }));
  const graph = await drawGraph(nodeCrypto, round, await keyBookOf(nodeCrypto, round, advertisements), nonces);
  const sharers = toSet(members, roster.keys());
  const shares = await Promise.all(
    neighboursOn(graph.order, graph.parameters.degree, 0).map(async (index) => ({
      index,
      sealed: await sealedBy(others[index - 1] as Other, index, graph, advertisements[0] as Advertisement),
    })),
  );
  await answer("vectors", ShareDelivery.encode({ context, sharers, shares }));
  const gone = Math.floor(leaving * members);
  // From the last places on, which the ring's order scatters.
  const staying = [...roster.keys()].slice(0, members - gone);
  const survivors = toSet(members, staying);
  await answer("signatures", SurvivorList.encode({ context, survivors }));
  const input = survivorsInput(graph.id, sharers, survivors);
  const signatures = staying.map((index) => ({
    index,
    signature: nodeCrypto.ed25519Sign((signing[index] as KeyPair).secret, input),
  }));
  const last = await answer("unmasking", SignatureList.encode({ context, signatures }));
  if (Unmask.decode(last).shares.length !== graph.parameters.degree) throw new Error("a member kept shares back");
  return { stages, graph };
}

async function otherOf({ context }: Round, signing: KeyPair, index: number): Promise<Other> {
  const [channel, mask, nonce] = [nodeCrypto.x25519Generate(), nodeCrypto.x25519Generate(), nodeEntropy.bytes(32)];
  const unsigned = {
    ...{ index, channelKey: channel.public, maskKey: mask.public },
    nonceHash: await nonceHashOf(nodeCrypto, context, index, nonce),
    seedHash: await seedHashOf(nodeCrypto, context, index, nodeEntropy.bytes(32)),
  };
  const signature = nodeCrypto.ed25519Sign(signing.secret, advertisementInput(context, unsigned));
  return { signing, channel, nonce, advertisement: { ...unsigned, signature } };
}

/** What a member sees of a neighbour's shares before anybody needs them: that they open. */
async function sealedBy(from: Other, index: number, graph: Graph, to: Advertisement): Promise<Uint8Array> {
  const agreed = nodeCrypto.x25519(from.channel.secret, to.channelKey);
  const parties = [
    { index, key: from.channel.public },
    { index: to.index, key: to.channelKey },
  ] as const;
  const key = await channelKey(nodeCrypto, graph.id, agreed, ...parties);
  return nodeCrypto.aes128gcmSeal(
    key,
    NO_NONCE,
    channelAad(graph, index, to.index),
    nodeEntropy.bytes(2 * SHARE_BYTES),
  );
}
