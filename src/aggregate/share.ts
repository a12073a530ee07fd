// The helper's aggregate share, as DAP asks for it: checked against the helper's own reports, sealed for the collector.
import { equalBytes } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { Crypto, KeyPair } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import { sealShare } from "../protocol/dap/aggregate-share.ts";
import type { Interval } from "../protocol/dap/basics.ts";
import {
  AggregateShare,
  AggregateShareAad,
  AggregateShareReq,
  type CollectionJobReq,
} from "../protocol/dap/collection.ts";
import type { HpkeConfig } from "../protocol/dap/hpke-config.ts";
import { open } from "../protocol/hpke/hpke.ts";
import { rowCount } from "../task/linear-map.ts";
import type { NoisedShare } from "../task/stages.ts";
import { type CollectParts, type CollectSteps, collectBatch, type Holding } from "./collect.ts";
import { elementsOf } from "./elements.ts";
import type { AggregateRows, BatchRow } from "./store.ts";
import type { AggregateTask } from "./task.ts";

const nothing = new Uint8Array(0);

/** The one collection job a task can have: its whole interval. */
export function collectionJobOf(task: AggregateTask): CollectionJobReq {
  return {
    query: { mode: "time-interval", interval: intervalOf(task) },
    aggregationParameter: nothing,
    extensions: [],
  };
}

/** The leader's request for the helper's share of a batch. */
export function shareRequest(
  task: AggregateTask,
  { count, checksum }: Pick<BatchRow, "count" | "checksum">,
): Uint8Array {
  return AggregateShareReq.encode({
    job: collectionJobOf(task),
    batch: { mode: "time-interval", interval: intervalOf(task) },
    reportCount: BigInt(count),
    checksum,
  });
}

/**
 * Answers a request for the helper's share. Asked again, in the same or in other words, it sends the same noised
 * values or refuses; it never draws noise twice.
 * @param steps called when the stream has gone on, and when the batch is written, neither committed yet
 * @throws PacelineError batch_overlap, batch_mismatch, invalid_batch_size, invalid_message
 */
export async function answerShareRequest(
  crypto: Crypto,
  store: Store<AggregateRows>,
  task: AggregateTask,
  parts: CollectParts,
  collector: HpkeConfig,
  body: Uint8Array,
  steps: Omit<CollectSteps, "agreed">,
): Promise<Uint8Array> {
  const { job, batch, reportCount, checksum } = AggregateShareReq.decode(body);
  if (job.aggregationParameter.length > 0 || job.extensions.length > 0)
    fail("invalid_message", "Prio3 has no aggregation parameter, and no collection job extension is known here");
  if (job.query.mode !== "time-interval" || batch.mode !== "time-interval")
    fail("invalid_message", "this task's batches are time intervals");
  const whole = intervalOf(task);
  for (const interval of [job.query.interval, batch.interval])
    if (interval.start !== whole.start || interval.duration !== whole.duration)
      fail("batch_overlap", "a task has one batch, which is its whole window");
  const agreed = (holding: Holding) => {
    if (BigInt(holding.count) !== reportCount || !equalBytes(holding.checksum, checksum)) mismatch();
  };
  const stored = await collectBatch(crypto, store, task, parts, { agreed, ...steps });
  // A batch collected before is described again, or not at all.
  agreed(stored);
  const { id: taskId, configuration, version } = task.dap;
  const bound = { taskId, task: configuration, job };
  return AggregateShare.encode(
    await sealShare({ crypto, version, role: task.role, collector }, bound, stored.noisedShare),
  );
}

function mismatch(): never {
  fail("batch_mismatch", "the helper holds other reports for this batch than the request describes");
}

/** The collector's side: the helper's noised share out of its answer. @throws PacelineError verification_failed */
export async function openShare(
  crypto: Crypto,
  task: AggregateTask,
  collector: { readonly id: number; readonly pair: KeyPair },
  answer: Uint8Array,
): Promise<NoisedShare> {
  const { configId, enc, payload } = theirs("is no sealed share", () => AggregateShare.decode(answer));
  if (configId !== collector.id) fail("verification_failed", "the aggregate share is sealed to another key");
  const aad = AggregateShareAad.encode({
    taskId: task.dap.id,
    task: task.dap.configuration,
    job: collectionJobOf(task),
  });
  const info = task.dap.version.aggregateShareInfo("helper");
  const share = await open({ crypto, recipient: collector.pair, enc, ciphertext: payload, info, aad });
  checkShare(task, share);
  return share as NoisedShare;
}

function checkShare({ manifest }: AggregateTask, share: Uint8Array): void {
  const wanted = rowCount(manifest.map);
  const what = `is not ${wanted} numbers of the task's field`;
  if (theirs(what, () => elementsOf(manifest.vdaf).decode(share)).length !== wanted) wrongShare(what);
}

/** What the other aggregator sealed is its own to answer for: who collects has sent nothing wrong. */
function theirs<R>(what: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return wrongShare(what);
  }
}

function wrongShare(what: string): never {
  fail("verification_failed", `the helper's aggregate share ${what}`, {
    hint: "Its operator's matter. Nothing is lost: when the helper is mended, collect again.",
  });
}

function intervalOf(task: AggregateTask): Interval {
  const { interval } = task.dap.configuration;
  return interval ?? fail("internal", "a manifest's task has an interval");
}
