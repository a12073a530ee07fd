// The round state machine. Each step is one transaction, and what it needs is in the store: a coordinator that was killed between two
// steps takes the next one. A round closes by count or by its deadline; without a quorum at its deadline it is asked again, and then
// the training waits for its operator.
import { call } from "../../api/call.ts";
import { helperRoutes } from "../../api/routes.ts";
import { fromBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { weightsBytes, weightsFromBytes } from "../../learning/plan/weights.ts";
import type { ScoreCounts } from "../../learning/server/riders.ts";
import { closeRound, type Standing } from "../../learning/server/rounds/close.ts";
import { roundTask } from "../../learning/server/rounds/task.ts";
import { decodeMemory, encodeMemory } from "../../learning/server/stream/memory.ts";
import { parseRho } from "../../privacy/accounting/nano-rho.ts";
import { rational } from "../../privacy/rational.ts";
import type { TrainingRow } from "../../release/store.ts";
import { decodeManifest } from "../../task/manifest.ts";
import type { ReleaseBytes } from "../../task/stages.ts";
import type { MaskedRounds } from "../masked/rounds.ts";
import type { CoordinatorParts } from "../parts.ts";
import type { Publisher } from "../publish.ts";
import { settingOf } from "../setting.ts";
import { closeForEver, type Rows, roundHash, withAbandoned } from "./abandon.ts";
import { type Released, releasedOf } from "./released.ts";
import { costOf, decodeState, encodeState, type RunState } from "./state.ts";
import { streamClosed, streamEnd } from "./stream.ts";

/** Times that a round is asked in all, before the training waits for its operator. */
const ATTEMPTS_MAX = 3;

export interface Driving {
  readonly parts: CoordinatorParts;
  readonly publisher: Publisher;
  /** Rounds that this coordinator sums alone. */
  readonly masked: MaskedRounds;
  /** Closes, collects and settles a task. */
  collect(task: Uint8Array): Promise<ReleaseBytes>;
}

/** Takes steps until there is nothing to do but wait. @returns the state then */
export async function drive(driving: Driving, run: string): Promise<RunState> {
  for (;;) {
    const row = await rowOf(driving.parts, run);
    const state = decodeState(row.state);
    if (state.untold.length > 0) {
      await tellHelper(driving.parts, row, state);
      continue;
    }
    if (state.phase !== "running") return state;
    const stepped = state.task === null ? await publish(driving, row, state) : await close(driving, row, state);
    if (stepped === undefined) return state;
  }
}

export async function rowOf({ store }: Pick<CoordinatorParts, "store">, run: string): Promise<TrainingRow> {
  return (await store.read((rows) => rows.training(run))) ?? fail("not_found", "there is no such training");
}

/** What is written with a training's next state. */
interface Following {
  readonly model?: { readonly bytes: Uint8Array; readonly optimiser: Uint8Array; readonly forget: readonly string[] };
  /** A task that came to nothing. */
  readonly abandon?: Uint8Array | undefined;
  /** What has to hold as it is written. */
  readonly check?: ((rows: Rows) => Promise<void>) | undefined;
}

/** Writes the state that follows, unless another step was faster. */
export async function follow(
  { store, clock }: Pick<CoordinatorParts, "store" | "clock">,
  row: TrainingRow,
  next: RunState,
  { model, abandon, check }: Following = {},
): Promise<true> {
  await store.transaction(async (rows) => {
    const current = await rows.training(row.run);
    if (current?.state !== row.state) fail("conflict", "the training went on meanwhile");
    await check?.(rows);
    if (model !== undefined) {
      await rows.putModel(next.training.weights, model.bytes);
      for (const hash of model.forget) await rows.dropModel(hash);
    }
    if (abandon !== undefined) await closeForEver(rows, abandon, Math.floor(clock.now() / 1000));
    await rows.putTraining({ run: row.run, state: encodeState(next), optimiser: model?.optimiser ?? row.optimiser });
  });
  return true;
}

/** That devices may send no more of what was given up: it takes no report from then on. @throws PacelineError unavailable */
async function tellHelper(parts: CoordinatorParts, row: TrainingRow, state: RunState): Promise<true> {
  const { transport, terms } = parts;
  const { url, token } = terms.helper;
  for (const task of state.untold) await call({ transport, url, token }, helperRoutes.end, { parameters: { task } });
  return await follow(parts, row, { ...state, untold: [] });
}

async function publish({ parts, publisher, masked }: Driving, row: TrainingRow, state: RunState): Promise<true> {
  const { training, terms } = state;
  const { operator } = settingOf(parts.terms, parts.clock.now());
  const round = { rho: rational(parseRho(terms.rho), 1_000_000_000n), minBatch: terms.minBatch, end: terms.end };
  const hash = await roundHash(parts, state);
  if (training.sharing.kind === "masked")
    return await published(parts, row, state, await masked.publish(hash, training, round));
  const planned = roundTask(training, round, operator.definitions);
  const ended = await streamEnd(parts, planned);
  if (ended !== undefined) return await follow(parts, row, { ...state, phase: "ended", because: ended });
  return await published(parts, row, state, await publisher.publish(hash, planned, null));
}

async function published(
  parts: CoordinatorParts,
  row: TrainingRow,
  state: RunState,
  asked: { readonly task: string; readonly rho: string },
): Promise<true> {
  parts.passing("coordinator:round-published");
  // All rounds of a stream are one debit.
  const before = state.training.stream === undefined ? BigInt(state.spent) : 0n;
  const spent = (before + BigInt(asked.rho)).toString();
  return await follow(parts, row, { ...state, task: asked.task, spent });
}

/** @returns undefined when the round is to be waited for */
async function close(driving: Driving, row: TrainingRow, state: RunState): Promise<true | undefined> {
  const { parts } = driving;
  const task = fromBase64Url(state.task ?? "");
  if (state.training.sharing.kind === "masked") return await closeMasked(driving, row, state, task);
  const query = await parts.store.read((rows) => rows.queryOfTask(task));
  if (query === undefined) return fail("internal", "a training's open round is a task");
  let release = query.release ?? undefined;
  if (release === undefined) {
    const closed = await streamClosed(parts, decodeManifest(query.manifest));
    if (closed !== undefined) return await follow(parts, row, { ...state, phase: "ended", because: closed });
    const over = parts.clock.now() >= query.closes * 1000;
    const { most } = state.training.cohort;
    if (!over && (await parts.store.read((rows) => rows.reportCount(task, most))) < most) return undefined;
    release = await collected(driving, task);
    // Some of the reports that came were none.
    if (release === undefined) return over ? await withoutQuorum(parts, row, state) : undefined;
  }
  parts.passing("coordinator:round-closed");
  return await step(parts, row, state, releasedOf(query.manifest, release));
}

/** A masked round ends by itself: with a release, or with a reason. @returns undefined when it is to be waited for */
async function closeMasked({ parts, masked }: Driving, row: TrainingRow, state: RunState, task: Uint8Array) {
  await masked.advance(task);
  const round = await masked.outcome(task);
  if (round.state === "joining" || round.state === "open") return undefined;
  if (round.state === "aborted") return await withoutQuorum(parts, row, state, round.because ?? undefined);
  const query = await parts.store.read((rows) => rows.queryOfTask(task));
  if (query?.release === undefined || query.release === null)
    return fail("internal", "a masked round that is done has its release");
  parts.passing("coordinator:round-closed");
  return await step(parts, row, state, releasedOf(query.manifest, query.release));
}

/** @returns undefined when the batch is too small, or was not collected in time */
async function collected({ collect }: Driving, task: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await collect(task);
  } catch (error) {
    if (isPacelineError(error) && (error.code === "invalid_batch_size" || error.code === "task_expired"))
      return undefined;
    throw error;
  }
}

