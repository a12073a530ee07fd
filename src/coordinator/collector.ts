// The coordinator as the collector: closes a task, collects both noised shares, and settles before it answers.
import { closeBatch, collectBatch, type Holding } from "../aggregate/collect.ts";
import { elementsOf } from "../aggregate/elements.ts";
import { receivingKeyOf } from "../aggregate/receiving.ts";
import { openShare, shareRequest } from "../aggregate/share.ts";
import type { AggregateTask } from "../aggregate/task.ts";
import { equalBytes } from "../base/bytes.ts";
import { fail, invariant, isPacelineError } from "../base/errors.ts";
import { forgottenTask } from "../release/chained.ts";
import { settle } from "../release/settle.ts";
import type { QueryRow } from "../release/store.ts";
import type { ReleaseBytes } from "../task/stages.ts";
import { askHelper, type LeaderRunner } from "./leader.ts";
import type { CoordinatorParts } from "./parts.ts";
import { takeFromHelper, tellHelper } from "./withdrawals.ts";

/** An upload that was being stored when the task closed may still wait: verify again, and only then give up. */
async function verified<R>(runner: LeaderRunner, task: AggregateTask, work: () => Promise<R>): Promise<R> {
  for (let left = 3; ; left--) {
    await runner.finish(task);
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

/** Devices that go on withdrawing, each a report of its own, make the batch be closed anew as often. */
const CLOSINGS_MAX = 64;

const sameBatch = (one: Holding, other: Holding): boolean =>
  one.count === other.count && equalBytes(one.checksum, other.checksum);

/** Agrees with the helper on the reports of the batch, and gets its share of them, sealed. */
async function helperShare(parts: CoordinatorParts, runner: LeaderRunner, task: AggregateTask) {
  const { store, crypto, passing } = parts;
  const { id } = task.dap;
  let refused: Holding | undefined;
  for (let left = CLOSINGS_MAX; left > 0; left--) {
    const batch = await verified(runner, task, () => closeBatch(crypto, store, task));
    passing("coordinator:closed");
    await parts.agree();
    await tellHelper(parts, id);
    try {
      return { batch, answer: await askHelper(parts, id, "aggregate_shares", shareRequest(task, batch)) };
    } catch (error) {
      if (!isPacelineError(error) || error.code !== "batch_mismatch") throw error;
      // Refused again after each has told the other everything: they disagree for another reason.
      if (refused !== undefined && sameBatch(refused, batch)) throw error;
      refused = batch;
      if (!(await takeFromHelper(parts, id, batch))) throw error;
    }
  }
  return fail("unavailable", "devices withdraw their reports faster than the batch can be closed", {
    hint: "Ask for the same again later.",
  });
}

/** @returns the release: now, or as it was settled before. @throws PacelineError invalid_batch_size, unavailable, … */
export async function collectTask(
  parts: CoordinatorParts,
  runner: LeaderRunner,
  task: AggregateTask,
): Promise<ReleaseBytes> {
  const { store } = parts;
  const query = await store.transaction((rows) => rows.queryOfTask(task.dap.id));
  if (query === undefined) return fail("unknown_task", "no question was asked with this task");
  if (query.release !== null) return query.release as ReleaseBytes;
  if (await store.transaction((rows) => rows.isForgotten(task.dap.id))) forgottenTask();
  try {
    return await collectAndSettle(parts, runner, task, query);
  } finally {
    // After a crash workers take small jobs of the task until the mark is over.
    await store.transaction((rows) => rows.drain(task.dap.id, 0)).catch(() => undefined);
  }
}

async function collectAndSettle(
  parts: CoordinatorParts,
  runner: LeaderRunner,
  task: AggregateTask,
  query: QueryRow,
): Promise<ReleaseBytes> {
  const { store, crypto, clock, passing, keyring, noise, preparer } = parts;
  const { batch, answer } = await helperShare(parts, runner, task);
  const helper = await openShare(crypto, task, receivingKeyOf(keyring, task), answer);
  passing("coordinator:share-received");
  const steps = {
    agreed: (own: Holding) => {
      invariant(sameBatch(own, batch), "a closed batch stays as it is");
    },
    stepped: () => passing("coordinator:stream-stepped"),
    written: () => passing("coordinator:batch-written"),
  };
  const own = await verified(runner, task, () =>
    collectBatch(crypto, store, task, { noise, summing: preparer }, steps),
  );
  passing("coordinator:collected");
  // That both gave their shares is in their heads: kept at either side before anyone sees the release.
  await parts.agree();
  const field = elementsOf(task.manifest.vdaf);
  const shares = {
    leader: field.decode(own.noisedShare),
    helper: field.decode(helper),
    modulus: field.modulus,
  };
  const release = await store.transaction((rows) =>
    settle(rows, crypto, query, shares, Math.floor(clock.now() / 1000), task.stream?.key),
  );
  passing("coordinator:settled");
  // Settled all the same when the helper is away now: it hears of it next time.
  await parts.agree().catch(() => undefined);
  return release;
}
