// The leader's aggregation jobs, shared by any number of processes. One takes reports into a job and holds it for a while;
// lays out its request and writes it down before it is sent; and deletes it in the transaction that records the answer. Whoever
// stops on the way loses the job to the next one, who sends the same bytes: the helper answers as before, and no report is
// counted twice or lost. Only who took a job last may write: clocks that differ cost work done twice, and nothing else.

import { concat, equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import {
  AggregationJobInitReq,
  AggregationJobResp,
  encodeJob,
  type Opening,
  type VerifyResp,
} from "../protocol/dap/aggregation.ts";
import { ReportError } from "../protocol/dap/basics.ts";
import { Report } from "../protocol/dap/report.ts";
import { latestTime } from "./latest.ts";
import { LEASE_MS, takeIdleJob } from "./leases.ts";
import {
  type LeaderFinisher,
  type LeaderPrepared,
  leaderFinisher,
  type Prepared,
  type Preparer,
  type PrepareTask,
  type ReceivingKey,
} from "./prepare.ts";
import type { AggregateRows, JobName, JobRow, SettledReport } from "./store.ts";
import type { AggregateTask } from "./task.ts";
import { dropWaiting } from "./withdraw.ts";

/** A job that this process holds. */
export interface TakenJob {
  readonly row: JobRow;
  /** In the order of its reports; those of a job that another has begun are read when they are needed. */
  readonly uploads?: readonly Uint8Array[];
}

/** A job that is ready to be sent. */
export interface Job extends Pick<JobRow, "task" | "key" | "tries"> {
  readonly request: Uint8Array;
  /** In the order of the request. */
  readonly reports: readonly JobReport[];
}

export interface JobReport {
  readonly id: Uint8Array;
  /** What the leader must remember until the helper has answered; undefined when it refuses the report. */
  readonly state: Uint8Array | undefined;
}

export interface Taking {
  /** Reports of a new job. */
  readonly most: number;
  /** A new job begins when more than so many reports are pending. */
  readonly leave: number;
  /** Milliseconds; read when something is written down, for that may have had to wait. */
  now(): number;
  /** Somebody waits for it: a job that failed a moment ago is tried too. */
  readonly wanted?: boolean;
  /** Is told of a job that is parked because those who took it died. */
  readonly parked?: (row: JobRow) => void;
}

/** Of a job that nobody has worked on yet. */
export const untaken = { until: 0, tries: 0, resting: 0, faults: 0, parked: null } as const;

const nothing = new Uint8Array(0);
const ID_LENGTH = 16;

/** A job of the task that nobody holds, or a new one of reports that are pending. @returns undefined when there is neither */
export async function takeJob(
  crypto: Crypto,
  store: Store<AggregateRows>,
  task: Uint8Array,
  { most, leave, now, wanted = false, parked }: Taking,
): Promise<TakenJob | undefined> {
  const any = await store.read(
    async (rows) => (await rows.idleJobs(now(), 1, task, wanted)).length > 0 || (await rows.morePending(task, leave)),
  );
  if (!any) return undefined;
  const dead: JobRow[] = [];
  const taken = await store.transaction(async (rows) => {
    dead.length = 0;
    const at = now();
    const left = await takeIdleJob(rows, at, { task, wanted, parked: (row) => dead.push(row) });
    if (left !== undefined) return { row: left };
    if (!(await rows.morePending(task, leave))) return undefined;
    const pending = await rows.pendingReports(task, most);
    const ids = pending.map(({ id }) => id);
    const reports = concat(...ids);
    const row = {
      ...{ task, key: await crypto.sha256(reports), reports, request: null, response: null },
      ...{ ...untaken, at, until: at + LEASE_MS, tries: 1 },
    };
    await rows.markAggregating(task, ids);
    await rows.addJob(row);
    return { row, uploads: pending.map(({ upload }) => upload ?? fail("internal", "a pending report has its upload")) };
  });
  for (const row of dead) parked?.(row);
  return taken;
}

/** Of a job that another process has begun. @returns undefined when it was ended meanwhile */
async function uploadsOf(store: Store<AggregateRows>, { task, key }: JobName, ids: readonly Uint8Array[]) {
  return await store.read(async (rows) => {
    if ((await rows.job(task, key)) === undefined) return undefined;
    const found: Uint8Array[] = [];
    for (const id of ids)
      found.push((await rows.report(task, id))?.upload ?? fail("internal", "a report in a job has its upload"));
    return found;
  });
}

const idsOf = (reports: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: reports.length / ID_LENGTH }, (_, i) => reports.slice(i * ID_LENGTH, (i + 1) * ID_LENGTH));

/**
 * Prepares a job's reports and writes its request down. A request that was written down is prepared again and stays as it is.
 * @returns undefined when nothing of it is left to send, or another process has it by now
 */
export async function layOutJob(
  store: Store<AggregateRows>,
  preparer: Preparer,
  prepare: PrepareTask,
  { row, uploads: known }: TakenJob,
): Promise<Job | undefined> {
  const { task, key, tries, request } = row;
  const ids =
    request === null
      ? idsOf(row.reports ?? nothing)
      : AggregationJobInitReq.decode(request).verifyInits.map(({ metadata }) => metadata.reportId);
  const uploads = known ?? (await uploadsOf(store, row, ids));
  if (uploads === undefined) return undefined;
  const prepared = await preparer.prepareLeader(prepare, uploads);
  const reports = ids.map((id, i): JobReport => {
    const result = prepared[i] as (typeof prepared)[number];
    return { id, state: "error" in result ? undefined : result.state };
  });
  if (request !== null) return { task, key, tries, request, reports };
  const { request: laidOut, refused } = requestOf(ids, uploads, prepared);
  const written = await store.transaction(async (rows) => {
    if ((await rows.job(task, key))?.tries !== tries) return false;
    await rows.settleReports(task, refused);
    await dropWaiting(rows, task, refused);
    if (laidOut === undefined) await rows.deleteJob(task, key);
    else await rows.putJob({ ...row, reports: null, request: laidOut });
    return true;
  });
  if (!written || laidOut === undefined) return undefined;
  return { task, key, tries, request: laidOut, reports: reports.filter(({ state }) => state !== undefined) };
}

