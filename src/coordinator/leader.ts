// The coordinator as the leader: verifies what was uploaded together with the helper, one task at a time in order, with
// the next job prepared while the helper works on the last. Other processes may verify the same task's reports beside it.
import { codeOf, FAULTS_MAX, isPassing } from "../aggregate/failing.ts";
import {
  type Job,
  layOutJob,
  prepareTaskOf,
  recordJob,
  type TakenJob,
  type Taking,
  takeJob,
} from "../aggregate/jobs.ts";
import { failJob, handBackJob, KILLS, LEASE_MS, setAside } from "../aggregate/leases.ts";
import { countVerified, outcomeOf } from "../aggregate/outcome.ts";
import type { PrepareTask } from "../aggregate/prepare.ts";
import { receivingKeyOf } from "../aggregate/receiving.ts";
import type { JobRow, SettledReport } from "../aggregate/store.ts";
import type { AggregateTask } from "../aggregate/task.ts";
import { toBase64Url, toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { BusyPeer } from "../http/busy.ts";
import { createAtPeer } from "../http/dap-peer.ts";
import { beating, sleep } from "../http/every.ts";
import { noMeter } from "../ports/meter.ts";
import { type Handling, handlingOf, newFaultedJobs } from "./faulted-jobs.ts";
import { type JobSizes, newJobSizes } from "./job-size.ts";
import { refusedJob } from "./late-jobs.ts";
import { helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";

/** Sends one DAP message to the helper. @throws PacelineError the helper's own, or unavailable */
export async function askHelper(
  { transport, terms, meter = noMeter }: Pick<CoordinatorParts, "transport" | "terms" | "meter">,
  task: Uint8Array,
  resource: "aggregation_jobs" | "aggregate_shares",
  body: Uint8Array,
): Promise<Uint8Array> {
  const { url, token } = helperOf(terms);
  return await createAtPeer(transport, {
    url: `${url}/tasks/${toBase64Url(task)}/${resource}`,
    headers: { authorization: `Bearer ${token}` },
    ...messages[resource],
    body,
    retrying: () => meter("jobs", { outcome: "retried" }, 1),
  });
}

const messages = {
  aggregation_jobs: { takes: "aggregation-job-init-req", gives: "aggregation-job-resp" },
  aggregate_shares: { takes: "aggregate-share-req", gives: "aggregate-share" },
} as const;

export interface LeaderRunner {
  /** So many reports came: verifies in the background when enough wait. Failures are left for `finish`. */
  kick(task: AggregateTask, reports: number): void;
  /** Everything that waits is verified when it resolves. @throws PacelineError unavailable when that is not so after a while */
  finish(task: AggregateTask): Promise<void>;
}

/** A runner that verifies in this process. */
export interface WorkingRunner extends LeaderRunner {
  /** Verifies what there are whole jobs of, and with `all` what is left too. @throws PacelineError the helper's, unavailable */
  work(task: AggregateTask, all: boolean): Promise<void>;
  /** Takes no more jobs; resolves when those that it has are recorded. */
  stop(): Promise<void>;
  /** Gives up what it still has, for others to go on with. */
  handBack(): Promise<void>;
}

/** How often it is looked, while the reports of one job come, whether they are enough. */
const LOOKS_A_JOB = 8;
/** For so long `finish` waits for what other processes hold, below what those who ask have patience for. */
const FINISH_MS = 20_000;
const LOOK_MS = 50;

/** Waits until nothing of a task is left to verify, with some more work before each look. @throws PacelineError unavailable */
async function untilVerified(
  { store, clock }: Pick<CoordinatorParts, "store" | "clock">,
  { dap: { id } }: AggregateTask,
  hint: string,
  work: () => Promise<void> = async () => undefined,
): Promise<void> {
  const since = performance.now();
  for (;;) {
    await store.transaction((rows) => rows.drain(id, clock.now() + FINISH_MS + LEASE_MS));
    await work();
    for (let look = 0; look < 1000 / LOOK_MS; look++) {
      const [left, parked] = await store.read(async (rows) => [await rows.unsettled(id), await rows.parkedJobs(id)]);
      if (!left) return;
      if (parked.length > 0)
        fail("conflict", "some reports of this task could not be verified, however often it was tried", {
          hint: "The coordinator's operator finds out why (`paceline task show`) and has them tried again (`paceline task retry`).",
        });
      if (performance.now() - since > FINISH_MS)
        fail("unavailable", "reports of this task are still being verified", { hint });
      await sleep(LOOK_MS);
    }
  }
}

/** Where other processes verify: says that a task's reports are wanted, and waits. */
export function newWaitingRunner(parts: CoordinatorParts): LeaderRunner {
  const hint = "Workers go on meanwhile: ask for the same again. Where none runs, start one with `--roles worker`.";
  return { kick: () => undefined, finish: (task) => untilVerified(parts, task, hint) };
}

async function send(
  parts: CoordinatorParts,
  sizes: JobSizes,
  prepare: PrepareTask,
  job: Job,
  handling: Handling,
): Promise<void> {
  const { store, passing } = parts;
  const ask = () => askHelper(parts, prepare.id, "aggregation_jobs", job.request);
  const asked = await handling.away(ask).catch((error: unknown) => ({ error }));
  await handling.own(async () => {
    passing("coordinator:job-answered");
    const failed = "error" in asked;
    if (failed && (await sizes.split(job, asked.error))) return;
    count(await (failed ? refusedJob(parts, job, asked.error) : recordJob(store, prepare, job, asked)), parts);
    passing("coordinator:job-recorded");
  });
}

function count(outcomes: readonly SettledReport[], { meter = noMeter }: CoordinatorParts): void {
  if (outcomes.length === 0) return;
  meter("jobs", { outcome: "recorded" }, 1);
  countVerified(
    meter,
    outcomes.map(({ error }) => outcomeOf(error)),
  );
}

async function failed(parts: CoordinatorParts, { row }: TakenJob, error: unknown, stopping: boolean): Promise<void> {
  const { store, clock, meter } = parts;
  meter?.("jobs", { outcome: codeOf(error) }, 1);
  // Whoever stops gives its jobs to the others at once.
  if (stopping) return void (await handBackJob(store, row));
  const said = error instanceof BusyPeer ? error.retryAfterMs : 0;
  if ((await failJob(store, row, error, clock.now(), said)) !== true) return;
  tellParked(parts, row, error, error instanceof Error ? error.message : String(error));
}

function tellParked({ meter, log }: CoordinatorParts, { task }: JobRow, error: unknown, why: string): void {
  const code = codeOf(error);
  meter?.("jobs", { outcome: "parked" }, 1);
  log?.(`a job of ${toBase64Url(task)} failed ${FAULTS_MAX} times and is parked: ${why}`, "jobs.parked", { code });
}

const takingOf = (parts: CoordinatorParts, taking: Omit<Taking, "now" | "parked">): Taking => ({
  ...taking,
  now: () => parts.clock.now(),
  parked: (row) => tellParked(parts, row, undefined, KILLS),
});

/** Looks for a task's work when some reports of it have come. @param running tasks that are worked on */
function newKick(
  jobReports: number,
  running: ReadonlyMap<string, unknown>,
  queue: (task: AggregateTask, leave: number) => Promise<void>,
): LeaderRunner["kick"] {
  /** Reports that came for a task since it was last looked at: nobody looks for each of them. */
  const arrived = new Map<string, number>();
  const lookAfter = Math.max(1, Math.floor(jobReports / LOOKS_A_JOB));
  /** Tasks that got reports while their drain ran: it may have counted before these came. */
  const again = new Set<string>();
  return function kick(task, reports) {
    const key = toHex(task.dap.id);
    const since = (arrived.get(key) ?? Number.POSITIVE_INFINITY) + reports;
    arrived.set(key, since);
    if (since < lookAfter) return;
    arrived.set(key, 0);
    if (running.has(key)) {
      again.add(key);
      return;
    }
    queue(task, jobReports - 1)
      .catch(() => undefined)
      .then(() => again.delete(key) && kick(task, lookAfter));
  };
}

export function newLeaderRunner(parts: CoordinatorParts): WorkingRunner {
  const { store, crypto, clock, keyring, preparer, passing, terms } = parts;
  const running = new Map<string, Promise<void>>();
  const held = new Set<TakenJob>();
  let stopping = false;
  const faulted = newFaultedJobs(parts);
  const sizes = newJobSizes(parts);

  /** Holds a job for as long as `work` takes, and gives it up when that fails. */
  async function holding(taken: TakenJob, handling: Handling, work: () => Promise<void>): Promise<void> {
    held.add(taken);
    try {
      return await beating(LEASE_MS / 4, handling.renew, work);
    } catch (error) {
      await failed(parts, taken, error, stopping).catch(() => undefined);
      throw error;
    } finally {
      held.delete(taken);
    }
  }

  /** @param before the job before this one, which is sent first */
  async function work(prepare: PrepareTask, taken: TakenJob, before: Promise<void>, ready: () => void): Promise<void> {
    const handling = taken.row.faults > 0 ? faulted.handling(taken) : handlingOf(parts, taken);
    await holding(taken, handling, async () => {
      const job = await handling.own(async () => {
        passing("coordinator:job-taken");
        const written = await layOutJob(store, preparer, prepare, taken);
        if (written !== undefined) passing("coordinator:job-written");
        return written;
      });
      await handling.away(() => before);
      ready();
      if (job !== undefined) await send(parts, sizes, prepare, job, handling);
    });
  }

  async function drain(task: AggregateTask, leave: number, wanted: boolean): Promise<void> {
    const prepare = prepareTaskOf(task, receivingKeyOf(keyring, task), clock.now() / 1000);
    let sent: Promise<void> = Promise.resolve();
    let first: { readonly error: unknown } | undefined;
    // What one job meets is no other's, unless the helper takes nothing at all.
    while (!stopping && !(first !== undefined && isPassing(first.error))) {
      const splits = sizes.splits();
      const taking = takingOf(parts, { most: sizes.most(task), leave, wanted: wanted && first === undefined });
      const taken = await takeJob(crypto, store, task.dap.id, taking);
      if (taken === undefined) {
        await sent;
        // What the helper read no job of is in others by now.
        if (sizes.splits() === splits) break;
        continue;
      }
      if (taken.row.faults > 0) {
        if (faulted.busy()) {
          await setAside(store, taken.row, () => clock.now() + LEASE_MS);
          break;
        }
        await work(prepare, taken, sent, () => undefined).catch((error: unknown) => {
          first ??= { error };
        });
        continue;
      }
      const before = sent;
      await new Promise<void>((ready) => {
        sent = work(prepare, taken, before, ready).catch((error: unknown) => {
          first ??= { error };
          ready();
        });
      });
    }
    await sent;
    if (first !== undefined) throw first.error;
  }

  /** One drain a task at a time, each waiting for the one before. */
  function queue(task: AggregateTask, leave: number, wanted = false): Promise<void> {
    const key = toHex(task.dap.id);
    const before = running.get(key) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => drain(task, leave, wanted));
    running.set(key, next);
    const done = () => running.get(key) === next && running.delete(key);
    next.then(done, done);
    return next;
  }

  return {
    kick: newKick(terms.jobReports, running, queue),
    finish: (task) =>
      untilVerified(parts, task, "Other processes hold them: ask for the same again.", () => queue(task, 0, true)),
    work: (task, all) => queue(task, all ? 0 : terms.jobReports - 1),
    async stop() {
      stopping = true;
      await Promise.allSettled(running.values());
    },
    async handBack() {
      await Promise.allSettled([...held].map(({ row }) => handBackJob(store, row)));
    },
  };
}