/** What the round cost stays spent: devices had answered. */
async function withoutQuorum(
  parts: CoordinatorParts,
  row: TrainingRow,
  state: RunState,
  reason?: string,
): Promise<true> {
  const attempts = state.attempts + 1;
  const task = state.task ?? "";
  const { abandoned, named } = withAbandoned(state, task);
  const training = { ...state.training, ...named };
  const next = { ...state, training, abandoned, task: null, given: state.given + 1 };
  const also = { abandon: fromBase64Url(task) };
  if (attempts < ATTEMPTS_MAX) return await follow(parts, row, { ...next, attempts }, also);
  const { number } = state.training.round;
  const because =
    reason === undefined
      ? `round ${number} was asked ${attempts} times, and had no quorum of ${state.terms.minBatch} reports at any of its deadlines`
      : `round ${number} was asked ${attempts} times and ended without a sum each time, the last because: ${reason}`;
  return await follow(parts, row, { ...next, phase: "stalled", because, attempts: 0 }, also);
}

/** Models of the line that are kept besides the first and the best: those of the last rounds. */
const MODELS_KEPT = 16;

async function step(parts: CoordinatorParts, row: TrainingRow, state: RunState, released: Released): Promise<true> {
  const { training, history, line } = state;
  const modelOf = async (hash: string) => weightsFromBytes(await storedModel(parts, hash));
  const weights = await modelOf(training.weights);
  const memory = decodeMemory(row.optimiser, training, weights.length);
  const standing: Standing = { training, weights, ...memory, history, line };
  const closed = await closeRound(parts.crypto, standing, released, modelOf);
  const { next, metric, decision, moved, held } = closed;
  const done = decision.kind === "stop" || training.round.number >= training.round.of;
  const because = decision.kind === "continue" ? null : decision.because;
  const record = {
    ...{ number: training.round.number, task: state.task ?? "", model: training.weights, rho: costOf(state) },
    ...{ clip: training.update.clip, moved, held, decision: decision.kind, because },
    metric: metric === undefined ? null : { accuracy: metric.accuracy, noiseSd: metric.noiseSd },
    scores: metric?.scores === undefined ? null : scoresOf(training, metric.scores),
  };
  parts.passing("coordinator:model-made");
  const forget = forgotten(state, next);
  return await follow(
    parts,
    row,
    {
      ...state,
      ...{ phase: done ? "ended" : "running", because: done ? (because ?? "all rounds are done") : null },
      ...{ training: next.training, line: next.line, history: next.history, task: null, attempts: 0 },
      rounds: [...state.rounds, record],
    },
    { model: { bytes: weightsBytes(next.weights), optimiser: encodeMemory(training, next), forget } },
  );
}

function scoresOf({ evaluation }: RunState["training"], { not, came, noiseSd }: ScoreCounts & { noiseSd: number }) {
  return { ends: [...(evaluation?.scores ?? [])], not: [...not], came: [...came], noiseSd };
}

/** A training goes back to the best model, or to one of the last. */
function forgotten({ line }: RunState, next: Standing): readonly string[] {
  const best = next.history.evaluations.reduce((most, one) => (one.metric > most.metric ? one : most), {
    round: 0,
    metric: Number.NEGATIVE_INFINITY,
  });
  const kept = new Set([next.line[0], next.line[best.round], ...next.line.slice(-MODELS_KEPT)]);
  const old = line.length - MODELS_KEPT - 1;
  return old < 0 ? [] : [...new Set(line.slice(0, old + 1))].filter((hash) => !kept.has(hash));
}

export async function storedModel({ store }: Pick<CoordinatorParts, "store">, hash: string): Promise<Uint8Array> {
  return (await store.read((rows) => rows.model(hash))) ?? fail("not_found", "there is no such model, or no more");
}
