// The coordinator of one round. It draws nothing: all it says is a function of the opening, of the messages that it took and of
// when stages closed, so a service that keeps those in order can run it again to the same bytes after a crash. No stage waits for
// anyone: it closes when all have answered or its time is over, with whoever is there, or the round ends without a sum.
import { fail } from "../../../base/errors.ts";
import { isOwnTrouble } from "../own-trouble.ts";
import { checkTerms, contextOf, Opening } from "../terms.ts";
import type { Round } from "../transcript.ts";
import { Gathered } from "./gathered.ts";
import { type CoordinatorPorts, type CoordinatorStage, coordinatorStages } from "./stages.ts";

export interface SecureAggregationCoordinator {
  readonly stage: CoordinatorStage;
  /** Until when the stage waits, in the clock's milliseconds. */
  readonly closesAt: number;
  /**
   * Takes a member's message. @returns false for the same again, which changes nothing
   * @throws PacelineError invalid_message, verification_failed, or conflict when it comes too late or says something else; unavailable,
   * unsupported or internal when it was taken and the stage that it completes could not be closed: the same again, or `tick`, closes it
   */
  receive(message: Uint8Array, now: number): Promise<boolean>;
  /** Closes the stage when its time is over. @throws PacelineError unavailable, unsupported, internal when it could not: it may later */
  tick(now: number): Promise<void>;
  /** What a member who is still in the round is to hear next, or undefined. */
  messageFor(index: number): Uint8Array | undefined;
  /** Whether its answer to that was taken. */
  answered(index: number): boolean;
  /** The sum's words. @throws PacelineError round_aborted, or conflict before the end */
  sum(): Uint8Array;
  readonly survivors: readonly number[];
}

/**
 * @param opening as the registrar signed it
 * @param stageMs how long each stage waits
 * @throws PacelineError manifest_refused for terms that no round can have
 */
export async function secureAggregationCoordinator(
  ports: CoordinatorPorts,
  opening: Uint8Array,
  stageMs: number,
  now: number,
): Promise<SecureAggregationCoordinator> {
  const decoded = Opening.decode(opening);
  checkTerms(decoded);
  const round: Round = { ...decoded, context: await contextOf(ports.crypto, decoded) };
  const gathered = new Gathered(ports, round, opening);
  let stage: CoordinatorStage = "keys";
  let closesAt = now + stageMs;
  let outcome: { readonly sum: Uint8Array } | { readonly error: unknown } | undefined;
  // One message after the other: what is checked is still so when it is written.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };

  const close = async (at: number) => {
    try {
      if (stage === "done" || stage === "aborted") return;
      const sum = await gathered.close(stage);
      if (sum !== undefined) outcome = { sum };
      stage = coordinatorStages[coordinatorStages.indexOf(stage) + 1] ?? "done";
      closesAt = at + stageMs;
    } catch (error) {
      // Of threads that are gone no round may end: it would end otherwise where the same messages are taken again.
      if (isOwnTrouble(error)) throw error;
      gathered.forget();
      outcome = { error };
      stage = "aborted";
    }
  };

  return {
    get stage() {
      return stage;
    },
    get closesAt() {
      return closesAt;
    },
    get survivors() {
      return [...gathered.survivors];
    },
    receive: (message, at) =>
      inTurn(async () => {
        if (stage === "done" || stage === "aborted") fail("conflict", "the round is over");
        const isNew = await gathered.take(stage, message);
        if (gathered.complete(stage)) await close(at);
        return isNew;
      }),
    tick: (at) =>
      inTurn(async () => {
        if (at >= closesAt) await close(at);
      }),
    messageFor: (index) => gathered.messageFor(index),
    answered: (index) => stage !== "done" && stage !== "aborted" && gathered.answered(stage, index),
    sum() {
      if (outcome === undefined) return fail("conflict", "the round is not over");
      if ("sum" in outcome) return outcome.sum;
      return fail("round_aborted", outcome.error instanceof Error ? outcome.error.message : "no sum", {
        hint: "Open the next round: its keys and masks are new ones.",
        cause: outcome.error,
      });
    },
  };
}
