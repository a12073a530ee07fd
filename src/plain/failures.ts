// Jobs of a leader's that fail: each waits longer and longer, and what does not pass by itself is parked after a few times, until
// the process is started anew.
import { codeOf, FAULTS_MAX, isPassing, retryDelay } from "../aggregate/failing.ts";
import { BusyPeer } from "../http/busy.ts";
import { noMeter } from "../ports/meter.ts";
import type { PlainParts } from "./parts.ts";
import { FailureRow, keys, LeaderJobRow } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

/** No new job of a task is begun while so many of it are parked: what they met, others would. */
export const PARKED_MAX = 16;
/** Jobs of a task at a time; those that wait to be tried again among them. */
export const JOBS_MAX = 256;

/** @returns a job that is to be sent now, if there is one, and how many are parked */
export async function nextToSend(
  { store, clock }: PlainParts,
  { name }: OpenTask,
): Promise<{ readonly job?: { readonly name: string; readonly row: LeaderJobRow }; readonly parked: number }> {
  const now = BigInt(clock.now());
  return await store.read(async (rows) => {
    const failures = await failuresOf(rows, name);
    const parked = [...failures.values()].filter((one) => one.parked).length;
    for (const [key, bytes] of await rows.list(keys.leaderJobs(name), JOBS_MAX)) {
      const failure = failures.get(keys.failureOf(key));
      if (failure === undefined || (!failure.parked && failure.next <= now))
        return { job: { name: key, row: LeaderJobRow.decode(bytes) }, parked };
    }
    return { parked };
  });
}

async function failuresOf(rows: KeyValueRows, name: string): Promise<ReadonlyMap<string, FailureRow>> {
  return new Map(
    (await rows.list(keys.failures(name), JOBS_MAX)).map(([key, bytes]) => [key, FailureRow.decode(bytes)]),
  );
}

/** @param job the key of its row */
export async function recordFailure(parts: PlainParts, job: string, error: unknown): Promise<void> {
  const { store, clock, log, meter = noMeter } = parts;
  const key = keys.failureOf(job);
  const parked = await store.transaction(async (rows) => {
    // Ended meanwhile.
    if ((await rows.get(job)) === undefined) return false;
    const bytes = await rows.get(key);
    const before = bytes ? FailureRow.decode(bytes) : { failures: 0, faults: 0 };
    const failures = Math.min(before.failures + 1, 0xffff);
    const faults = before.faults + (isPassing(error) ? 0 : 1);
    const wait = retryDelay(failures, error instanceof BusyPeer ? error.retryAfterMs : 0);
    const row = { failures, faults, next: BigInt(clock.now() + wait), parked: faults >= FAULTS_MAX };
    await rows.put(key, FailureRow.encode(row));
    return row.parked;
  });
  const code = codeOf(error);
  meter("jobs", { outcome: code }, 1);
  if (!parked) return;
  meter("jobs", { outcome: "parked" }, 1);
  const why = error instanceof Error ? error.message : String(error);
  log?.(`a job failed ${FAULTS_MAX} times and is parked until the next start: ${why}`, "jobs.parked", { code });
}

/** How many jobs of a task are parked. */
export const parkedJobs = async (rows: KeyValueRows, { name }: OpenTask): Promise<number> =>
  [...(await failuresOf(rows, name)).values()].filter((one) => one.parked).length;

/** At the start of a process, whose operator may have mended what they met. @returns how many jobs are tried again */
export async function unpark({ store }: PlainParts, { name }: OpenTask): Promise<number> {
  return await store.transaction(async (rows) => {
    const found = await rows.list(keys.failures(name), JOBS_MAX);
    for (const [key] of found) await rows.delete(key);
    return found.filter(([, bytes]) => FailureRow.decode(bytes).parked).length;
  });
}
