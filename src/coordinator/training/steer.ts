// What an operator does with a training: stop it, go on with it, take it back to an earlier model.
import { fromBase64Url, toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { weightsFromBytes } from "../../learning/plan/weights.ts";
import { rolledBack } from "../../learning/server/decisions/history.ts";
import { startOptimiser } from "../../learning/server/optimisers/index.ts";
import { rotationOf } from "../../learning/server/rounds/rotation.ts";
import { decodeMemory, encodeMemory } from "../../learning/server/stream/memory.ts";
import { refuseCollecting, roundHash, withAbandoned } from "./abandon.ts";
import { type Driving, follow, rowOf, storedModel } from "./drive.ts";
import { decodeState, type RunState } from "./state.ts";

/** The task that devices may be answering, if it has no release. Killed before it was written down, it is known by its hash. */
async function openTask(driving: Driving, state: RunState): Promise<string | undefined> {
  const { parts, publisher } = driving;
  if (state.training.sharing.kind === "masked") return await openMasked(driving, state);
  const task = state.task ?? (await publisher.published(await roundHash(parts, state)))?.task;
  if (task === undefined) return undefined;
  const id = fromBase64Url(task);
  const query = await parts.store.read((rows) => rows.queryOfTask(id));
  return query?.release === null ? task : undefined;
}

/** Ends it, and nothing of it is revealed. @returns its task, if it was running */
async function openMasked({ parts, masked }: Driving, state: RunState): Promise<string | undefined> {
  const task =
    state.task === null ? (await masked.published(await roundHash(parts, state)))?.task : fromBase64Url(state.task);
  if (task === undefined || (await masked.outcome(task)).state === "done") return undefined;
  await masked.abort(task, "its operator gave it up");
  return toBase64Url(task);
}

/**
 * Back to the model with which a closed round began. The open round is given up: devices' reports of it are never added up.
 * @throws PacelineError not_found
 */
export async function rollback(driving: Driving, run: string, to: number): Promise<void> {
  const { parts } = driving;
  const row = await rowOf(parts, run);
  const state = decodeState(row.state);
  const model = state.rounds.findLast(({ number }) => number === to)?.model;
  if (model === undefined) return fail("not_found", `round ${to} of this training is not closed`);
  const bytes = await storedModel(parts, model);
  const weights = weightsFromBytes(bytes);
  const { round, update } = state.training;
  const at = state.line.lastIndexOf(model);
  const next = { ...round, rollbacks: round.rollbacks + 1 };
  const rotation =
    state.training.stream === undefined
      ? await rotationOf(parts.crypto, { run, number: next.number, weights: model })
      : update.rotation;
  const open = await openTask(driving, state);
  const given = open === undefined ? undefined : withAbandoned(state, open);
  const abandon = open === undefined ? undefined : fromBase64Url(open);
  const streamed = abandon !== undefined && state.training.stream !== undefined;
  await follow(
    parts,
    row,
    {
      ...state,
      // After the last round the earlier model is what is left.
      ...(next.number > next.of
        ? { phase: "ended", because: `taken back to the model of round ${to} after all rounds` }
        : { phase: "running", because: null }),
      ...{ task: null, attempts: 0 },
      ...(given && { abandoned: given.abandoned, untold: untoldOf(state, open as string) }),
      training: { ...state.training, ...given?.named, round: next, weights: model, update: { ...update, rotation } },
      line: at === -1 ? [...state.line, model] : state.line.slice(0, at + 1),
      history: rolledBack(state.history, Math.max(0, at)),
    },
    {
      ...{ abandon, check: streamed ? (rows) => refuseCollecting(rows, abandon) : undefined },
      model: {
        ...{ bytes, forget: [] },
        // Noise goes on where it was: what the rounds taken back had of it no longer cancels.
        optimiser: encodeMemory(state.training, {
          optimiser: startOptimiser(state.training.optimiser, weights.length),
          decoded: decodeMemory(row.optimiser, state.training, weights.length).decoded,
        }),
      },
    },
  );
}

/** A masked round is none of the helper's. */
const untoldOf = ({ training, untold }: RunState, task: string): readonly string[] =>
  training.sharing.kind === "masked" ? untold : [...untold, task];

/** Stops, or goes on; a masked round that is open ends without a sum. @throws PacelineError conflict when it has ended */
export async function turn(driving: Driving, run: string, phase: "running" | "stopped"): Promise<void> {
  const { parts } = driving;
  const row = await rowOf(parts, run);
  const state = decodeState(row.state);
  if (state.phase === "ended") fail("conflict", "the training has ended; begin another one, or take it back");
  if (state.phase === phase) return;
  if (phase === "stopped" && state.training.sharing.kind === "masked") await openMasked(driving, state);
  await follow(parts, row, { ...state, phase, because: phase === "stopped" ? "stopped by its operator" : null });
}
