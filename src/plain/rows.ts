// The rows of a plain aggregator, by name: a letter for the kind, the task, and what tells the rows of a kind apart.
import { toHex } from "../base/bytes.ts";
import { Interval, ReportError, type SaidReportError } from "../protocol/dap/basics.ts";
import { message } from "../protocol/dap/message.ts";

export const REPORT_STATES = ["pending", "aggregating", "accepted", "rejected"] as const;

export interface ReportRow {
  readonly state: (typeof REPORT_STATES)[number];
  /** Why it was rejected; 0 otherwise. */
  readonly error: SaidReportError;
  /** In units of the task. */
  readonly time: bigint;
  /** The report as it came, until it is verified. */
  readonly upload: Uint8Array;
}
export const ReportRow = message<ReportRow>(
  "report row",
  (out, { state, error, time, upload }) => {
    ReportError.write(out.u8(REPORT_STATES.indexOf(state)), error);
    out.u64(time).opaque32(upload);
  },
  (from) => ({
    state: REPORT_STATES[from.u8()] as ReportRow["state"],
    error: ReportError.read(from),
    time: from.u64(),
    upload: from.opaque32(),
  }),
);

/** What is added up of the reports of one time unit, or of one batch of the leader's choice. */
export interface BucketRow {
  readonly count: bigint;
  /** XOR of the SHA-256 of the ids, 32 bytes. */
  readonly checksum: Uint8Array;
  /** The sum of output shares. */
  readonly share: Uint8Array;
  /** The times of its reports lie in it. */
  readonly interval: Interval;
}
export const BucketRow = message<BucketRow>(
  "bucket row",
  (out, { count, checksum, share, interval }) =>
    Interval.write(out.u64(count).fixed(checksum).opaque32(share), interval),
  (from) => ({ count: from.u64(), checksum: from.fixed(32), share: from.opaque32(), interval: Interval.read(from) }),
);

/** A job of the leader's that was written down and is not recorded yet. */
export interface LeaderJobRow {
  /** Where it is created, for peers that have the caller choose. */
  readonly id: Uint8Array;
  /** Which of the task's verification keys. */
  readonly keyIndex: number;
  readonly request: Uint8Array;
}
export const LeaderJobRow = message<LeaderJobRow>(
  "leader job row",
  (out, { id, keyIndex, request }) => out.opaque8(id).u8(keyIndex).opaque32(request),
  (from) => ({ id: from.opaque8(), keyIndex: from.u8(), request: from.opaque32() }),
);

/** Something that was created here: its request, until it is answered; then its answer. */
export interface CreatedRow {
  /** SHA-256 of the request. */
  readonly digest: Uint8Array;
  readonly request: Uint8Array;
  /** Empty while there is none. */
  readonly response: Uint8Array;
  /** A problem of DAP and its text, in place of a response. */
  readonly failure: string;
  /** Of a collection job: which batch it became. */
  readonly batch: Uint8Array;
  /** Whether the answer was read. */
  readonly delivered: boolean;
}
export const CreatedRow = message<CreatedRow>(
  "created row",
  (out, { digest, request, response, failure, batch, delivered }) =>
    out
      .fixed(digest)
      .opaque32(request)
      .opaque32(response)
      .opaque16(Uint8Array.from(failure, (c) => c.charCodeAt(0) & 0x7f))
      .opaque16(batch)
      .u8(Number(delivered)),
  (from) => ({
    digest: from.fixed(32),
    request: from.opaque32(),
    response: from.opaque32(),
    failure: String.fromCharCode(...from.opaque16()),
    batch: from.opaque16(),
    delivered: from.u8() === 1,
  }),
);

/** From which unit of time on reports are taken: what is older was forgotten. */
export const KeptRow = message<{ readonly from: bigint }>(
  "kept row",
  (out, { from }) => void out.u64(from),
  (from) => ({ from: from.u64() }),
);

/** How a job of the leader's has failed so far. */
export interface FailureRow {
  /** Times in a row, by whatever. */
  readonly failures: number;
  /** Times by something that does not pass by itself. */
  readonly faults: number;
  /** When it is tried again, in Unix milliseconds. */
  readonly next: bigint;
  /** It is not, until the process is started anew. */
  readonly parked: boolean;
}
export const FailureRow = message<FailureRow>(
  "failure row",
  (out, { failures, faults, next, parked }) => out.u16(failures).u16(faults).u64(next).u8(Number(parked)),
  (from) => ({ failures: from.u16(), faults: from.u16(), next: from.u64(), parked: from.u8() === 1 }),
);

