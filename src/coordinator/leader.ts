// The coordinator as the leader: verifies what was uploaded together with the helper, one task at a time in order, with
// the next job prepared while the helper works on the last.
import { type Job, nextJob, openJobs, prepareTaskOf, recordJob } from "../aggregate/jobs.ts";
import type { PrepareTask } from "../aggregate/prepare.ts";
import type { AggregateTask } from "../aggregate/task.ts";
import { toBase64Url, toHex } from "../base/bytes.ts";
import { createAtPeer } from "../http/dap-peer.ts";
import { sharedVerification } from "../protocol/vdaf/shared.ts";
import type { CoordinatorParts } from "./parts.ts";

/** Sends one DAP message to the helper. @throws PacelineError the helper's own, or unavailable */
export async function askHelper(
  { transport, terms }: Pick<CoordinatorParts, "transport" | "terms">,
  task: Uint8Array,
  resource: "aggregation_jobs" | "aggregate_shares",
  body: Uint8Array,
): Promise<Uint8Array> {
  return await createAtPeer(transport, {
    url: `${terms.helper.url}/tasks/${toBase64Url(task)}/${resource}`,
    headers: { authorization: `Bearer ${terms.helper.token}` },
    ...messages[resource],
    body,
  });
}

const messages = {
  aggregation_jobs: { takes: "aggregation-job-init-req", gives: "aggregation-job-resp" },
  aggregate_shares: { takes: "aggregate-share-req", gives: "aggregate-share" },
} as const;

export interface LeaderRunner {
  /** So many reports came: verifies in the background when enough wait. Failures are left for `finish`. */
  kick(task: AggregateTask, reports: number): void;
  /** Verifies everything that waits. @throws PacelineError unavailable when the helper does not answer */
  finish(task: AggregateTask): Promise<void>;
}

/** How often it is looked, while the reports of one job come, whether they are enough. */
const LOOKS_A_JOB = 8;
/** A request to the helper stays well below what it reads. */
const JOB_BYTES_MAX = 4 * 1024 * 1024;
/** Metadata, lengths, encapsulated key and tags of one report in a job. */
const JOB_OVERHEAD = 256;

export function newLeaderRunner(parts: CoordinatorParts): LeaderRunner {
  const { store, crypto, clock, keyring, preparer, passing, terms } = parts;
  const running = new Map<string, Promise<void>>();

  /** As many as configured, and as fit into one request. */
  function reportsAJob({ manifest }: AggregateTask): number {
    const { sizes } = sharedVerification(manifest.vdaf);
    const bytes = JOB_OVERHEAD + sizes.publicShare + sizes.helperInputShare + sizes.verifierShare;
    return Math.max(1, Math.min(terms.jobReports, Math.floor(JOB_BYTES_MAX / bytes)));
  }

  async function send(prepare: PrepareTask, job: Job): Promise<void> {
    const answer = await askHelper(parts, prepare.id, "aggregation_jobs", job.request);
    passing("coordinator:job-answered");
    await recordJob(store, prepare, job, answer);
    passing("coordinator:job-recorded");
  }

  async function drain(task: AggregateTask, leave: number): Promise<void> {
    const prepare = prepareTaskOf(task, keyring.hpke, clock.now() / 1000);
    for (const job of await openJobs(store, preparer, prepare)) await send(prepare, job);
    let sent: Promise<void> = Promise.resolve();
    for (;;) {
      const enough = await store.read((rows) => rows.morePending(task.dap.id, leave));
      const job = enough ? await nextJob(crypto, store, preparer, prepare, reportsAJob(task)) : undefined;
      if (job !== undefined) passing("coordinator:job-written");
      await sent;
      if (job === undefined) return;
      sent = send(prepare, job);
      // Handled by the await above; until then an early rejection must not count as unhandled.
      sent.catch(() => undefined);
    }
  }

  /** One drain a task at a time, each waiting for the one before. */
  function queue(task: AggregateTask, leave: number): Promise<void> {
    const key = toHex(task.dap.id);
    const before = running.get(key) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => drain(task, leave));
    running.set(key, next);
    const done = () => running.get(key) === next && running.delete(key);
    next.then(done, done);
    return next;
  }

  /** Reports that came for a task since it was last looked at: nobody looks for each of them. */
  const arrived = new Map<string, number>();
  const lookAfter = Math.max(1, Math.floor(terms.jobReports / LOOKS_A_JOB));
  /** Tasks that got reports while their drain ran: it may have counted before these came. */
  const again = new Set<string>();
  function kick(task: AggregateTask, reports: number): void {
    const key = toHex(task.dap.id);
    const since = (arrived.get(key) ?? Number.POSITIVE_INFINITY) + reports;
    arrived.set(key, since);
    if (since < lookAfter) return;
    arrived.set(key, 0);
    if (running.has(key)) {
      again.add(key);
      return;
    }
    queue(task, terms.jobReports - 1)
      .catch(() => undefined)
      .then(() => again.delete(key) && kick(task, lookAfter));
  }

  return {
    kick,
    finish: (task) => queue(task, 0),
  };
}
