// What an operator does with a training: stop it, go on with it, take it back to an earlier model.
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { ROLLBACKS_MAX } from "../../learning/plan/training/manifest.ts";
import { weightsFromBytes } from "../../learning/plan/weights.ts";
import { rolledBack } from "../../learning/server/decisions/history.ts";
import { startOptimiser } from "../../learning/server/optimisers/index.ts";
import { rotationOf } from "../../learning/server/rounds/rotation.ts";
import { decodeMemory, encodeMemory } from "../../learning/server/stream/memory.ts";
import { type Rows, refuseCollecting, refuseReleased, roundHash, withAbandoned } from "./abandon.ts";
import { applyAll } from "./apply.ts";
import { type Driving, follow, rowOf, storedModel } from "./follow.ts";
import { newestRound, nextNumber, withAgain } from "./places.ts";
import { decodeState, type OpenRound, type RunState } from "./state.ts";

/** The task that devices may be answering. Killed before it was written down, it is known by its hash. */
async function taskOf({ parts, publisher, masked }: Driving, state: RunState, round: OpenRound) {
  if (round.task !== null) return round.task;
  const hash = await roundHash(parts, state.terms, round);
  if (round.training.sharing.kind !== "masked") return (await publisher.published(hash))?.task;
  const row = await masked.published(hash);
  return row && toBase64Url(row.task);
}

interface GivenUp {
  readonly number: number;
  readonly task: string;
  /** Nano-rho that its debit took and `RunState.spent` does not have yet. */
  readonly unbooked: bigint;
}

/** Nothing of them is revealed. @returns those that were asked @throws PacelineError conflict when one has a release by now */
async function givenUp(driving: Driving, state: RunState): Promise<readonly GivenUp[]> {
  const given: GivenUp[] = [];
  for (const round of state.open) {
    const task = await taskOf(driving, state, round);
    if (task === undefined) continue;
    const id = fromBase64Url(task);
    const unbooked = await driving.parts.store.read(async (rows) => {
      await refuseReleased(rows, id);
      // The one debit of a stream is told of with the first of its rounds that is written down.
      if (round.task !== null || state.training.stream !== undefined) return 0n;
      return (await rows.eventOf(id, "debit"))?.rho ?? fail("internal", "a round that was asked was debited");
    });
    given.push({ number: round.training.round.number, task, unbooked });
  }
  if (state.training.sharing.kind === "masked") await endMasked(driving, given);
  return given;
}

async function endMasked({ masked }: Driving, rounds: readonly { readonly task: string }[]): Promise<void> {
  for (const { task } of rounds) {
    const id = fromBase64Url(task);
    if ((await masked.outcome(id)).state !== "done") await masked.abort(id, "its operator gave it up");
  }
}

/**
 * Back to the model with which a closed round began. What was collected goes into the model before; rounds that are open are given up:
 * devices' reports of them are never added up, and their numbers are asked again.
 * @throws PacelineError not_found, conflict
 */
