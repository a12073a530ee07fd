// Aggregation jobs at the helper: whether it verifies now is decided by its own clock, ledger and room; verified in the request, or
// by other processes of this party.
import { prepareTaskOf } from "../aggregate/jobs.ts";
import { SKEW_SECONDS, VERIFY_SECONDS } from "../aggregate/latest.ts";
import { countVerified, outcomeName } from "../aggregate/outcome.ts";
import type { Preparer } from "../aggregate/prepare.ts";
import { checkRoom, defaultQuota } from "../aggregate/quota.ts";
import { receivingKeyOf } from "../aggregate/receiving.ts";
import { respondToJob } from "../aggregate/respond.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import type { AggregateTask, taskCache } from "../aggregate/task.ts";
import { fail } from "../base/errors.ts";
import type { Deferred } from "../http/dap.ts";
import { type Meter, noMeter } from "../ports/meter.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { AggregationJobResp } from "../protocol/dap/aggregation.ts";
import type { Agreement } from "../release/agreement.ts";
import { refuseClosed } from "../release/ledger.ts";
import type { LedgerRows } from "../release/store.ts";
import { newJobQueue } from "./queue.ts";
import type { SigningParts } from "./signing.ts";

type Rows = AggregateRows & LedgerRows;

export interface JobParts extends Pick<SigningParts, "crypto" | "clock" | "keyring" | "passing"> {
  readonly preparer: Preparer;
  /** Counts what is done, for the operator; nothing when left out. */
  readonly meter?: Meter | undefined;
  /** For the operator. */
  readonly log?: ServiceLog | undefined;
  /** No report is taken when the store is larger; 16 GiB when left out. */
  readonly databaseBytesMax?: number;
  /** False: other processes verify what this one writes down. */
  readonly verifies?: boolean;
}

export interface HelperJobs {
  aggregationJob(task: Uint8Array, body: Uint8Array): Promise<Uint8Array | Deferred>;
  /** @param id the SHA-256 of the job's request @throws PacelineError not_found */
  jobAnswer(task: Uint8Array, id: Uint8Array): Promise<Uint8Array | Deferred>;
  /** Verifies one job that another process wrote down. @returns whether there was any */
  work(): Promise<boolean>;
  /** Gives up what is worked on, for other processes to go on with. */
  handBack(): Promise<void>;
  /** Forgets what was answered: its reports stay counted, and are replays when the job comes again. */
  forgetJob(task: Uint8Array, id: Uint8Array): Promise<void>;
}

export function newHelperJobs(
  parts: JobParts,
  store: Store<Rows>,
  taskOf: ReturnType<typeof taskCache>,
  agreement: Pick<Agreement<Rows>, "checkOwn" | "trouble">,
): HelperJobs {
  const { crypto, clock, keyring, preparer, passing } = parts;
  const queue = newJobQueue({ store, crypto, clock, log: parts.log });

  /**
   * That the task is over is final for the leader: it is said only when nobody can be writing an answer any more that was permitted before,
   * neither another process, whose clock may be behind, nor a transaction that ran beside this one, nor this process after its clock was
   * set back a little. @throws PacelineError
   */
  async function refuseLate({ dap: { id }, manifest: { upload } }: AggregateTask, rows: AggregateRows): Promise<void> {
    const over = ((await rows.closesOf(id)) ?? 0) + VERIFY_SECONDS;
    const now = Math.floor(clock.now() / 1000);
    if (now >= over && now < over + SKEW_SECONDS)
      fail("unavailable", "the task's time for reports ends at the helper, which finishes what it has begun");
    if (now >= over || now < upload.opens - SKEW_SECONDS)
      fail("task_expired", "the task's time for reports is over at the helper");
  }

  async function verify(task: AggregateTask, body: Uint8Array): Promise<Uint8Array> {
    const prepare = prepareTaskOf(task, receivingKeyOf(keyring, task), Math.floor(clock.now() / 1000));
    const answer = await respondToJob(crypto, store, preparer, prepare, body, {
      at: clock.now(),
      async permit(rows, begun) {
        await refuseClosed(task.dap.id)(rows);
        if (!begun) await refuseLate(task, rows);
      },
      verified: () => passing("helper:job-verified"),
    });
    passing("helper:job-answered");
    const { meter = noMeter } = parts;
    meter("jobs", { outcome: "answered" }, 1);
    const answers = AggregationJobResp.decode(answer);
    countVerified(
      meter,
      answers.map((one) => (one.type === "reject" ? outcomeName(one.error) : "accepted")),
    );
    return answer;
  }

  return {
    async aggregationJob(id, body) {
      agreement.checkOwn();
      const task = await taskOf(id);
      await store.read(refuseClosed(id));
      checkRoom(await store.size(), parts.databaseBytesMax ?? defaultQuota.bytes);
      const here = parts.verifies !== false ? () => verify(task, body) : undefined;
      return await queue.put(id, body, (rows) => refuseLate(task, rows), here);
    },
    async jobAnswer(id, job) {
      agreement.checkOwn();
      await taskOf(id);
      await store.read(refuseClosed(id));
      return await queue.read(id, job);
    },
    async work() {
      if (agreement.trouble() !== undefined) return false;
      return await queue.work(async ({ task, request }) => await verify(await taskOf(task), request));
    },
    handBack: () => queue.handBack(),
    async forgetJob(id, job) {
      agreement.checkOwn();
      await taskOf(id);
      await store.transaction((rows) => rows.deleteJob(id, job));
    },
  };
}
