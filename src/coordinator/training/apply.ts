// Releases become models: one after the other, in the order in which the coordinator's log has them, which whoever verifies sees too.
import { fromBase64Url, toHex } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { weightsBytes, weightsFromBytes } from "../../learning/plan/weights.ts";
import type { ScoreCounts } from "../../learning/server/riders.ts";
import { closeRound, type Standing } from "../../learning/server/rounds/close.ts";
import { decodeMemory, encodeMemory } from "../../learning/server/stream/memory.ts";
import { releaseLeaf } from "../../release/leaf.ts";
import type { QueryRow, TrainingRow } from "../../release/store.ts";
import type { CoordinatorParts } from "../parts.ts";
import type { Rows } from "./abandon.ts";
import { follow, rowOf, storedModel } from "./follow.ts";
import { nextNumber } from "./places.ts";
import { type Released, releasedOf } from "./released.ts";
import { costOf, decodeState, type OpenRound, type RunState } from "./state.ts";

interface Settled {
  readonly round: OpenRound;
  readonly query: QueryRow & { readonly release: Uint8Array };
}

/** @returns undefined when no open round has a release that is not in the model yet */
export async function applyNext(parts: CoordinatorParts, row: TrainingRow, state: RunState): Promise<true | undefined> {
  const next = await parts.store.read((rows) => firstSettled(parts, rows, state));
  if (next === undefined) return undefined;
  const { round, query } = next;
  parts.passing("coordinator:round-closed");
  return await step(parts, row, state, round, releasedOf(query.manifest, query.release));
}

/** What was collected and is in no model yet: before anything else becomes of the training. */
export async function applyAll(parts: CoordinatorParts, run: string): Promise<void> {
  for (;;) {
    const row = await rowOf(parts, run);
    const state = decodeState(row.state);
    if (state.phase === "ended" || (await applyNext(parts, row, state)) === undefined) return;
  }
}

async function firstSettled(parts: CoordinatorParts, rows: Rows, { open }: RunState): Promise<Settled | undefined> {
  const settled: Settled[] = [];
  for (const round of open) {
    if (round.task === null) continue;
    const query = await rows.queryOfTask(fromBase64Url(round.task));
    if (query !== undefined && query.release !== null)
      settled.push({ round, query: { ...query, release: query.release } });
  }
  if (settled.length < 2) return settled[0];
  const order = (await rows.leaves()).map(toHex);
  const places = await Promise.all(settled.map(async ({ query }) => order.indexOf(await leafOf(parts, rows, query))));
  if (places.includes(-1)) fail("internal", "a release is in the log");
  return settled[places.indexOf(Math.min(...places))];
}

async function leafOf({ crypto }: CoordinatorParts, rows: Rows, query: Settled["query"]): Promise<string> {
  // A stream's rounds, whose debit is kept under another name, are open one at a time.
  const debit = (await rows.eventOf(query.task, "debit")) ?? fail("internal", "a release has its debit");
  return toHex(await releaseLeaf(crypto, { ...query, query: query.hash, debit }));
}

async function step(
  parts: CoordinatorParts,
  row: TrainingRow,
  state: RunState,
  round: OpenRound,
  released: Released,
): Promise<true> {
  const { history, line } = state;
  const { training } = round;
  const modelOf = async (hash: string) => weightsFromBytes(await storedModel(parts, hash));
  const weights = await modelOf(state.training.weights);
  const memory = decodeMemory(row.optimiser, training, weights.length);
  const standing: Standing = { training: state.training, weights, ...memory, history, line };
  const closed = await closeRound(parts.crypto, standing, { training, ...released }, modelOf);
  const { next, metric, decision, moved, held, behind } = closed;
  const record = {
    ...{ number: training.round.number, task: round.task ?? "", model: training.weights, rho: costOf(state) },
    ...{ clip: training.update.clip, moved, held, decision: decision.kind },
    because: decision.kind === "continue" ? null : decision.because,
    metric: metric === undefined ? null : { accuracy: metric.accuracy, noiseSd: metric.noiseSd },
    scores: metric?.scores === undefined ? null : scoresOf(training, metric.scores),
    ...(training.overlap && { behind }),
  };
  parts.passing("coordinator:model-made");
  const after: RunState = {
    ...{ ...state, training: next.training, line: next.line, history: next.history },
    open: state.open.filter((one) => one !== round),
    rounds: [...state.rounds, record],
  };
  const done = decision.kind === "stop" || (after.open.length === 0 && nextNumber(after) === undefined);
  return await follow(
    parts,
    row,
    done ? { ...after, phase: "ended", because: record.because ?? "all rounds are done" } : after,
    {
      model: {
        ...{ bytes: weightsBytes(next.weights), optimiser: encodeMemory(training, next) },
        forget: forgotten(state, after, next),
      },
    },
  );
}

function scoresOf(
  { evaluation }: OpenRound["training"],
  { not, came, noiseSd }: ScoreCounts & { readonly noiseSd: number },
) {
  return { ends: [...(evaluation?.scores ?? [])], not: [...not], came: [...came], noiseSd };
}

/** Models of the line that are kept besides the first and the best: those of the last rounds. */
const MODELS_KEPT = 16;

/** A training goes back to the best model, or to one of the last; and devices ask for those that open rounds began with. */
function forgotten({ line }: RunState, { open }: RunState, next: Standing): readonly string[] {
  const best = next.history.evaluations.reduce((most, one) => (one.metric > most.metric ? one : most), {
    round: 0,
    metric: Number.NEGATIVE_INFINITY,
  });
  const asked = open.map(({ training }) => training.weights);
  const kept = new Set([next.line[0], next.line[best.round], ...next.line.slice(-MODELS_KEPT), ...asked]);
  const old = line.length - MODELS_KEPT - 1;
  return old < 0 ? [] : [...new Set(line.slice(0, old + 1))].filter((hash) => !kept.has(hash));
}
