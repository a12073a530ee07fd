// A round that devices were asked: waited for, collected by count or at its deadline, or given up for want of a quorum and asked again,
// until the training waits for its operator. None of it touches another round that is open.
import { fromBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { TrainingRow } from "../../release/store.ts";
import { decodeManifest } from "../../task/manifest.ts";
import type { CoordinatorParts } from "../parts.ts";
import { withAbandoned } from "./abandon.ts";
import { endedWithout } from "./ask.ts";
import { type Driving, follow } from "./follow.ts";
import { withAgain } from "./places.ts";
import type { OpenRound, RunState } from "./state.ts";
import { streamClosed, streamRefused } from "./stream.ts";

/** Times that a round is asked in all, before the training waits for its operator. */
const ATTEMPTS_MAX = 3;

/** @param round that has a task and no release @returns undefined when it is to be waited for; its release may be there then */
export async function close(
  driving: Driving,
  row: TrainingRow,
  state: RunState,
  round: OpenRound,
): Promise<true | undefined> {
  const { parts } = driving;
  const task = fromBase64Url(round.task ?? "");
  const { sharing, cohort } = round.training;
  if (sharing.kind === "masked") return await closeMasked(driving, row, state, round, task);
  const query = await parts.store.read((rows) => rows.queryOfTask(task));
  if (query === undefined) return fail("internal", "a training's open round is a task");
  const closed = await streamClosed(parts, decodeManifest(query.manifest));
  if (closed !== undefined) return await follow(parts, row, endedWithout(state, round, closed));
  const over = parts.clock.now() >= query.closes * 1000;
  const { most } = cohort;
  if (!over && (await parts.store.read((rows) => rows.reportCount(task, most))) < most) return undefined;
  try {
    if (await collected(driving, task)) return true;
  } catch (error) {
    const refused = await streamRefused(parts, state, round.task ?? undefined, error);
    if (refused === undefined) throw error;
    return await follow(parts, row, endedWithout(state, round, refused));
  }
  // Some of the reports that came were none.
  return over ? await withoutQuorum(parts, row, state, round) : undefined;
}

/** A masked round ends by itself: with a release, or with a reason. @returns undefined when it is to be waited for */
async function closeMasked(
  { parts, masked }: Driving,
  row: TrainingRow,
  state: RunState,
  round: OpenRound,
  task: Uint8Array,
): Promise<true | undefined> {
  await masked.advance(task);
  const { state: reached, because } = await masked.outcome(task);
  if (reached === "aborted") return await withoutQuorum(parts, row, state, round, because ?? undefined);
  if (reached !== "done") return undefined;
  const query = await parts.store.read((rows) => rows.queryOfTask(task));
  // It would be looked at again at once, and for ever.
  return query?.release == null ? fail("internal", "a masked round that is done has its release") : true;
}

/** @returns false when the batch is too small, or was not collected in time */
async function collected({ collect }: Driving, task: Uint8Array): Promise<boolean> {
  try {
    await collect(task);
    return true;
  } catch (error) {
    if (isPacelineError(error) && (error.code === "invalid_batch_size" || error.code === "task_expired")) return false;
    throw error;
  }
}

/** What the round cost stays spent: devices had answered. */
async function withoutQuorum(
  parts: CoordinatorParts,
  row: TrainingRow,
  state: RunState,
  round: OpenRound,
  reason?: string,
): Promise<true> {
  const attempts = round.attempts + 1;
  const { number } = round.training.round;
  const { task } = round;
  if (task === null) return fail("internal", "a round without a quorum was asked");
  const { abandoned, named } = withAbandoned(state, [{ number, task }]);
  const stalled = attempts >= ATTEMPTS_MAX;
  const next: RunState = {
    ...{ ...state, abandoned, given: state.given + 1, training: { ...state.training, ...named } },
    open: state.open.filter((one) => one !== round),
    again: withAgain(state.again, [{ number, attempts: stalled ? 0 : attempts }]),
  };
  const also = { abandon: [fromBase64Url(task)] };
  if (!stalled) return await follow(parts, row, next, also);
  const because =
    reason === undefined
      ? `round ${number} was asked ${attempts} times, and had no quorum of ${state.terms.minBatch} reports at any of its deadlines`
      : `round ${number} was asked ${attempts} times and ended without a sum each time, the last because: ${reason}`;
  return await follow(parts, row, { ...next, phase: "stalled", because }, also);
}
