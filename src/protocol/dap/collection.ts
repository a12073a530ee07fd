// Collection (draft-ietf-ppm-dap-18 sections 4.6 and 5): what the collector asks for, what the leader asks of the
// helper, and the sealed aggregate shares.
import { BatchId, BatchMode, type Extension, Interval, readExtensions, TaskId, writeExtensions } from "./basics.ts";
import { HpkeCiphertext } from "./hpke-config.ts";
import { message, writeExactly } from "./message.ts";
import { TaskConfiguration } from "./task-configuration.ts";

const nothing = new Uint8Array(0);
const checksumBytes = 32;

/** What the collector wants: an interval, or whichever batch the leader closes next. */
export type Query =
  | { readonly mode: "time-interval"; readonly interval: Interval }
  | { readonly mode: "leader-selected" };
export const Query = message<Query>(
  "Query",
  (out, query) => {
    BatchMode.write(out, query.mode);
    out.opaque16(query.mode === "time-interval" ? Interval.encode(query.interval) : nothing);
  },
  (from) => {
    const mode = BatchMode.read(from);
    const config = from.inner(from.opaque16());
    const query: Query = mode === "time-interval" ? { mode, interval: Interval.read(config) } : { mode };
    config.end();
    return query;
  },
);

/** The batch itself, as leader and helper name it. */
export type BatchSelector =
  | { readonly mode: "time-interval"; readonly interval: Interval }
  | { readonly mode: "leader-selected"; readonly batchId: Uint8Array };
export const BatchSelector = message<BatchSelector>(
  "BatchSelector",
  (out, batch) => {
    BatchMode.write(out, batch.mode);
    out.opaque16(batch.mode === "time-interval" ? Interval.encode(batch.interval) : BatchId.encode(batch.batchId));
  },
  (from) => {
    const mode = BatchMode.read(from);
    const config = from.inner(from.opaque16());
    const batch: BatchSelector =
      mode === "time-interval" ? { mode, interval: Interval.read(config) } : { mode, batchId: BatchId.read(config) };
    config.end();
    return batch;
  },
);

export interface CollectionJobReq {
  readonly query: Query;
  /** Empty for Prio3. */
  readonly aggregationParameter: Uint8Array;
  readonly extensions: readonly Extension[];
}
export const CollectionJobReq = message<CollectionJobReq>(
  "CollectionJobReq",
  (out, { query, aggregationParameter, extensions }) => {
    Query.write(out, query);
    out.opaque32(aggregationParameter);
    writeExtensions(out, extensions);
  },
  (from) => ({ query: Query.read(from), aggregationParameter: from.opaque32(), extensions: readExtensions(from) }),
);

export interface CollectionJobResp {
  readonly reportCount: bigint;
  /** The smallest interval that holds all reports of the batch. */
  readonly interval: Interval;
  readonly leaderShare: HpkeCiphertext;
  readonly helperShare: HpkeCiphertext;
}
export const CollectionJobResp = message<CollectionJobResp>(
  "CollectionJobResp",
  (out, { reportCount, interval, leaderShare, helperShare }) => {
    Interval.write(out.u64(reportCount), interval);
    HpkeCiphertext.write(out, leaderShare);
    HpkeCiphertext.write(out, helperShare);
  },
  (from) => ({
    reportCount: from.u64(),
    interval: Interval.read(from),
    leaderShare: HpkeCiphertext.read(from),
    helperShare: HpkeCiphertext.read(from),
  }),
);

export interface AggregateShareReq {
  readonly job: CollectionJobReq;
  readonly batch: BatchSelector;
  readonly reportCount: bigint;
  /** XOR of the SHA-256 of the report ids, 32 bytes. */
  readonly checksum: Uint8Array;
}
export const AggregateShareReq = message<AggregateShareReq>(
  "AggregateShareReq",
  (out, { job, batch, reportCount, checksum }) => {
    CollectionJobReq.write(out, job);
    BatchSelector.write(out, batch);
    writeExactly(out.u64(reportCount), checksum, checksumBytes, "checksum");
  },
  (from) => ({
    job: CollectionJobReq.read(from),
    batch: BatchSelector.read(from),
    reportCount: from.u64(),
    checksum: from.fixed(checksumBytes),
  }),
);

/** The helper's answer: its aggregate share, sealed for the collector. */
export const AggregateShare = message<HpkeCiphertext>("AggregateShare", HpkeCiphertext.write, HpkeCiphertext.read);

/** What is authenticated with an aggregate share. */
export interface AggregateShareAad {
  readonly taskId: Uint8Array;
  readonly task: TaskConfiguration;
  readonly job: CollectionJobReq;
}
export const AggregateShareAad = message<AggregateShareAad>(
  "AggregateShareAad",
  (out, { taskId, task, job }) => {
    TaskId.write(out, taskId);
    TaskConfiguration.write(out, task);
    CollectionJobReq.write(out, job);
  },
  (from) => ({ taskId: TaskId.read(from), task: TaskConfiguration.read(from), job: CollectionJobReq.read(from) }),
);
