// What an aggregator must keep, durably. Leader and helper keep the same kinds of row, each in its own database.
import type { OwnerRows } from "../ports/owner.ts";
import type { QuotaRows } from "./quota-rows.ts";

export type { BucketRow, PlacesRow, QuotaKind, QuotaRows } from "./quota-rows.ts";

/** A task this aggregator takes part in. */
export interface TaskRow {
  /** 32 bytes */
  readonly id: Uint8Array;
  /** The exact manifest bytes. */
  readonly manifest: Uint8Array;
  /** The VDAF verification key, 32 bytes: known to both aggregators, never to devices. */
  readonly verifyKey: Uint8Array;
  /** When devices may send no more, in Unix seconds: the manifest's, or earlier where an operator has ended it. */
  readonly closes: number;
}

export type ApprovalState = "waiting" | "approved" | "refused";

/** A question that waits for the helper's operator, or what that operator has decided. */
export interface ApprovalRow {
  /** Of what is asked, whenever it is: 32 bytes. */
  readonly key: Uint8Array;
  readonly manifest: Uint8Array;
  readonly state: ApprovalState;
  /** When it was last asked for, and decided; milliseconds since 1970. */
  readonly asked: number;
  readonly decided: number | null;
  readonly reason: string | null;
  /** The one task that was signed by this approval. */
  readonly task: Uint8Array | null;
}

/** aggregating: in a job that was written down and whose answer is not recorded yet; rejected: withdrawn ones too. */
export type ReportState = "pending" | "aggregating" | "accepted" | "rejected";

export interface ReportRow {
  readonly task: Uint8Array;
  /** 16 bytes; unique within a task: this table is the replay store. */
  readonly id: Uint8Array;
  readonly state: ReportState;
  /** A DAP ReportError, for a rejected report. */
  readonly error: number | null;
  /** The sealed report as uploaded; the leader keeps it until it is verified. */
  readonly upload: Uint8Array | null;
  /** This aggregator's verified output share; kept until the batch is collected, then deleted. */
  readonly outputShare: Uint8Array | null;
}

/**
 * waiting: the report is not here yet, or in a job; late: it is in the batch that is being collected; applied: it counted here and does
 * no more, and the other aggregator may not know; shared: the other knows, or never counted it.
 */
export type WithdrawalState = "waiting" | "late" | "applied" | "shared";

/** A withdrawal that was shown here. */
export interface WithdrawalRow {
  readonly task: Uint8Array;
  /** 16 bytes */
  readonly report: Uint8Array;
  /** What the report's id is the hash of, for the other aggregator to see for itself: 32 bytes. */
  readonly secret: Uint8Array;
  readonly state: WithdrawalState;
}

/** The reports that the leader asks the helper's share of: until the helper has answered, they stay the same. */
export interface ClosingRow {
  readonly task: Uint8Array;
  readonly count: number;
  readonly checksum: Uint8Array;
}

/** What became of a report that was verified or refused. */
export interface SettledReport {
  readonly id: Uint8Array;
  readonly state: "accepted" | "rejected";
  /** A DAP ReportError, for a rejected report. */
  readonly error: number | null;
  /** Of an accepted report. */
  readonly outputShare: Uint8Array | null;
}

/** The collected batch of a task. Its presence means: collected, noise drawn, never again. */
export interface BatchRow {
  readonly task: Uint8Array;
  readonly count: number;
  /** XOR of SHA-256(report id) over the batch. */
  readonly checksum: Uint8Array;
  /** This aggregator's mapped and noised share. */
  readonly noisedShare: Uint8Array;
}

/** This aggregator's noise of a training that is correlated over its rounds, between two of them. */
export interface StreamRow {
  /** 32 bytes: what its debit is kept under, too. */
  readonly task: Uint8Array;
  /** The next round, from 0 on. */
  readonly round: number;
  /** Unix seconds: no round takes reports from then on. */
  readonly until: number;
  /** Encoded shares of the last rounds' sums (share-stream.ts); null when no round of it will need them. */
  readonly state: Uint8Array | null;
}

