// Who works on a job: one process at a time, for a while, by the clock; and what becomes of a job that failed, or whose holder died.
import type { Store } from "../ports/store.ts";
import { codeOf, FAULTS_MAX, isPassing, retryDelay } from "./failing.ts";
import type { AggregateRows, JobName, JobRow } from "./store.ts";

/** How long a job is held without a word of its holder. Holders renew it four times in that. */
export const LEASE_MS = 5000;

/**
 * Holds an idle job for this process. One that somebody held to the end of its time was neither ended nor given up: whoever it was died of
 * it, or with it. That is a fault of the job as any other, and parks it in the end, or it would end one process after another.
 * @param parked is told of what is tried no more, as soon as the transaction is committed it holds
 * @returns undefined when there is none
 */
export async function takeIdleJob(
  rows: AggregateRows,
  now: number,
  {
    task,
    wanted = false,
    parked,
  }: { readonly task?: Uint8Array; readonly wanted?: boolean; readonly parked: (row: JobRow) => void },
): Promise<JobRow | undefined> {
  for (;;) {
    const [idle] = await rows.idleJobs(now, 1, task, wanted);
    const left = idle && (await rows.job(idle.task, idle.key));
    if (left === undefined) return undefined;
    const died = left.until > 0;
    const row = { ...left, until: now + LEASE_MS, tries: left.tries + 1, faults: left.faults + (died ? 1 : 0) };
    const over = row.faults >= FAULTS_MAX;
    if (died)
      await rows.faultJob(left, { resting: left.resting, faults: row.faults, parked: over ? codeOf(undefined) : null });
    if (over) parked(row);
    else {
      await rows.leaseJob(row, row);
      return row;
    }
  }
}

/** What is said of a job whose holders died. */
export const KILLS = "each process that worked on it ended in the midst of it";

/** Leaves a job for later, as if it had not been taken. @param resting milliseconds, until when; asked when it is written down */
export async function setAside(store: Store<AggregateRows>, row: JobRow, resting: () => number): Promise<void> {
  await store.transaction(async (rows) => {
    if ((await rows.job(row.task, row.key))?.tries === row.tries)
      await rows.faultJob(row, { resting: resting(), faults: row.faults, parked: null });
  });
}

/** Holds a job for another while. @param until milliseconds; asked when it is written down, for that may have to wait @returns whether this process still holds it */
export async function renewJob(
  store: Store<AggregateRows>,
  { task, key, tries }: JobName & Pick<JobRow, "tries">,
  until: () => number,
): Promise<boolean> {
  return await store.transaction(async (rows) => {
    if ((await rows.job(task, key))?.tries !== tries) return false;
    await rows.leaseJob({ task, key }, { until: until(), tries });
    return true;
  });
}

/** Gives a job up for whoever wants it now. */
export const handBackJob = (store: Store<AggregateRows>, job: JobName & Pick<JobRow, "tries">): Promise<boolean> =>
  renewJob(store, job, () => 0);

/**
 * Gives up a job that failed: it rests for a while, or parked, when it has failed too often by what does not pass by itself.
 * @param said what a busy helper asked for, milliseconds
 * @returns whether it is parked now; undefined when another process has it
 */
export async function failJob(
  store: Store<AggregateRows>,
  { task, key, tries }: JobName & Pick<JobRow, "tries">,
  error: unknown,
  now: number,
  said = 0,
): Promise<boolean | undefined> {
  return await store.transaction(async (rows) => {
    const row = await rows.job(task, key);
    if (row === undefined) return undefined;
    if (row.tries !== tries) {
      // Whoever took it over believed this process dead.
      const { until, resting, parked } = row;
      if (row.faults > 0 && parked === null) {
        await rows.faultJob({ task, key }, { resting, faults: row.faults - 1, parked });
        await rows.leaseJob({ task, key }, { until, tries: row.tries });
      }
      return undefined;
    }
    const faults = row.faults + (isPassing(error) ? 0 : 1);
    const parked = faults >= FAULTS_MAX;
    const resting = now + retryDelay(tries, said);
    await rows.faultJob({ task, key }, { resting, faults, parked: parked ? codeOf(error) : null });
    return parked;
  });
}
