// One look of a process at everything that waits to be verified.
import type { AggregateTask } from "../aggregate/task.ts";
import { toHex } from "../base/bytes.ts";
import type { WorkingRunner } from "./leader.ts";
import type { CoordinatorParts } from "./parts.ts";

const TASKS_TOGETHER = 64;

/** Verifies what waits of all tasks. @returns whether there was any @throws PacelineError what one of them met, when all have ended */
export async function workOnAll(
  { store, clock, terms }: CoordinatorParts,
  runner: WorkingRunner,
  taskOf: (id: Uint8Array) => Promise<AggregateTask>,
): Promise<boolean> {
  const now = clock.now();
  const found = await store.read(async (rows) => {
    const jobs = await rows.idleJobs(now, TASKS_TOGETHER);
    const waiting = await rows.waitingTasks(terms.jobReports - 1, now);
    const ids = new Map([...jobs.map(({ task }) => task), ...waiting].map((id) => [toHex(id), id]));
    const drained: [Uint8Array, boolean][] = [];
    for (const id of ids.values()) drained.push([id, (await rows.drainedUntil(id)) > now]);
    return drained;
  });
  const ended = await Promise.allSettled(
    found.map(async ([id, drained]) => await runner.work(await taskOf(id), drained)),
  );
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return found.length > 0;
}
