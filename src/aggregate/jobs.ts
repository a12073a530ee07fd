// The leader's aggregation jobs. A job is written down before it is sent and deleted when its answer is recorded, so
// after a crash the same bytes go out again and the helper answers as before: no report is counted twice or lost.

import { equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import {
  AggregationJobInitReq,
  AggregationJobResp,
  type VerifyInit,
  type VerifyResp,
} from "../protocol/dap/aggregation.ts";
import { ReportError } from "../protocol/dap/basics.ts";
import { Report } from "../protocol/dap/report.ts";
import { latestTime } from "./latest.ts";
import {
  type LeaderFinisher,
  leaderFinisher,
  type Prepared,
  type Preparer,
  type PrepareTask,
  type ReceivingKey,
} from "./prepare.ts";
import type { AggregateRows, ReportRow, SettledReport } from "./store.ts";
import type { AggregateTask } from "./task.ts";
import { dropWaiting } from "./withdraw.ts";

export interface Job {
  readonly key: Uint8Array;
  readonly request: Uint8Array;
  /** In the order of the request. */
  readonly reports: readonly JobReport[];
}

export interface JobReport {
  readonly id: Uint8Array;
  /** What the leader must remember until the helper has answered; undefined when it refuses the report. */
  readonly state: Uint8Array | undefined;
}

const nothing = new Uint8Array(0);

async function prepareJob(crypto: Crypto, preparer: Preparer, prepare: PrepareTask, rows: readonly ReportRow[]) {
  const uploads = rows.map((row) => row.upload ?? fail("internal", "a report in a job has its upload"));
  const prepared = await preparer.prepareLeader(prepare, uploads);
  const reports: JobReport[] = [];
  const refused: SettledReport[] = [];
  const verifyInits: VerifyInit[] = [];
  rows.forEach((row, i) => {
    const result = prepared[i] as (typeof prepared)[number];
    if ("error" in result) {
      refused.push(settled(row.id, result));
      return;
    }
    const { metadata, publicShare, helperShare } = Report.decode(uploads[i] as Uint8Array);
    verifyInits.push({ metadata, publicShare, helperShare, payload: result.message });
    reports.push({ id: row.id, state: result.state });
  });
  const request = AggregationJobInitReq.encode({
    verificationKeyId: 0,
    aggregationParameter: nothing,
    extensions: [],
    verifyInits,
  });
  return { job: { key: await crypto.sha256(request), request, reports }, refused };
}

function settled(id: Uint8Array, result: Prepared): SettledReport {
  return "error" in result
    ? { id, state: "rejected", error: ReportError.encode(result.error)[0] as number, outputShare: null }
    : { id, state: "accepted", error: null, outputShare: result.outputShare };
}

/** Takes up to `most` pending reports into a new job, written down. @returns undefined when none is pending. */
export async function nextJob(
  crypto: Crypto,
  store: Store<AggregateRows>,
  preparer: Preparer,
  prepare: PrepareTask,
  most: number,
): Promise<Job | undefined> {
  for (;;) {
    const taken = await store.transaction((rows) => rows.pendingReports(prepare.id, most));
    if (taken.length === 0) return undefined;
    const { job, refused } = await prepareJob(crypto, preparer, prepare, taken);
    const ids = taken.map(({ id }) => id);
    const written = await store.transaction(async (rows) => {
      // Another process may have taken them meanwhile: then none of this happened.
      const states = await rows.reportStates(prepare.id, ids);
      if (states.some((state) => state !== "pending")) return false;
      await rows.settleReports(prepare.id, refused);
      await rows.markAggregating(prepare.id, ids);
      if (job.reports.length > 0)
        await rows.addJob({ task: prepare.id, key: job.key, request: job.request, response: null });
      return true;
    });
    if (written && job.reports.length > 0) return job;
  }
}

/** Jobs that were written down and not answered, ready to be sent again. */
export async function openJobs(
  store: Store<AggregateRows>,
  preparer: Preparer,
  prepare: PrepareTask,
): Promise<readonly Job[]> {
  const rows = await store.transaction((tx) => tx.jobs(prepare.id));
  const jobs: Job[] = [];
  for (const { key, request } of rows) {
    if (request === null) continue;
    const { verifyInits } = AggregationJobInitReq.decode(request);
    const uploads = await store.read(async (tx) => {
      // Another process has recorded its answer meanwhile.
      if ((await tx.job(prepare.id, key)) === undefined) return undefined;
      const found: Uint8Array[] = [];
      for (const { metadata } of verifyInits) {
        const row = await tx.report(prepare.id, metadata.reportId);
        found.push(row?.upload ?? fail("internal", "a report in a job has its upload"));
      }
      return found;
    });
    if (uploads === undefined) continue;
    const prepared = await preparer.prepareLeader(prepare, uploads);
    const reports = verifyInits.map(({ metadata }, i): JobReport => {
      const result = prepared[i] as (typeof prepared)[number];
      return { id: metadata.reportId, state: "error" in result ? undefined : result.state };
    });
    jobs.push({ key, request, reports });
  }
  return jobs;
}

/** Records the helper's answer and ends the job. @throws PacelineError invalid_message when the answer does not fit. */
export async function recordJob(
  store: Store<AggregateRows>,
  prepare: PrepareTask,
  job: Job,
  response: Uint8Array,
): Promise<void> {
  const answers = AggregationJobResp.decode(response);
  const fits =
    answers.length === job.reports.length &&
    answers.every(({ reportId }, i) => equalBytes(reportId, (job.reports[i] as JobReport).id));
  if (!fits) fail("invalid_message", "the helper answered for other reports than it was asked about");
  const finish = leaderFinisher(prepare);
  const outcomes = answers.map((answer, i) => settled(answer.reportId, outcome(finish, job.reports[i], answer)));
  await store.transaction(async (rows) => {
    await rows.settleReports(prepare.id, outcomes);
    await dropWaiting(rows, prepare.id, outcomes);
    await rows.deleteJob(prepare.id, job.key);
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