/** @returns the request about those that the leader does not refuse, when there is one */
function requestOf(
  ids: readonly Uint8Array[],
  uploads: readonly Uint8Array[],
  prepared: readonly LeaderPrepared[],
): { readonly request: Uint8Array | undefined; readonly refused: readonly SettledReport[] } {
  const refused: SettledReport[] = [];
  const openings: Opening[] = [];
  ids.forEach((id, i) => {
    const result = prepared[i] as LeaderPrepared;
    if ("error" in result) {
      refused.push(settled(id, result));
      return;
    }
    const bytes = uploads[i] as Uint8Array;
    openings.push({ read: { report: Report.decode(bytes), bytes }, payload: result.message });
  });
  const head = { verificationKeyId: 0, aggregationParameter: nothing, extensions: [] };
  return { request: openings.length === 0 ? undefined : encodeJob(head, openings), refused };
}

/** Takes a job and lays it out, until there is one to send. @returns undefined when there is nothing to verify */
export async function nextJob(
  crypto: Crypto,
  store: Store<AggregateRows>,
  preparer: Preparer,
  prepare: PrepareTask,
  taking: Taking,
): Promise<Job | undefined> {
  for (;;) {
    const taken = await takeJob(crypto, store, prepare.id, taking);
    if (taken === undefined) return undefined;
    const job = await layOutJob(store, preparer, prepare, taken);
    if (job !== undefined) return job;
  }
}

function settled(id: Uint8Array, result: Prepared): SettledReport {
  return "error" in result
    ? { id, state: "rejected", error: ReportError.encode(result.error)[0] as number, outputShare: null }
    : { id, state: "accepted", error: null, outputShare: result.outputShare };
}

/**
 * Records the helper's answer and ends the job, unless another process has it by now: the helper answers that one alike.
 * @returns what became of its reports, as this process has recorded it
 * @throws PacelineError invalid_message when the answer does not fit
 */
export async function recordJob(
  store: Store<AggregateRows>,
  prepare: PrepareTask,
  job: Job,
  response: Uint8Array,
): Promise<readonly SettledReport[]> {
  const answers = AggregationJobResp.decode(response);
  const fits =
    answers.length === job.reports.length &&
    answers.every(({ reportId }, i) => equalBytes(reportId, (job.reports[i] as JobReport).id));
  if (!fits) fail("invalid_message", "the helper answered for other reports than it was asked about");
  const finish = leaderFinisher(prepare);
  const outcomes = answers.map((answer, i) => settled(answer.reportId, outcome(finish, job.reports[i], answer)));
  return await endJob(store, job, outcomes);
}

/** Ends a job whose reports the helper has not counted and never will: none of them counts here. @returns as `recordJob` does */
export async function expireJob(store: Store<AggregateRows>, job: Job): Promise<readonly SettledReport[]> {
  return await endJob(
    store,
    job,
    job.reports.map(({ id }) => settled(id, { error: "task_expired" })),
  );
}

/** Makes two of a job that is more than the helper reads, unless another process has it by now. @param job of two reports or more @returns whether it did */
export async function splitJob(
  crypto: Crypto,
  store: Store<AggregateRows>,
  { task, key, tries, reports }: Job,
): Promise<boolean> {
  const half = Math.ceil(reports.length / 2);
  const parts = [reports.slice(0, half), reports.slice(half)].map((some) => concat(...some.map(({ id }) => id)));
  const keys = await Promise.all(parts.map((part) => crypto.sha256(part)));
  return await store.transaction(async (rows) => {
    const row = await rows.job(task, key);
    if (row?.tries !== tries) return false;
    await rows.deleteJob(task, key);
    for (const [i, part] of parts.entries())
      await rows.addJob({ ...row, ...untaken, key: keys[i] as Uint8Array, reports: part, request: null });
    return true;
  });
}

async function endJob(
  store: Store<AggregateRows>,
  { task, key, tries }: Job,
  outcomes: readonly SettledReport[],
): Promise<readonly SettledReport[]> {
  return await store.transaction(async (rows) => {
    if ((await rows.job(task, key))?.tries !== tries) return [];
    await rows.settleReports(task, outcomes);
    await dropWaiting(rows, task, outcomes);
    await rows.deleteJob(task, key);
    return outcomes;
  });
}

function outcome(finish: LeaderFinisher, report: JobReport | undefined, answer: VerifyResp): Prepared {
  if (answer.type === "reject") return { error: answer.error };
  if (answer.type !== "continue" || report?.state === undefined) return { error: "vdaf_verify_error" };
  return finish(report.state, answer.payload);
}

/** What verification takes, at this time. */
export function prepareTaskOf(task: AggregateTask, key: ReceivingKey, nowSeconds: number): PrepareTask {
  const { tokens } = task.manifest;
  return {
    id: task.dap.id,
    configuration: task.dap.encoded,
    verifyKey: task.row.verifyKey,
    version: task.dap.version.tag,
    keys: [key],
    latest: latestTime(task.dap.configuration.timePrecision, nowSeconds),
    ...(tokens && { tokens }),
  };
}
