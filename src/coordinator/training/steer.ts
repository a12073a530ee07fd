// What an operator does with a training: stop it, go on with it, take it back to an earlier model.
import { fail } from "../../base/errors.ts";
import { weightsFromBytes } from "../../learning/plan/weights.ts";
import { rolledBack } from "../../learning/server/decisions/history.ts";
import { encodeOptimiserState, startOptimiser } from "../../learning/server/optimisers/index.ts";
import { rotationOf } from "../../learning/server/rounds/rotation.ts";
import type { CoordinatorParts } from "../parts.ts";
import { follow, rowOf, storedModel } from "./drive.ts";
import { decodeState } from "./state.ts";

/** Back to the model with which a closed round began. @throws PacelineError not_found */
export async function rollback(parts: CoordinatorParts, run: string, to: number): Promise<void> {
  const row = await rowOf(parts, run);
  const state = decodeState(row.state);
  const model = state.rounds.findLast(({ number }) => number === to)?.model;
  if (model === undefined) return fail("not_found", `round ${to} of this training is not closed`);
  const bytes = await storedModel(parts, model);
  const weights = weightsFromBytes(bytes);
  const { round, update } = state.training;
  const at = state.line.lastIndexOf(model);
  const next = { ...round, rollbacks: round.rollbacks + 1 };
  const rotation = await rotationOf(parts.crypto, { run, number: next.number, weights: model });
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
      training: { ...state.training, round: next, weights: model, update: { ...update, rotation } },
      line: at === -1 ? [...state.line, model] : state.line.slice(0, at + 1),
      history: rolledBack(state.history, Math.max(0, at)),
    },
    {
      ...{ bytes, forget: [] },
      optimiser: encodeOptimiserState(startOptimiser(state.training.optimiser, weights.length)),
    },
  );
}

/** Stops, or goes on. @throws PacelineError conflict when it has ended */
export async function turn(parts: CoordinatorParts, run: string, phase: "running" | "stopped"): Promise<void> {
  const row = await rowOf(parts, run);
  const state = decodeState(row.state);
  if (state.phase === "ended") fail("conflict", "the training has ended; begin another one, or take it back");
  if (state.phase === phase) return;
  await follow(parts, row, { ...state, phase, because: phase === "stopped" ? "stopped by its operator" : null });
}