/** Tokens that are left of a task's rate, and since when more have come, in Unix milliseconds. */
export const RateRow = message<{ readonly left: number; readonly at: number }>(
  "rate row",
  (out, { left, at }) => void out.u64(BigInt(left)).u64(BigInt(at)),
  (from) => ({ left: Number(from.u64()), at: Number(from.u64()) }),
);

const hex16 = (n: bigint) => n.toString(16).padStart(16, "0");

/** Names of rows. `task` is base64url, which no separator is in. */
export const keys = {
  task: (task: string) => `t/${task}`,
  reports: (task: string) => `r/${task}/`,
  report: (task: string, id: Uint8Array) => `r/${task}/${toHex(id)}`,
  /** By key index and time, so that an interval's are found together. */
  pending: (task: string) => `p/${task}/`,
  pendingOf: (task: string, keyIndex: number) => `p/${task}/${String(keyIndex).padStart(3, "0")}/`,
  pendingReport: (task: string, keyIndex: number, id: Uint8Array) =>
    `p/${task}/${String(keyIndex).padStart(3, "0")}/${toHex(id)}`,
  buckets: (task: string) => `b/${task}/`,
  timeBucket: (task: string, time: bigint) => `b/${task}/${hex16(time)}`,
  batchBucket: (task: string, batch: Uint8Array) => `b/${task}/${toHex(batch)}`,
  leaderJobs: (task: string) => `j/${task}/`,
  leaderJob: (task: string, digest: Uint8Array) => `j/${task}/${toHex(digest)}`,
  helperJob: (task: string, id: Uint8Array) => `h/${task}/${toHex(id)}`,
  waitingJobs: (task: string) => `w/${task}/`,
  waitingJob: (task: string, id: Uint8Array) => `w/${task}/${toHex(id)}`,
  collections: (task: string) => `c/${task}/`,
  collection: (task: string, id: Uint8Array) => `c/${task}/${toHex(id)}`,
  openCollections: (task: string) => `o/${task}/`,
  openCollection: (task: string, id: Uint8Array) => `o/${task}/${toHex(id)}`,
  share: (task: string, id: Uint8Array) => `s/${task}/${toHex(id)}`,
  /** Intervals and batches that were collected, or are being. */
  collectedIntervals: (task: string) => `x/${task}/`,
  collectedInterval: (task: string, { start, duration }: Interval) =>
    `x/${task}/${hex16(start)}-${hex16(start + duration)}`,
  collectedBatch: (task: string, batch: Uint8Array) => `y/${task}/${toHex(batch)}`,
  /** The batch that the leader fills, and those that are full and wait for a collection. */
  fillingBatch: (task: string) => `f/${task}`,
  fullBatches: (task: string) => `g/${task}/`,
  fullBatch: (task: string, batch: Uint8Array) => `g/${task}/${toHex(batch)}`,
  kept: (task: string) => `m/${task}`,
  rate: (task: string) => `l/${task}`,
  /** By time, so that what is old is found together. */
  allDue: (task: string) => `e/${task}/`,
  due: (task: string, seconds: bigint, row: string) =>
    `e/${task}/${hex16(seconds)}/${row[0]}/${row.slice(task.length + 3)}`,
  dueBefore: (task: string, seconds: bigint) => `e/${task}/${hex16(seconds)}`,
  failures: (task: string) => `d/${task}/`,
  failureOf: (leaderJob: string) => leaderJob.replace(/^j/, "d"),
};

/** The row that a key of `keys.due` is about. */
export function rowOfDue(key: string): string {
  const [, task, , kind, rest] = key.split("/");
  return `${kind}/${task}/${rest}`;
}

/** The interval of such a key. */
export function intervalOfKey(key: string): Interval {
  const [start, end] = (key.split("/")[2] ?? "").split("-").map((text) => BigInt(`0x${text}`)) as [bigint, bigint];
  return { start, duration: end - start };
}
