// The leader's aggregation jobs. A job is written down before it is sent and deleted when its answer is recorded, so
// after a crash the same bytes go out again and the helper answers as before: no report is counted twice or lost.

import { toHex } from "../base/bytes.ts";
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
import { finishLeader, type Prepared, type Preparer, type PrepareTask } from "./prepare.ts";
import type { AggregateRows, ReportRow } from "./store.ts";
import type { AggregateTask } from "./task.ts";

export interface Job {
  readonly key: Uint8Array;
  readonly request: Uint8Array;
  /** The leader's states by report id in hex. */
  readonly states: ReadonlyMap<string, Uint8Array>;
}

const nothing = new Uint8Array(0);

async function prepareJob(crypto: Crypto, preparer: Preparer, prepare: PrepareTask, rows: readonly ReportRow[]) {
  const uploads = rows.map((row) => row.upload ?? fail("internal", "a report in a job has its upload"));
  const prepared = await preparer.prepareLeader(prepare, uploads);
  const states = new Map<string, Uint8Array>();
  const refused: ReportRow[] = [];
  const verifyInits: VerifyInit[] = [];
  rows.forEach((row, i) => {
    const result = prepared[i] as (typeof prepared)[number];
    if ("error" in result) {
      refused.push(settled(row, result));
      return;
    }
    const { metadata, publicShare, helperShare } = Report.decode(uploads[i] as Uint8Array);
    verifyInits.push({ metadata, publicShare, helperShare, payload: result.message });
    states.set(toHex(row.id), result.state);
  });
  const request = AggregationJobInitReq.encode({
    verificationKeyId: 0,
    aggregationParameter: nothing,
    extensions: [],
    verifyInits,
  });
  return { job: { key: await crypto.sha256(request), request, states }, refused };
}

function settled(row: ReportRow, result: Prepared): ReportRow {
  return "error" in result
    ? {
        ...row,
        state: "rejected",
        error: ReportError.encode(result.error)[0] as number,
        upload: null,
        outputShare: null,
      }
    : { ...row, state: "accepted", error: null, upload: null, outputShare: result.outputShare };
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
    const written = await store.transaction(async (rows) => {
      // Another process may have taken them meanwhile: then none of this happened.
      for (const row of taken) if ((await rows.report(row.task, row.id))?.state !== "pending") return false;
      for (const row of refused) await rows.setReport(row);
      for (const row of taken)
        if (job.states.has(toHex(row.id))) await rows.setReport({ ...row, state: "aggregating" });
      if (job.states.size > 0)
        await rows.addJob({ task: prepare.id, key: job.key, request: job.request, response: null });
      return true;
    });
    if (written && job.states.size > 0) return job;
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
    const uploads = await store.transaction(async (tx) => {
      const found: Uint8Array[] = [];
      for (const { metadata } of verifyInits) {
        const row = await tx.report(prepare.id, metadata.reportId);
        found.push(row?.upload ?? fail("internal", "a report in a job has its upload"));
      }
      return found;
    });
    const prepared = await preparer.prepareLeader(prepare, uploads);
    const states = new Map<string, Uint8Array>();
    verifyInits.forEach(({ metadata }, i) => {
      const result = prepared[i] as (typeof prepared)[number];
      if (!("error" in result)) states.set(toHex(metadata.reportId), result.state);
    });
    jobs.push({ key, request, states });
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
  const { verifyInits } = AggregationJobInitReq.decode(job.request);
  const answers = AggregationJobResp.decode(response);
  const fits =
    answers.length === verifyInits.length &&
    answers.every((answer, i) => toHex(answer.reportId) === toHex((verifyInits[i] as VerifyInit).metadata.reportId));
  if (!fits) fail("invalid_message", "the helper answered for other reports than it was asked about");
  await store.transaction(async (rows) => {
    for (const answer of answers) {
      const row = await rows.report(prepare.id, answer.reportId);
      if (row?.state !== "aggregating") continue;
      await rows.setReport(settled(row, finish(prepare, job, answer)));
    }
    await rows.deleteJob(prepare.id, job.key);
  });
}

function finish(prepare: PrepareTask, job: Job, answer: VerifyResp): Prepared {
  if (answer.type === "reject") return { error: answer.error };
  const state = job.states.get(toHex(answer.reportId));
  if (answer.type !== "continue" || state === undefined) return { error: "vdaf_verify_error" };
  return finishLeader(prepare, state, answer.payload);
}

export function prepareTaskOf(task: AggregateTask, hpke: PrepareTask["hpke"]): PrepareTask {
  const { tokens } = task.manifest;
  return {
    id: task.dap.id,
    configuration: task.dap.encoded,
    verifyKey: task.row.verifyKey,
    hpke,
    ...(tokens && { tokens }),
  };
}
