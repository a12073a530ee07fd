// The coordinator as the collector: closes a task, collects both noised shares, and settles before it answers.
import { collectBatch } from "../aggregate/collect.ts";
import { elementsOf } from "../aggregate/elements.ts";
import { openShare, shareRequest } from "../aggregate/share.ts";
import type { AggregateTask } from "../aggregate/task.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { forgottenTask } from "../release/chained.ts";
import { settle } from "../release/settle.ts";
import type { ReleaseBytes } from "../task/stages.ts";
import { askHelper, type LeaderRunner } from "./leader.ts";
import type { CoordinatorParts } from "./parts.ts";

/** An upload that was being stored when the task closed may still wait: verify again, and only then give up. */
async function collectOwn(parts: CoordinatorParts, runner: LeaderRunner, task: AggregateTask) {
  const { crypto, store, noise, passing } = parts;
  const written = () => passing("coordinator:batch-written");
  for (let left = 3; ; left--) {
    await runner.finish(task);
    try {
      return await collectBatch(crypto, store, task, noise, { agreed: () => undefined, written });
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

/** @returns the release: now, or as it was settled before. @throws PacelineError invalid_batch_size, unavailable, … */
export async function collectTask(
  parts: CoordinatorParts,
  runner: LeaderRunner,
  task: AggregateTask,
): Promise<ReleaseBytes> {
  const { store, crypto, clock, passing, keyring } = parts;
  const query = await store.transaction((rows) => rows.queryOfTask(task.dap.id));
  if (query === undefined) return fail("unknown_task", "no question was asked with this task");
  if (query.release !== null) return query.release as ReleaseBytes;
  if (await store.transaction((rows) => rows.isForgotten(task.dap.id))) forgottenTask();
  const own = await collectOwn(parts, runner, task);
  passing("coordinator:collected");
  await parts.agree();
  const answer = await askHelper(parts, task.dap.id, "aggregate_shares", shareRequest(task, own));
  const helper = await openShare(crypto, task, keyring.hpke, answer);
  passing("coordinator:share-received");
  // That the helper gave its share is in its head: kept here before anyone sees the release.
  await parts.agree();
  const field = elementsOf(task.manifest.vdaf);
  const shares = {
    leader: field.decode(own.noisedShare),
    helper: field.decode(helper),
    modulus: field.modulus,
  };
  const release = await store.transaction((rows) =>
    settle(rows, crypto, query, shares, Math.floor(clock.now() / 1000)),
  );
  passing("coordinator:settled");
  // Settled all the same when the helper is away now: it hears of it next time.
  await parts.agree().catch(() => undefined);
  return release;
}
