import type {
  AggregateRows,
  ApprovalRow,
  BatchRow,
  ClosingRow,
  JobRow,
  ReportRow,
  ReportState,
  StreamRow,
  TaskRow,
  WithdrawalRow,
} from "../../aggregate/store.ts";
import { concat, toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { OwnerRow } from "../../ports/owner.ts";
import { approvalRows, endingRows } from "./approvals.ts";
import { jobRows } from "./jobs.ts";
import { forgetQuotas, type QuotaTables, quotaRows } from "./quotas.ts";
import { spentTokenRows } from "./spent-tokens.ts";
import { both, ofTaskIn, pages, type Table } from "./table.ts";

export interface AggregateTables extends QuotaTables {
  readonly owner: Table<OwnerRow>;
  readonly task: Table<TaskRow>;
  readonly expired: Table<true>;
  readonly report: Table<ReportRow>;
  readonly job: Table<JobRow>;
  readonly drained: Table<number>;
  readonly approval: Table<ApprovalRow>;
  readonly batch: Table<BatchRow>;
  readonly spent: Table<Uint8Array>;
  readonly retired: Table<true>;
  readonly withdrawal: Table<WithdrawalRow>;
  readonly closing: Table<ClosingRow>;
  readonly stream: Table<StreamRow>;
}

type WithdrawalRows = Pick<
  AggregateRows,
  "withdrawal" | "putWithdrawal" | "withdrawals" | "withdrawalCount" | "closing" | "addClosing" | "dropClosing"
>;

function withdrawalRows(withdrawals: Table<WithdrawalRow>, closings: Table<ClosingRow>): WithdrawalRows {
  return {
    withdrawal: async (task, report) => withdrawals.get(both(task, report)),
    async putWithdrawal(row) {
      withdrawals.put(both(row.task, row.report), row);
    },
    async withdrawals(task, state, after, most) {
      const from = after === undefined ? "" : toHex(after);
      return ofTaskIn(withdrawals, task)
        .filter((row) => row.state === state && toHex(row.report) > from)
        .sort((a, b) => (toHex(a.report) < toHex(b.report) ? -1 : 1))
        .slice(0, most);
    },
    withdrawalCount: async (task) => ofTaskIn(withdrawals, task).length,
    closing: async (task) => closings.get(toHex(task)),
    async addClosing(row) {
      invariant(closings.get(toHex(row.task)) === undefined, "a batch is closed once at a time");
      closings.put(toHex(row.task), row);
    },
    async dropClosing(task) {
      closings.delete(toHex(task));
    },
  };
}

const ownerRows = (owners: Table<OwnerRow>): Pick<AggregateRows, "owner" | "setOwner"> => ({
  owner: async () => owners.get(""),
  async setOwner(row) {
    invariant(owners.get("") === undefined, "a store has one owner");
    owners.put("", row);
  },
});

type BatchRows = Pick<AggregateRows, "batch" | "batches" | "addBatch" | "stream" | "streams" | "putStream">;

function batchRows(batches: Table<BatchRow>, streams: Table<StreamRow>): BatchRows {
  return {
    stream: async (task) => streams.get(toHex(task)),
    streams: async () => streams.values(),
    async putStream(row) {
      streams.put(toHex(row.task), row);
    },
    batch: async (task) => batches.get(toHex(task)),
    batches: (most) => pages(batches.values(), most),
    async addBatch(row) {
      invariant(batches.get(toHex(row.task)) === undefined, "a task has one batch");
      batches.put(toHex(row.task), row);
    },
  };
}

function reportCounts(
  ofTask: (task: Uint8Array) => readonly ReportRow[],
): Pick<AggregateRows, "reportCount" | "morePending" | "unsettled" | "tally"> {
  return {
    reportCount: async (task, most = Number.POSITIVE_INFINITY) => Math.min(most, ofTask(task).length),
    morePending: async (task, least) => ofTask(task).filter((row) => row.state === "pending").length > least,
    unsettled: async (task) => ofTask(task).some((row) => row.state === "pending" || row.state === "aggregating"),
    async tally(task) {
      const rows = ofTask(task);
      const count = (state: ReportState) => rows.filter((row) => row.state === state).length;
      return {
        pending: count("pending"),
        aggregating: count("aggregating"),
        accepted: count("accepted"),
        rejected: count("rejected"),
      };
    },
  };
}

function acceptedRows(
  ofTask: (task: Uint8Array) => readonly ReportRow[],
): Pick<AggregateRows, "acceptedIds" | "outputShares"> {
  const accepted = (task: Uint8Array) => ofTask(task).filter((row) => row.state === "accepted");
  return {
    acceptedIds: (task, most) =>
      pages(
        accepted(task).map((row) => row.id),
        most,
      ),
    outputShares(task, most) {
      const shares = accepted(task).flatMap(({ outputShare }) => (outputShare === null ? [] : [outputShare]));
      return pages(shares, most);
    },
  };
}

export function aggregateRows({
  owner: owners,
  task: tasks,
  expired,
  report: reports,
  job: jobs,
  drained,
  approval: approvals,
  batch: batches,
  spent,
  retired,
  withdrawal: withdrawals,
  closing: closings,
  stream: streams,
  ...quotas
}: AggregateTables): AggregateRows {
  const ofTask = (task: Uint8Array) => ofTaskIn(reports, task);
  const forget = (task: Uint8Array) => {
    for (const row of ofTask(task)) reports.put(both(row.task, row.id), { ...row, upload: null, outputShare: null });
    for (const row of ofTaskIn(jobs, task)) jobs.delete(both(task, row.key));
    for (const row of ofTaskIn(withdrawals, task)) withdrawals.delete(both(task, row.report));
    closings.delete(toHex(task));
    forgetQuotas(quotas, task);
  };
  return {
    ...ownerRows(owners),
    task: async (id) => tasks.get(toHex(id)),
    tasks: async () => tasks.values(),
    ...endingRows(tasks),
    ...approvalRows(approvals),
    async addTask(row) {
      if (tasks.get(toHex(row.id)) === undefined) tasks.put(toHex(row.id), row);
    },
    overdueTasks: async (seconds, most) =>
      tasks
        .values()
        .filter(({ id, closes }) => closes < seconds && batches.get(toHex(id)) === undefined)
        .map(({ id }) => id)
        .filter((id) => expired.get(toHex(id)) === undefined)
        .slice(0, most),
    async expireTask(task) {
      expired.put(toHex(task), true);
      forget(task);
      for (const row of ofTask(task))
        if (row.state === "pending" || row.state === "aggregating")
          reports.put(both(row.task, row.id), { ...row, state: "rejected" });
    },
    isExpired: async (task) => expired.get(toHex(task)) !== undefined,
    ...reportCounts(ofTask),
    async addReports(rows) {
      return rows.map((row) => {
        invariant(tasks.get(toHex(row.task)) !== undefined, "a report belongs to a task");
        const key = both(row.task, row.id);
        if (reports.get(key) !== undefined) return false;
        // The caller's bytes may be a view of what it reads into again.
        reports.put(key, { ...row, upload: row.upload && concat(row.upload) });
        return true;
      });
    },
    report: async (task, id) => reports.get(both(task, id)),
    reportStates: async (task, ids) => ids.map((id) => reports.get(both(task, id))?.state),
    pendingReports: async (task, most) =>
      ofTask(task)
        .filter((row) => row.state === "pending")
        .slice(0, most),
    async markAggregating(task, ids) {
      for (const id of ids) {
        const row = reports.get(both(task, id));
        if (row?.state === "pending") reports.put(both(task, id), { ...row, state: "aggregating" });
      }
    },
    async settleReports(task, settled) {
      for (const outcome of settled) {
        const row = reports.get(both(task, outcome.id));
        if (row?.state === "pending" || row?.state === "aggregating")
          reports.put(both(task, row.id), { ...row, ...outcome, upload: null });
      }
    },
    ...acceptedRows(ofTask),
    forgetShares: async (task) => forget(task),
    async dropReport(task, id, error) {
      const row = reports.get(both(task, id));
      if (row?.state === "pending" || row?.state === "accepted")
        reports.put(both(task, id), { ...row, state: "rejected", error, upload: null, outputShare: null });
      return row?.state;
    },
    ...spentTokenRows(spent, retired),
    ...quotaRows(quotas),
    ...withdrawalRows(withdrawals, closings),
    ...jobRows({ jobs, drained, tasks, expired, batches, ofTask }),
    ...batchRows(batches, streams),
  };
}
