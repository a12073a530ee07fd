// Rounds that came to nothing: taken back by an operator, or without a quorum at their deadline. Their tasks are closed for ever in the
// transaction that gives them up, and every later round's manifest names them, so that members and whoever verifies see it.
import { toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { encodeTraining, type TrainingManifest } from "../../learning/plan/training/manifest.ts";
import type { CoordinatorParts } from "../parts.ts";
import { costOf, type OpenRound, type RunState } from "./state.ts";

export type Rows = Parameters<Parameters<CoordinatorParts["store"]["transaction"]>[0]>[0];

/** What the newest manifest names; the rest is in the manifests before it. */
const NAMED_MAX = 64;

/** The idempotency key of a round's task: the same round, asked for the same time, is one task, whatever was told of it before. */
export async function roundHash(
  { crypto }: Pick<CoordinatorParts, "crypto">,
  terms: RunState["terms"],
  { training, given }: Pick<OpenRound, "training" | "given">,
): Promise<string> {
  const identity = `paceline training v2\n${given}\n${terms.end}\n${terms.rho}\n${terms.minBatch}\n${encodeTraining(training)}`;
  return toBase64Url(await crypto.sha256(utf8(identity)));
}

/** No report is taken any more, none is ever added up, and the leader's shares are deleted. What it cost stays spent. */
export async function closeForEver(rows: Rows, task: Uint8Array, nowSeconds: number): Promise<void> {
  await rows.endTask(task, nowSeconds);
  await rows.expireTask(task);
  await rows.addForgotten(task);
  const query = await rows.queryOfTask(task);
  if (query !== undefined && query.closes > nowSeconds) await rows.putQuery({ ...query, closes: nowSeconds });
}

/**
 * What has a release by now is in the model, and is not taken back unseen.
 * @throws PacelineError conflict
 */
export async function refuseReleased(rows: Rows, task: Uint8Array): Promise<void> {
  if ((await rows.queryOfTask(task))?.release != null)
    fail("conflict", "a round was collected meanwhile", { hint: "Take the training back again." });
}

/**
 * Of a stream: once a round is being collected, an aggregator's noise may have gone on with it, and it is collected, or nothing of the
 * stream ever is.
 * @throws PacelineError conflict
 */
export async function refuseCollecting(rows: Rows, task: Uint8Array): Promise<void> {
  if ((await rows.closing(task)) !== undefined || (await rows.batch(task)) !== undefined)
    fail("conflict", "the open round is being collected", { hint: "Take the training back when it is closed." });
}

/** What a training's state becomes with more of them; one of a stream, whose rounds are open one at a time. */
export function withAbandoned(
  state: RunState,
  rounds: readonly { readonly number: number; readonly task: string }[],
): Pick<RunState, "abandoned"> & { readonly named: Pick<TrainingManifest, "abandoned"> } {
  const rho = costOf(state);
  const abandoned = [...state.abandoned, ...rounds.map(({ number, task }) => ({ number, task, rho }))];
  return { abandoned, named: { abandoned: abandoned.slice(-NAMED_MAX).map((one) => one.task) } };
}