/** An aggregation job: what the leader sends, or what the helper answers. One process works on it at a time (jobs.ts). */
export interface JobRow {
  readonly task: Uint8Array;
  /** SHA-256: at the helper of the request, at the leader of its reports' ids. */
  readonly key: Uint8Array;
  /** The leader's reports, 16 bytes each, until the request names them. */
  readonly reports: Uint8Array | null;
  /**
   * The leader keeps the request until the answer is recorded, so that it can send the same bytes again; a helper until it is answered, where
   * workers are to answer it.
   */
  readonly request: Uint8Array | null;
  /** The helper keeps its answer, so that the same request gets the same bytes. */
  readonly response: Uint8Array | null;
  /** When it was taken in, in milliseconds since 1970. */
  readonly at: number;
  /** Until then nobody but its present holder works on it, in milliseconds since 1970; 0: nobody has it, whoever had it gave it up. */
  readonly until: number;
  /** How often somebody began to work on it. Who began last holds it: what an earlier holder writes is not taken. */
  readonly tries: number;
  /** Since it failed, it is left alone until then, in milliseconds since 1970. */
  readonly resting: number;
  /** How often it failed by something that does not pass by itself. */
  readonly faults: number;
  /** The code of what it failed by last, where nobody works on it any more until its operator says so (failing.ts). */
  readonly parked: string | null;
}

export type Lease = Pick<JobRow, "until" | "tries">;
export type JobName = Pick<JobRow, "task" | "key">;

export interface ParkedJobs {
  readonly code: string;
  readonly jobs: number;
}

export interface Tally {
  readonly pending: number;
  readonly aggregating: number;
  readonly accepted: number;
  readonly rejected: number;
}

/** What waits and what was done, for an operator. */
export interface Workload {
  readonly jobs: number;
  /** When the oldest of them was taken in, milliseconds since 1970; null when there is none. */
  readonly oldestJobAt: number | null;
  readonly mostTries: number;
  /** Of `jobs`, those that are parked. */
  readonly parkedJobs: number;
  readonly pendingReports: number;
  readonly tasks: Readonly<Record<"open" | "closed" | "collected" | "expired", number>>;
}

/** Tokens that were spent, by the SHA-256 of their issuer's key. */
export interface SpentTokenRows {
  /**
   * Marks tokens as spent. @returns false, and nothing changes, when one of them is, or their issuer is retired
   * @param names 16 bytes each
   */
  spendTokens(issuer: Uint8Array, names: readonly Uint8Array[]): Promise<boolean>;
  /** The issuers that tokens were spent of. */
  spentIssuers(): Promise<readonly Uint8Array[]>;
  /** None of the issuer's tokens pays for anything any more, for good. */
  retireIssuer(issuer: Uint8Array): Promise<void>;
  isRetired(issuer: Uint8Array): Promise<boolean>;
  /** Deletes what is known of spent tokens. @returns how many, at most `most` */
  forgetSpent(issuer: Uint8Array, most: number): Promise<number>;
}

/** Jobs, who works on them, and which tasks there is work of. */
export interface JobRows {
  job(task: Uint8Array, key: Uint8Array): Promise<JobRow | undefined>;
  jobs(task: Uint8Array): Promise<readonly JobRow[]>;
  /** Fails (and with it the transaction) when the job is there. */
  addJob(row: JobRow): Promise<void>;
  /** Changes what is worked with; nothing when the job is not there. */
  putJob(row: JobRow): Promise<void>;
  leaseJob(name: JobName, lease: Lease): Promise<void>;
  /** Gives a job up after it failed: nobody holds it any more. */
  faultJob(name: JobName, after: Pick<JobRow, "resting" | "faults" | "parked">): Promise<void>;
  /** Has the parked jobs of a task worked on again. @returns how many */
  unparkJobs(task: Uint8Array): Promise<number>;
  /** How many of a task are parked, by code. */
  parkedJobs(task: Uint8Array): Promise<readonly ParkedJobs[]>;
  deleteJob(task: Uint8Array, key: Uint8Array): Promise<void>;
  /** Jobs without an answer whose content is known, that nobody holds and that are not parked, at `now` (milliseconds), oldest first; of one task, or of all. @param restingToo those that failed a moment ago too */
  idleJobs(now: number, most: number, task?: Uint8Array, restingToo?: boolean): Promise<readonly JobName[]>;
  /** Tasks without a batch that have more than `least` pending reports, or any while they are drained. */
  waitingTasks(least: number, now: number): Promise<readonly Uint8Array[]>;
  /** Costs as much as reports are pending. @param now Unix seconds */
  workload(now: number): Promise<Workload>;
  /** Until then (milliseconds) whatever is pending of a task is verified, however little: it is being collected. */
  drain(task: Uint8Array, until: number): Promise<void>;
  drainedUntil(task: Uint8Array): Promise<number>;
}

