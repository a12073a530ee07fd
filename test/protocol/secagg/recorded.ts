// One honest round, recorded: what a member was about to hear at each stage, what it held then, and what it answered. From there
// a dishonest coordinator may say something else.

import { isPacelineError } from "../../../src/base/errors.ts";
import { toWords } from "../../../src/math/words.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeKeystream } from "../../../src/platform/node/index.ts";
import {
  type SecureAggregationCoordinator,
  secureAggregationCoordinator,
} from "../../../src/protocol/secagg/coordinator/coordinator.ts";
import { coordinatorStages } from "../../../src/protocol/secagg/coordinator/stages.ts";
import { secureAggregationMember, stateKey } from "../../../src/protocol/secagg/member/member.ts";
import type { Invitation } from "../../../src/protocol/secagg/member/steps.ts";
import { type RevealedShare, Unmask } from "../../../src/protocol/secagg/messages.ts";
import { type Cohort, cachedCrypto, lowFloors, type Person } from "./cohort.ts";

export type Stage = (typeof coordinatorStages)[number];

export interface Recorded {
  readonly cohort: Cohort;
  /** What the member was told, by stage. */
  readonly told: Readonly<Record<Stage, Uint8Array>>;
  /** What it answered. */
  readonly said: Readonly<Record<Stage, Uint8Array>>;
  /** Its stored state before each stage. */
  readonly held: Readonly<Record<Stage, Uint8Array | undefined>>;
  /** What everybody answered, for the same coordinator to take again. */
  readonly all: readonly Uint8Array[];
  readonly coordinator: SecureAggregationCoordinator;
}

/** @param silent who leaves, and at which stage */
export async function record(
  cohort: Cohort,
  victim: number,
  silent: Readonly<Record<number, Stage>> = {},
): Promise<Recorded> {
  const ports = { crypto: cachedCrypto, keystream: nodeKeystream };
  const coordinator = await secureAggregationCoordinator(ports, cohort.opening, 1000, 0);
  const [told, said, held] = [{}, {}, {}] as [
    Record<Stage, Uint8Array>,
    Record<Stage, Uint8Array>,
    Record<Stage, Uint8Array>,
  ];
  const all: Uint8Array[] = [];
  const gone = new Set<number>();
  for (const stage of coordinatorStages) {
    const messages = cohort.people.map(({ index }) => coordinator.messageFor(index));
    for (const person of cohort.people) {
      const { index, store } = person;
      if (silent[index] === stage) gone.add(index);
      const message = messages[index];
      if (message === undefined || gone.has(index)) continue;
      const before = await store.get(stateKey(cohort.terms));
      const answer = await person.start().receive(message);
      if (index === victim) [told[stage], said[stage], held[stage]] = [message, answer, before as Uint8Array];
      all.push(answer);
      await coordinator.receive(answer, coordinator.closesAt - 1);
    }
    if (coordinator.stage === stage) await coordinator.tick(coordinator.closesAt);
  }
  return { cohort, told, said, held, all, coordinator };
}

export interface Outcome {
  /** Of the first refusal. */
  readonly code: string | undefined;
  /** Shares that left the device, whichever way the coordinator went on. */
  readonly shares: readonly RevealedShare[];
  readonly shareBytes: number;
  /** How the member answered to each message. */
  readonly answers: number;
}

/** The member as it was before `stage` hears `messages`, and after each refusal the next one. */
export async function hears(
  { cohort, held }: Recorded,
  person: Person,
  stage: Stage,
  messages: readonly Uint8Array[],
  change: Partial<Invitation> = {},
): Promise<Outcome> {
  const store = memoryDeviceStore();
  const before = held[stage];
  if (before !== undefined) await store.transaction({ put: [[stateKey(cohort.terms), before]], delete: [] });
  const member = secureAggregationMember(store, person.ports, {
    ...{ registrar: cohort.registrar.public, expected: cohort.terms, floors: lowFloors },
    vector: () => toWords(person.values, cohort.terms.width),
    ...change,
  });
  let code: string | undefined;
  const shares: RevealedShare[] = [];
  let [shareBytes, answers] = [0, 0];
  for (const message of messages) {
    try {
      const answer = await member.receive(message);
      answers++;
      const revealed = revealedIn(answer);
      shares.push(...revealed);
      if (revealed.length > 0) shareBytes += answer.length;
    } catch (error) {
      if (!isPacelineError(error)) throw error;
      code ??= error.code;
    }
  }
  return { code, shares, shareBytes, answers };
}

function revealedIn(answer: Uint8Array): readonly RevealedShare[] {
  try {
    return Unmask.decode(answer).shares;
  } catch {
    return [];
  }
}
