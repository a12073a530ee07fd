// A cohort for tests: members with real keys and stores of their own, a registrar, and a driver that passes messages between
// them and a coordinator, with whoever is to fall silent at each stage. Signatures that all members check alike are checked once.
import { concat, toHex } from "../../../src/base/bytes.ts";
import { fromWords, toWords } from "../../../src/math/words.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../../src/platform/node/index.ts";
import type { KeyPair } from "../../../src/ports/crypto.ts";
import type { DeviceStore } from "../../../src/ports/device-store.ts";
import {
  type SecureAggregationCoordinator,
  secureAggregationCoordinator,
} from "../../../src/protocol/secagg/coordinator/coordinator.ts";
import { type CoordinatorPorts, coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { countsOf } from "../../../src/protocol/secagg/graph-parameters.ts";
import { type SecureAggregationMember, secureAggregationMember } from "../../../src/protocol/secagg/member/member.ts";
import type { Invitation, MemberPorts } from "../../../src/protocol/secagg/member/steps.ts";
import { SIGNATURE_BYTES } from "../../../src/protocol/secagg/messages.ts";
import { wordInput } from "../../../src/protocol/secagg/signed.ts";
import { type DeviceFloors, Opening, openingInput, type RoundTerms } from "../../../src/protocol/secagg/terms.ts";

/** No device's own: tests are of tiny cohorts too. */
export const lowFloors: DeviceFloors = { members: 3, corruptShare: 0, survivors: 2, degree: 2, threshold: 2 };

const verified = new Map<string, boolean>();

export const cachedCrypto = {
  ...nodeCrypto,
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const key = toHex(nodeCrypto.sha256(Uint8Array.of(...publicKey, ...signature, ...message)));
    const known = verified.get(key) ?? nodeCrypto.ed25519Verify(publicKey, message, signature);
    if (verified.size > 20_000) verified.clear();
    verified.set(key, known);
    return known;
  },
};

export interface Person {
  readonly index: number;
  readonly keys: KeyPair;
  readonly store: DeviceStore;
  readonly ports: MemberPorts;
  readonly values: readonly number[];
  /** How often its vector was asked for. */
  asked: number;
  /** A member over the store as it is now, as after a restart. */
  start(change?: Partial<Invitation>): SecureAggregationMember;
}

export interface Cohort {
  readonly registrar: KeyPair;
  readonly terms: RoundTerms;
  readonly opening: Uint8Array;
  readonly people: readonly Person[];
}

export interface CohortOptions extends Partial<RoundTerms> {
  readonly members: number;
  readonly dropouts?: number;
  readonly corruptShare?: number;
  readonly floors?: DeviceFloors;
}

export function sign(registrar: KeyPair, terms: RoundTerms, roster: readonly Uint8Array[]): Uint8Array {
  const signature = nodeCrypto.ed25519Sign(registrar.secret, openingInput({ terms, roster }));
  return Opening.encode({ terms, roster, signature });
}

/** Vectors of small numbers, another for each member. */
export function cohortOf(options: CohortOptions): Cohort {
  const { members, dropouts = 0.3, corruptShare = 0, floors = lowFloors, ...change } = options;
  const counts = countsOf(members, { corrupt: corruptShare, dropouts });
  const terms: RoundTerms = {
    manifest: nodeCrypto.sha256(Uint8Array.of(1)),
    model: nodeCrypto.sha256(Uint8Array.of(2)),
    ...{ round: 7, corrupt: counts.corrupt, survivors: counts.survivors, unopened: members - counts.survivors },
    ...{ width: 32, length: 5, ...change },
  };
  const registrar = nodeCrypto.ed25519Generate();
  const keys = Array.from({ length: members }, () => nodeCrypto.ed25519Generate());
  const people = keys.map((pair, index): Person => {
    const store = memoryDeviceStore();
    const signer = { publicKey: pair.public, sign: (m: Uint8Array) => nodeCrypto.ed25519Sign(pair.secret, m) };
    const ports = { crypto: cachedCrypto, keystream: nodeKeystream, entropy: nodeEntropy, signer };
    const values = Array.from({ length: terms.length }, (_, j) => (j % 2 === 0 ? 1 : -1) * (1000 * index + j + 1));
    const person: Person = {
      ...{ index, keys: pair, store, ports, values, asked: 0 },
      start: (different = {}) =>
        secureAggregationMember(store, ports, {
          registrar: registrar.public,
          expected: terms,
          floors,
          vector: () => {
            person.asked++;
            return toWords(values, terms.width);
          },
          ...different,
        }),
    };
    return person;
  });
  const roster = keys.map((pair) => pair.public);
  return { registrar, terms, opening: sign(registrar, terms, roster), people };
}

/** A member's word about something else, with its own signature. */
export async function signedAnew({ keys }: Person, word: Uint8Array): Promise<Uint8Array> {
  const input = await wordInput(nodeCrypto, word.subarray(0, -SIGNATURE_BYTES));
  return concat(word.subarray(0, -SIGNATURE_BYTES), nodeCrypto.ed25519Sign(keys.secret, input));
}

export interface RunOptions {
  /** Who says nothing from a stage on. */
  readonly silent?: (stage: string, index: number) => boolean;
  /** What members' messages become on the way. */
  readonly change?: (stage: string, index: number, message: Uint8Array) => Uint8Array;
  /** Of the coordinator; the cohort's by default. */
  readonly ports?: CoordinatorPorts;
  /** Called around whatever the coordinator does. */
  readonly around?: <T>(work: () => Promise<T>) => Promise<T>;
}

const STAGE_MS = 1000;

/** One round, to its end or to nothing more being said; stages that lack an answer are closed by the clock. */
export async function run(
  { opening, people }: Cohort,
  {
    silent = () => false,
    change = (_, __, message) => message,
    ports = { crypto: cachedCrypto, keystream: nodeKeystream },
    around = (work) => work(),
  }: RunOptions = {},
): Promise<SecureAggregationCoordinator> {
  const coordinator = await around(() => secureAggregationCoordinator(ports, opening, STAGE_MS, 0));
  const members = people.map((person) => person.start());
  const gone = new Set<number>();
  for (const stage of coordinatorStages) {
    if (coordinator.stage !== stage) break;
    const messages = await around(async () => people.map(({ index }) => coordinator.messageFor(index)));
    for (const { index } of people) {
      const message = messages[index];
      if (silent(stage, index)) gone.add(index);
      if (message === undefined || gone.has(index)) continue;
      try {
        const answer = await (members[index] as SecureAggregationMember).receive(message);
        const changed = change(stage, index, answer);
        const word = changed === answer ? answer : await signedAnew(people[index] as Person, changed);
        await around(() => coordinator.receive(word, coordinator.closesAt - 1));
      } catch {
        gone.add(index);
      }
    }
    if (coordinator.stage === stage) await around(() => coordinator.tick(coordinator.closesAt));
  }
  return coordinator;
}

/** The sum of the members' vectors, plainly. */
export function plainSum({ people, terms }: Cohort, indices: readonly number[]): bigint[] {
  const modulus = 1n << BigInt(terms.width);
  return Array.from({ length: terms.length }, (_, j) => {
    const sum = indices.reduce((total, index) => total + BigInt(people[index]?.values[j] as number), 0n);
    return BigInt.asIntN(terms.width, ((sum % modulus) + modulus) % modulus);
  });
}

export const sumOf = (coordinator: SecureAggregationCoordinator, { terms }: Cohort): bigint[] =>
  fromWords(coordinator.sum(), terms.width);
