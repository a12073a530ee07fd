// Aggregation jobs at the helper: each is written down when it comes, and answered by the process that got it, or by whichever worker
// takes it, and read again where it was created. An answer is given once: in the transaction that counts its reports.
import { codeOf, FAULTS_MAX } from "../aggregate/failing.ts";
import { failJob, handBackJob, KILLS, LEASE_MS, renewJob, setAside, takeIdleJob } from "../aggregate/leases.ts";
import { decodeJob } from "../aggregate/respond.ts";
import type { AggregateRows, JobRow } from "../aggregate/store.ts";
import { toBase64Url } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { Deferred } from "../http/dap.ts";
import { beating, sleep } from "../http/every.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { DapError } from "../protocol/dap/http.ts";
import { beginJob, forgetJob } from "./begun.ts";

export interface QueueParts {
  readonly store: Store<AggregateRows>;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** For the operator. */
  readonly log?: ServiceLog | undefined;
  /** For so long an answer is waited for within the request; 2 s when left out. */
  readonly waitMs?: number;
}

export interface JobQueue {
  /**
   * Writes a job down, once, and waits a little for its answer.
   * @param permit refuses one that is new, within the transaction
   * @param answer has this process answer it at once, unless another is at it; left to workers when left out
   */
  put(
    task: Uint8Array,
    body: Uint8Array,
    permit: (rows: AggregateRows) => Promise<void>,
    answer?: Answer,
  ): Promise<Uint8Array | Deferred>;
  /** @throws DapError when there is no such job */
  read(task: Uint8Array, key: Uint8Array): Promise<Uint8Array | Deferred>;
  /** Has one job answered. @returns whether there was any to work on */
  work(answer: Answer): Promise<boolean>;
  /** Gives up what is worked on, for others to go on with. */
  handBack(): Promise<void>;
}

type Answer = (job: AskedJob) => Promise<Uint8Array>;
type AskedJob = JobRow & { readonly request: Uint8Array };

const WAIT_MS = 2000;
/** It is looked for again after so long, and then less and less often: where workers are late, looking would cost as much as they do. */
const LOOK_MS = { first: 25, most: 250, growth: 1.5 };
const DEFERRED: Deferred = { retryAfter: 1 };
/** Faults of this service that pass: the job is another's then, or this one's later. */
const PASSING: ReadonlySet<string> = new Set(["unavailable", "storage_full", "internal", "ledger_behind"]);

export function newJobQueue({ store, crypto, clock, log, waitMs = WAIT_MS }: QueueParts): JobQueue {
  const held = new Set<JobRow>();

  /** Undefined when there is no such job. */
  async function answerOf(task: Uint8Array, key: Uint8Array): Promise<Uint8Array | Deferred | undefined> {
    const row = await store.read((rows) => rows.job(task, key));
    if (row?.parked != null)
      fail("internal", "the helper failed at this job too often, and waits for its operator", {
        hint: "There: `paceline task show` and `paceline task retry`.",
      });
    return row && (row.response ?? DEFERRED);
  }

  async function take(): Promise<JobRow | undefined> {
    if ((await store.read((rows) => rows.idleJobs(clock.now(), 1))).length === 0) return undefined;
    const dead: JobRow[] = [];
    const row = await store.transaction(async (rows) => {
      dead.length = 0;
      return await takeIdleJob(rows, clock.now(), { parked: (one) => dead.push(one) });
    });
    for (const one of dead) tellParked(one, undefined, KILLS);
    return row;
  }

  function tellParked({ task }: JobRow, error: unknown, why: string): void {
    const code = codeOf(error);
    log?.(`a job of ${toBase64Url(task)} failed ${FAULTS_MAX} times and is parked: ${why}`, "jobs.parked", { code });
  }

  async function failed(row: JobRow, error: unknown): Promise<void> {
    if ((await failJob(store, row, error, clock.now())) !== true) return;
    tellParked(row, error, error instanceof Error ? error.message : String(error));
  }

  /** Works on a job that this process has taken. @param asked it was taken for whoever waits: a job that nobody else knows is asked for again */
  async function answered(row: JobRow, asked: boolean, answer: () => Promise<Uint8Array>): Promise<Uint8Array> {
    held.add(row);
    const renew = async () => void (await renewJob(store, row, () => clock.now() + LEASE_MS));
    try {
      return await beating(LEASE_MS / 4, renew, answer);
    } catch (error) {
      const again = !isPacelineError(error) || PASSING.has(error.code);
      const over = !again || asked ? await forgetJob(store, row, again).catch(() => !again) : false;
      if (!over) await failed(row, error).catch(() => undefined);
      throw error;
    } finally {
      held.delete(row);
    }
  }

  return {
    async put(task, body, permit, answer) {
      const key = await crypto.sha256(body);
      const known = await answerOf(task, key);
      if (known instanceof Uint8Array) return known;
      decodeJob(body);
      const begun = await beginJob(store, clock, { task, key }, { body, here: answer !== undefined, permit });
      if (begun !== undefined && answer !== undefined)
        return await answered(begun, true, () => answer({ ...begun, request: body }));
      const since = performance.now();
      for (let look = LOOK_MS.first; performance.now() - since < waitMs; look *= LOOK_MS.growth) {
        const found = await this.read(task, key);
        if (found instanceof Uint8Array) return found;
        await sleep(Math.min(LOOK_MS.most, look));
      }
      return DEFERRED;
    },
    async read(task, key) {
      const answer = await answerOf(task, key);
      if (answer === undefined) throw new DapError("unrecognizedAggregationJob", "there is no such job, or no more");
      return answer;
    },
    async work(answer) {
      const row = await take();
      if (row?.request == null) return false;
      const { request } = row;
      // What may end this process is worked on alone, so that nothing else that failed once is blamed for it.
      if (row.faults > 0 && [...held].some(({ faults }) => faults > 0)) {
        await setAside(store, row, () => clock.now() + LEASE_MS);
        return false;
      }
      try {
        await answered(row, false, () => answer({ ...row, request }));
      } catch (error) {
        if (!isPacelineError(error) || PASSING.has(error.code)) throw error;
      }
      return true;
    },
    async handBack() {
      await Promise.allSettled([...held].map((row) => handBackJob(store, row)));
    },
  };
}
