import type { AggregateRows, BatchRow, JobRow, ReportRow, ReportState, TaskRow } from "../../aggregate/store.ts";
import { concat, toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { OwnerRow } from "../../ports/owner.ts";
import { pages, type Table } from "./table.ts";

export interface AggregateTables {
  readonly owner: Table<OwnerRow>;
  readonly task: Table<TaskRow>;
  readonly expired: Table<true>;
  readonly report: Table<ReportRow>;
  readonly job: Table<JobRow>;
  readonly batch: Table<BatchRow>;
  readonly spent: Table<true>;
}

const both = (task: Uint8Array, id: Uint8Array) => `${toHex(task)}/${toHex(id)}`;

const jobsOf = (jobs: Table<JobRow>, task: Uint8Array) => {
  const wanted = toHex(task);
  return jobs.values().filter((row) => toHex(row.task) === wanted);
};

type JobRows = Pick<AggregateRows, "job" | "jobs" | "addJob" | "deleteJob" | "batch" | "batches" | "addBatch">;

function jobRows(jobs: Table<JobRow>, batches: Table<BatchRow>): JobRows {
  return {
    job: async (task, key) => jobs.get(both(task, key)),
    jobs: async (task) => jobsOf(jobs, task),
    async addJob(row) {
      invariant(jobs.get(both(row.task, row.key)) === undefined, "a job is written once");
      jobs.put(both(row.task, row.key), row);
    },
    async deleteJob(task, key) {
      jobs.delete(both(task, key));
    },
    batch: async (task) => batches.get(toHex(task)),
    batches: (most) => pages(batches.values(), most),
    async addBatch(row) {
      invariant(batches.get(toHex(row.task)) === undefined, "a task has one batch");
      batches.put(toHex(row.task), row);
    },
  };
}

export function aggregateRows({
  owner: owners,
  task: tasks,
  expired,
  report: reports,
  job: jobs,
  batch: batches,
  spent,
}: AggregateTables): AggregateRows {
  const ofTask = (task: Uint8Array) => {
    const wanted = toHex(task);
    return reports.values().filter((row) => toHex(row.task) === wanted);
  };
  return {
    owner: async () => owners.get(""),
    async setOwner(row) {
      invariant(owners.get("") === undefined, "a store has one owner");
      owners.put("", row);
    },
    task: async (id) => tasks.get(toHex(id)),
    tasks: async () => tasks.values(),
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
      for (const row of ofTask(task)) {
        const state = row.state === "pending" || row.state === "aggregating" ? "rejected" : row.state;
        reports.put(both(row.task, row.id), { ...row, state, upload: null, outputShare: null });
      }
      for (const row of jobsOf(jobs, task)) jobs.delete(both(task, row.key));
    },
    isExpired: async (task) => expired.get(toHex(task)) !== undefined,
    reportCount: async (task, most = Number.POSITIVE_INFINITY) => Math.min(most, ofTask(task).length),
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
    acceptedIds: (task, most) =>
      pages(
        ofTask(task)
          .filter((row) => row.state === "accepted")
          .map((row) => row.id),
        most,
      ),
    outputShares(task, most) {
      const shares = ofTask(task)
        .filter((row) => row.state === "accepted")
        .flatMap(({ outputShare }) => (outputShare === null ? [] : [outputShare]));
      return pages(shares, most);
    },
    async forgetShares(task) {
      for (const row of ofTask(task)) reports.put(both(row.task, row.id), { ...row, upload: null, outputShare: null });
      for (const row of jobsOf(jobs, task)) jobs.delete(both(task, row.key));
    },
    async spendTokens(issuer, names) {
      const keys = names.map((name) => both(issuer, name));
      if (keys.some((key) => spent.get(key) !== undefined)) return false;
      for (const key of keys) spent.put(key, true);
      return true;
    },
    ...jobRows(jobs, batches),
  };
}
