// The round state machine. Each step is one transaction, and what it needs is in the store: a coordinator that was killed between two
// steps takes the next one. What is released goes into the model first, what was decided on is asked next, then rounds are closed, and
// only then is another one decided on, with the newest model there is. What fails of one round keeps no other waiting.
import type { TrainingRow } from "../../release/store.ts";
import { applyNext } from "./apply.ts";
import { publish, tellHelper } from "./ask.ts";
import { close } from "./closing.ts";
import { type Driving, follow, rowOf } from "./follow.ts";
import { admitted } from "./places.ts";
import { decodeState, type OpenRound, type RunState } from "./state.ts";

/** Whether it has steps to take. While it waits for its operator, the rounds that are open are closed all the same. */
export const isDriven = ({ phase, untold, open }: RunState): boolean =>
  untold.length > 0 || phase === "running" || (phase === "stalled" && open.length > 0);

/**
 * Takes steps until there is nothing to do but wait.
 * @returns the state then @throws what the first round met that failed, when all others have gone as far as they can
 */
export async function drive(driving: Driving, run: string): Promise<RunState> {
  const { parts } = driving;
  const failed = new Map<number, unknown>();
  for (;;) {
    const row = await rowOf(parts, run);
    const state = decodeState(row.state);
    if (state.untold.length > 0) {
      await tellHelper(parts, row, state);
      continue;
    }
    if (!isDriven(state)) return ended(state, failed);
    const stepped =
      (await applyNext(parts, row, state)) ??
      (await eachOpen(driving, row, state, failed)) ??
      (await another(driving, row, state, failed));
    if (stepped === undefined) return ended(state, failed);
  }
}

/** @returns true once a round took a step */
async function eachOpen(
  driving: Driving,
  row: TrainingRow,
  state: RunState,
  failed: Map<number, unknown>,
): Promise<true | undefined> {
  const rounds = state.open.filter(({ training }) => !failed.has(training.round.number));
  const wanted = rounds.filter(({ task }) => task === null && state.phase === "running");
  for (const round of [...wanted, ...rounds.filter(({ task }) => task !== null)])
    try {
      if (await stepOf(driving, row, state, round)) return true;
    } catch (error) {
      failed.set(round.training.round.number, error);
    }
  return undefined;
}

async function stepOf(driving: Driving, row: TrainingRow, state: RunState, round: OpenRound) {
  return round.task === null ? await publish(driving, row, state, round) : await close(driving, row, state, round);
}

/** One that could not be asked is asked again before others are decided on. */
async function another({ parts }: Driving, row: TrainingRow, state: RunState, failed: Map<number, unknown>) {
  const unasked = state.open.some(({ task, training }) => task === null && failed.has(training.round.number));
  if (state.phase !== "running" || unasked) return undefined;
  const next = await admitted(parts.crypto, state);
  return next && (await follow(parts, row, next));
}

function ended(state: RunState, failed: Map<number, unknown>): RunState {
  for (const error of failed.values()) throw error;
  return state;
}