export interface AggregateRows extends OwnerRows, JobRows, SpentTokenRows, QuotaRows {
  task(id: Uint8Array): Promise<TaskRow | undefined>;
  tasks(): Promise<readonly TaskRow[]>;
  /** Those that close last, at most `most`. */
  lastTasks(most: number): Promise<readonly TaskRow[]>;
  /** Without its manifest. */
  closesOf(id: Uint8Array): Promise<number | undefined>;
  /** Devices may send no more from `seconds` on, or from earlier where that is so already. */
  endTask(id: Uint8Array, seconds: number): Promise<void>;
  /** Inserts, or changes nothing when the task is there. */
  addTask(row: TaskRow): Promise<void>;
  /** Tasks that closed before `seconds`, were never collected and have not expired; at most `most`. */
  overdueTasks(seconds: number, most: number): Promise<readonly Uint8Array[]>;
  /** As forgetShares, and ends the reports that are not verified: the task can never be collected then. */
  expireTask(task: Uint8Array): Promise<void>;
  isExpired(task: Uint8Array): Promise<boolean>;

  /** @returns for each row whether it was added; nothing changes for one whose id its task has already. */
  addReports(rows: readonly ReportRow[]): Promise<readonly boolean[]>;
  report(task: Uint8Array, id: Uint8Array): Promise<ReportRow | undefined>;
  /** In the order of the ids; undefined where there is no such report. */
  reportStates(task: Uint8Array, ids: readonly Uint8Array[]): Promise<readonly (ReportState | undefined)[]>;
  /** Pending reports in order of arrival. */
  pendingReports(task: Uint8Array, most: number): Promise<readonly ReportRow[]>;
  /** Those of them that are pending are in a job from now on. */
  markAggregating(task: Uint8Array, ids: readonly Uint8Array[]): Promise<void>;
  /** Ends the verification of those that are pending or aggregating, and deletes their uploads; all others stay as they are. */
  settleReports(task: Uint8Array, settled: readonly SettledReport[]): Promise<void>;
  /** Whether more than `least` reports are pending: costs as much as `least`, not as what is stored. */
  morePending(task: Uint8Array, least: number): Promise<boolean>;
  /** Whether a report is pending or aggregating. */
  unsettled(task: Uint8Array): Promise<boolean>;
  /** How many there are, in whatever state, and no more than `most`: counts them, and stops there. */
  reportCount(task: Uint8Array, most?: number): Promise<number>;
  /** Counts all of them. */
  tally(task: Uint8Array): Promise<Tally>;
  /** The ids of the accepted reports, at most `most` at a time: what both aggregators agree on, without a share being read. */
  acceptedIds(task: Uint8Array, most: number): AsyncIterable<readonly Uint8Array[]>;
  /** The output shares of the accepted reports, at most `most` at a time: a page is there until the next one is asked for. */
  outputShares(task: Uint8Array, most: number): AsyncIterable<readonly Uint8Array[]>;
  /** Deletes uploads and output shares of a task, its jobs, what is about withdrawals and buckets; ids stay, as the replay store. */
  forgetShares(task: Uint8Array): Promise<void>;

  /** Rejects a report that is pending or accepted, and deletes its bytes. @returns the state it had, whatever it was */
  dropReport(task: Uint8Array, id: Uint8Array, error: number): Promise<ReportState | undefined>;
  withdrawal(task: Uint8Array, report: Uint8Array): Promise<WithdrawalRow | undefined>;
  /** Inserts, or overwrites the state. */
  putWithdrawal(row: WithdrawalRow): Promise<void>;
  /** Those of a task in one state, in order of their reports' ids, `after` one of these, at most `most`. */
  withdrawals(
    task: Uint8Array,
    state: WithdrawalState,
    after: Uint8Array | undefined,
    most: number,
  ): Promise<readonly WithdrawalRow[]>;
  withdrawalCount(task: Uint8Array): Promise<number>;
  closing(task: Uint8Array): Promise<ClosingRow | undefined>;
  /** Fails (and with it the transaction) when there is one. */
  addClosing(row: ClosingRow): Promise<void>;
  dropClosing(task: Uint8Array): Promise<void>;

  approval(key: Uint8Array): Promise<ApprovalRow | undefined>;
  approvalOfTask(task: Uint8Array): Promise<ApprovalRow | undefined>;
  /** As they were last asked for, the newest first. */
  approvals(): Promise<readonly ApprovalRow[]>;
  putApproval(row: ApprovalRow): Promise<void>;
  dropApproval(key: Uint8Array): Promise<void>;

  batch(task: Uint8Array): Promise<BatchRow | undefined>;
  /** All of them, at most `most` at a time. */
  batches(most: number): AsyncIterable<readonly BatchRow[]>;
  /** Fails (and with it the transaction) when the task has a batch. */
  addBatch(row: BatchRow): Promise<void>;

  stream(task: Uint8Array): Promise<StreamRow | undefined>;
  streams(): Promise<readonly StreamRow[]>;
  /** Inserts, or overwrites. */
  putStream(row: StreamRow): Promise<void>;
}
