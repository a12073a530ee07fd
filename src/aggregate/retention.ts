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

/** Deletes and overwrites the sums that streams keep whose time for reports is over as long. @returns how many streams */
async function endStreams(store: Store<AggregateRows>, clock: Clock, keepSeconds: number): Promise<number> {
  const before = Math.floor(clock.now() / 1000) - keepSeconds;
  const overdue = async (rows: AggregateRows) =>
    (await rows.streams()).filter(({ until, state }) => state !== null && until < before);
  if ((await store.read(overdue)).length === 0) return 0;
  const ended = await store.transaction(async (rows) => {
    const streams = await overdue(rows);
    for (const row of streams) await rows.putStream({ ...row, state: null });
    return streams.length;
  });
  await store.scrub();
  return ended;
}

/** As `expireTasks`, with the sums of streams, and a line of the log where there were any. */
export async function expireAndTell(
  store: Store<AggregateRows>,
  clock: Clock,
  keepSeconds: number = KEEP_SECONDS,
  log: ServiceLog,
): Promise<void> {
  const count = await expireTasks(store, clock, keepSeconds);
  if (count > 0) log(`${count} tasks were not collected in time: their shares are deleted`, "tasks.expired", { count });
  const streams = await endStreams(store, clock, keepSeconds);
  if (streams > 0)
    log(
      `${streams} trainings did not come to their last round in time: the sums kept of them are deleted`,
      "streams.ended",
      {
        count: streams,
      },
    );
}
