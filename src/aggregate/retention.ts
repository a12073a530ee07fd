// Tasks that nobody collected. Their shares are of no use to anyone but a thief, so after a time both aggregators delete
// them, each by its own clock and configuration. What the question cost stays spent.
import type { Clock } from "../ports/clock.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import type { AggregateRows } from "./store.ts";

/** How long after its close an uncollected task keeps its shares. */
const KEEP_SECONDS = 30 * 86_400;
/** Tasks in one transaction. */
const TOGETHER = 16;

/** Deletes and overwrites the shares of tasks that closed so long ago and have no batch. @returns how many tasks */
export async function expireTasks(
  store: Store<AggregateRows>,
  clock: Clock,
  keepSeconds: number = KEEP_SECONDS,
): Promise<number> {
  const closedBefore = Math.floor(clock.now() / 1000) - keepSeconds;
  let expired = 0;
  for (;;) {
    const tasks = await store.transaction(async (rows) => {
      const overdue = await rows.overdueTasks(closedBefore, TOGETHER);
      for (const task of overdue) await rows.expireTask(task);
      return overdue;
    });
    expired += tasks.length;
    if (tasks.length < TOGETHER) break;
  }
  if (expired > 0) await store.scrub();
  return expired;
}

/** As `expireTasks`, and a line of the log where there were any. */
export async function expireAndTell(
  store: Store<AggregateRows>,
  clock: Clock,
  keepSeconds: number | undefined,
  log: ServiceLog,
): Promise<void> {
  const count = await expireTasks(store, clock, keepSeconds);
  if (count > 0) log(`${count} tasks were not collected in time: their shares are deleted`, "tasks.expired", { count });
}
