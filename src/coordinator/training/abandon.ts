// Rounds that came to nothing: taken back by an operator, or without a quorum at their deadline. Their tasks are closed for ever in the
// transaction that gives them up, and every later round's manifest names them, so that members and whoever verifies see it.
import { toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { encodeTraining, type TrainingManifest } from "../../learning/plan/training/manifest.ts";
import type { CoordinatorParts } from "../parts.ts";
import { costOf, type RunState } from "./state.ts";

export type Rows = Parameters<Parameters<CoordinatorParts["store"]["transaction"]>[0]>[0];

/** What the newest manifest names; the rest is in the manifests before it. */
const NAMED_MAX = 64;

/** The idempotency key of a round's task: the same round, asked for the same time, is one task, whatever was told of it before. */
export async function roundHash(
  { crypto }: Pick<CoordinatorParts, "crypto">,
  { training, terms, given }: Pick<RunState, "training" | "terms" | "given">,
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
 * Of a stream: once a round is being collected, an aggregator's noise may have gone on with it, and it is collected, or nothing of the
 * stream ever is.
 * @throws PacelineError conflict
 */
export async function refuseCollecting(rows: Rows, task: Uint8Array): Promise<void> {
  if ((await rows.closing(task)) !== undefined || (await rows.batch(task)) !== undefined)
    fail("conflict", "the open round is being collected", { hint: "Take the training back when it is closed." });
}

/** What a training's state becomes with one more of them. */
export function withAbandoned(
  state: RunState,
  task: string,
): Pick<RunState, "abandoned"> & { readonly named: Pick<TrainingManifest, "abandoned"> } {
  const { training } = state;
  const abandoned = [...state.abandoned, { number: training.round.number, task, rho: costOf(state) }];
  return { abandoned, named: { abandoned: abandoned.slice(-NAMED_MAX).map((one) => one.task) } };
}