export async function rollback(driving: Driving, run: string, to: number): Promise<void> {
  const { parts } = driving;
  await applyAll(parts, run);
  const row = await rowOf(parts, run);
  const state = decodeState(row.state);
  const model = state.rounds.findLast(({ number }) => number === to)?.model;
  if (model === undefined) return fail("not_found", `round ${to} of this training is not closed`);
  if (state.training.round.rollbacks >= ROLLBACKS_MAX)
    fail("conflict", `the training was taken back ${ROLLBACKS_MAX} times, as often as one can be`, {
      hint: "Begin another training.",
    });
  const bytes = await storedModel(parts, model);
  const asked = state.open.map(({ training: { round } }) => ({ number: round.number, attempts: 0 }));
  const again = withAgain(state.again, asked);
  const line = lineTo(state, model);
  const training = await takenBack(driving, { ...state, again }, { model, steps: line.length - 1 });
  const optimiser = await fresh(driving, state, row.optimiser);
  // Whatever refuses has done so: masked rounds that end here are over, whatever follows.
  const given = await givenUp(driving, state);
  const { abandoned, named } = given.length === 0 ? { ...state, named: {} } : withAbandoned(state, given);
  const left = nextNumber({ ...state, again });
  const abandon = given.map(({ task }) => fromBase64Url(task));
  const refuse = state.training.stream === undefined ? refuseReleased : refuseCollecting;
  const next: RunState = {
    ...state,
    // After the last round the earlier model is what is left.
    ...(left === undefined
      ? { phase: "ended", because: `taken back to the model of round ${to} after all rounds` }
      : { phase: "running", because: null }),
    ...{ open: [], again, abandoned, training: { ...training, ...named } },
    spent: given.reduce((spent, { unbooked }) => spent + unbooked, BigInt(state.spent)).toString(),
    untold: [...state.untold, ...toldOf(state, given)],
    line,
    history: rolledBack(state.history, Math.max(0, state.line.lastIndexOf(model))),
  };
  const check = async (rows: Rows) => {
    for (const task of abandon) await refuse(rows, task);
  };
  await follow(parts, row, next, {
    abandon,
    check,
    model: { bytes, forget: [], optimiser },
  });
}

/** Hashes of the models until this one. @throws PacelineError conflict */
function lineTo({ line, training }: RunState, model: string): readonly string[] {
  const at = line.lastIndexOf(model);
  if (at >= 0) return line.slice(0, at + 1);
  // Devices count steps from the first model on.
  if (training.overlap !== undefined)
    fail("conflict", "the training was taken back beyond that model already, and its rounds overlap", {
      hint: "Take it back to a round of the present line.",
    });
  return [...line, model];
}

async function takenBack(
  { parts }: Driving,
  state: RunState,
  { model, steps }: { readonly model: string; readonly steps: number },
): Promise<RunState["training"]> {
  const { training } = state;
  const { round, update, overlap, run } = training;
  // Of a stream's rounds the noise cancels in one and the same rotation.
  const rotation =
    training.stream === undefined
      ? await rotationOf(parts.crypto, { run, number: round.number, weights: model })
      : update.rotation;
  return {
    ...training,
    ...{ weights: model, round: { ...round, rollbacks: round.rollbacks + 1 }, update: { ...update, rotation } },
    ...(overlap && { overlap: { ...overlap, steps } }),
  };
}

/** Of a stream, noise goes on where it was: what the rounds taken back had of it no longer cancels. */
async function fresh({ parts }: Driving, state: RunState, memory: Uint8Array): Promise<Uint8Array> {
  const training = await newestRound(parts.crypto, state);
  const weights = weightsFromBytes(await storedModel(parts, training.weights));
  return encodeMemory(training, {
    optimiser: startOptimiser(training.optimiser, weights.length),
    decoded: decodeMemory(memory, training, weights.length).decoded,
  });
}

/** A masked round is none of the helper's. */
const toldOf = ({ training }: RunState, given: readonly { readonly task: string }[]): readonly string[] =>
  training.sharing.kind === "masked" ? [] : given.map(({ task }) => task);

/** Stops, or goes on; masked rounds that are open end without a sum. @throws PacelineError conflict when it has ended */
export async function turn(driving: Driving, run: string, phase: "running" | "stopped"): Promise<void> {
  const { parts } = driving;
  const row = await rowOf(parts, run);
  const state = decodeState(row.state);
  if (state.phase === "ended") fail("conflict", "the training has ended; begin another one, or take it back");
  if (state.phase === phase) return;
  if (phase === "stopped" && state.training.sharing.kind === "masked") {
    const tasks = await Promise.all(state.open.map((round) => taskOf(driving, state, round)));
    await endMasked(
      driving,
      tasks.flatMap((task) => (task === undefined ? [] : [{ task }])),
    );
  }
  await follow(parts, row, { ...state, phase, because: phase === "stopped" ? "stopped by its operator" : null });
}
