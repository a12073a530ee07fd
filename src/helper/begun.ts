// How an aggregation job begins at the helper, and how one ends that is not answered.
import { untaken } from "../aggregate/jobs.ts";
import { LEASE_MS } from "../aggregate/leases.ts";
import type { AggregateRows, JobName, JobRow } from "../aggregate/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";

export interface Beginning {
  readonly body: Uint8Array;
  /** This process can answer it now. */
  readonly here: boolean;
  /** Refuses one that is new, within the transaction. @throws PacelineError */
  permit(rows: AggregateRows): Promise<void>;
}

/**
 * Writes a job down, once. Where this process is to answer it, that it is at it, and not yet what is asked: whoever asks again, for this
 * process died or is slow, brings that with it, and then workers can go on. They alone try again what somebody died of.
 * @returns the job when this process is to answer it now
 */
export async function beginJob(
  store: Store<AggregateRows>,
  clock: Clock,
  { task, key }: JobName,
  { body, here, permit }: Beginning,
): Promise<JobRow | undefined> {
  return await store.transaction(async (rows) => {
    const known = await rows.job(task, key);
    if (known === undefined) await permit(rows);
    const at = clock.now();
    const lease = { until: at + LEASE_MS, tries: 1 + (known?.tries ?? 0) };
    if (known === undefined) {
      const row = { task, key, reports: null, request: here ? null : body, response: null, at, ...untaken };
      const begun = { ...row, ...(here && lease) };
      await rows.addJob(begun);
      return here ? begun : undefined;
    }
    if (known.response !== null) return undefined;
    if (here && known.until === 0 && known.faults === 0 && known.parked === null) {
      await rows.leaseJob(known, lease);
      return { ...known, ...lease };
    }
    if (known.request === null) await rows.putJob({ ...known, request: body });
    return undefined;
  });
}

/**
 * Forgets a job that was not answered: the leader hears why when it sends the same bytes again.
 * @param unknown only one that nobody else could go on with
 * @returns false when it stays for that
 */
export async function forgetJob(
  store: Store<AggregateRows>,
  { task, key, tries }: JobRow,
  unknown: boolean,
): Promise<boolean> {
  return await store.transaction(async (rows) => {
    const now = await rows.job(task, key);
    // Of a worker that was too slow another one has taken it over.
    if (now === undefined || now.tries !== tries || now.response !== null) return true;
    if (unknown && now.request !== null) return false;
    await rows.deleteJob(task, key);
    return true;
  });
}
