import type { BatchRow, JobRow, JobRows, ReportRow, TaskRow } from "../../aggregate/store.ts";
import { toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import { both, ofTaskIn, type Table } from "./table.ts";

interface JobTables {
  readonly jobs: Table<JobRow>;
  readonly drained: Table<number>;
  readonly tasks: Table<TaskRow>;
  readonly expired: Table<true>;
  readonly batches: Table<BatchRow>;
  ofTask(task: Uint8Array): readonly ReportRow[];
}

export function jobRows({ jobs, drained, tasks, expired, batches, ofTask }: JobTables): JobRows {
  const change = (task: Uint8Array, key: Uint8Array, changed: Partial<JobRow>) => {
    const row = jobs.get(both(task, key));
    if (row !== undefined) jobs.put(both(task, key), { ...row, ...changed });
  };
  const drainedUntil = (task: Uint8Array) => drained.get(toHex(task)) ?? 0;
  return {
    job: async (task, key) => jobs.get(both(task, key)),
    jobs: async (task) => ofTaskIn(jobs, task),
    async addJob(row) {
      invariant(jobs.get(both(row.task, row.key)) === undefined, "a job is written once");
      jobs.put(both(row.task, row.key), row);
    },
    putJob: async ({ task, key, at: _, ...changed }) => change(task, key, changed),
    faultJob: async ({ task, key }, { resting, faults, parked }) =>
      change(task, key, { until: 0, resting, faults, parked }),
    async unparkJobs(task) {
      const found = ofTaskIn(jobs, task).filter(({ parked }) => parked !== null);
      for (const { key } of found) change(task, key, { resting: 0, faults: 0, parked: null });
      return found.length;
    },
    async parkedJobs(task) {
      const codes = ofTaskIn(jobs, task).flatMap(({ parked }) => parked ?? []);
      return [...Map.groupBy(codes, (code) => code)]
        .map(([code, some]) => ({ code, jobs: some.length }))
        .sort((a, b) => (a.code < b.code ? -1 : 1));
    },
    leaseJob: async ({ task, key }, { until, tries }) => change(task, key, { until, tries }),
    async deleteJob(task, key) {
      jobs.delete(both(task, key));
    },
    idleJobs: async (now, most, task, restingToo = false) =>
      (task === undefined ? jobs.values() : ofTaskIn(jobs, task))
        .filter(
          (row) =>
            row.response === null &&
            row.parked === null &&
            (row.request !== null || row.reports !== null) &&
            row.until <= now &&
            (restingToo || row.resting <= now),
        )
        .sort((a, b) => a.at - b.at || (toHex(a.key) < toHex(b.key) ? -1 : 1))
        .slice(0, most)
        .map(({ task, key }) => ({ task, key })),
    async waitingTasks(least, now) {
      const open = tasks
        .values()
        .filter(({ id }) => expired.get(toHex(id)) === undefined && batches.get(toHex(id)) === undefined);
      const found = open.filter(({ id }) => {
        const pending = ofTask(id).filter(({ state }) => state === "pending").length;
        return pending > (drainedUntil(id) > now ? 0 : least);
      });
      return found.toSorted((a, b) => a.closes - b.closes).map(({ id }) => id);
    },
    async workload(now) {
      const unanswered = jobs.values().filter(({ response }) => response === null);
      const states = tasks.values().map(({ id, closes }) => {
        if (batches.get(toHex(id)) !== undefined) return "collected";
        if (expired.get(toHex(id)) !== undefined) return "expired";
        return closes > now ? "open" : "closed";
      });
      const count = (state: string) => states.filter((one) => one === state).length;
      return {
        jobs: unanswered.length,
        oldestJobAt: unanswered.length === 0 ? null : Math.min(...unanswered.map(({ at }) => at)),
        parkedJobs: unanswered.filter(({ parked }) => parked !== null).length,
        mostTries: Math.max(0, ...unanswered.map(({ tries }) => tries)),
        pendingReports: tasks.values().flatMap(({ id }) => ofTask(id).filter(({ state }) => state === "pending"))
          .length,
        tasks: {
          ...{ open: count("open"), closed: count("closed") },
          ...{ collected: count("collected"), expired: count("expired") },
        },
      };
    },
    async drain(task, until) {
      drained.put(toHex(task), until);
    },
    drainedUntil: async (task) => drainedUntil(task),
  };
}
