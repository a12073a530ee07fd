// Which round is asked next, and on which model: pure, of a training's state alone. As many rounds are open at one time as the training
// says, each on the newest model that there is when a place is free.
import type { TrainingManifest } from "../../learning/plan/training/manifest.ts";
import { rotationOf } from "../../learning/server/rounds/rotation.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { RunState } from "./state.ts";

type Sha = Pick<Crypto, "sha256">;

/** Rounds that come to nothing are asked again before others are. @returns undefined when all were asked */
export function nextNumber({ again, training }: RunState): { number: number; attempts: number } | undefined {
  const { number, of } = training.round;
  return again[0] ?? (number <= of ? { number, attempts: 0 } : undefined);
}

/** A round of this number, as it would be asked now. */
async function roundOf(crypto: Sha, { training }: RunState, number: number): Promise<TrainingManifest> {
  const { run, weights, update, stream, round } = training;
  // Of a stream's rounds the noise cancels in one and the same rotation.
  const rotation = stream === undefined ? await rotationOf(crypto, { run, number, weights }) : update.rotation;
  return { ...training, round: { ...round, number }, update: { ...update, rotation } };
}

/** How many rounds are open at one time, at most. */
export const atOnce = ({ overlap, round }: TrainingManifest): number => Math.min(overlap?.most ?? 1, round.of);

/** @returns the state with one more round decided on; undefined while no place is free, or nothing is left to ask */
export async function admitted(crypto: Sha, state: RunState): Promise<RunState | undefined> {
  const next = nextNumber(state);
  if (next === undefined || state.open.length >= (state.training.overlap?.most ?? 1)) return undefined;
  const { number, attempts } = next;
  const training = await roundOf(crypto, state, number);
  const open = [...state.open, { training, given: state.given, task: null, attempts }];
  if (state.again.length > 0) return { ...state, open, again: state.again.slice(1) };
  return { ...state, open, training: await roundOf(crypto, state, number + 1) };
}

/** The round that begins, or would begin, with the newest model. */
export async function newestRound(crypto: Sha, state: RunState): Promise<TrainingManifest> {
  const open = state.open.find(({ training }) => training.weights === state.training.weights);
  return open?.training ?? (await roundOf(crypto, state, nextNumber(state)?.number ?? state.training.round.number));
}

/** Numbers that were given up, to be asked again in order. */
export function withAgain(again: RunState["again"], more: RunState["again"]): RunState["again"] {
  return [...again, ...more].sort((a, b) => a.number - b.number);
}
