import type { JobRow, JobRows, Workload } from "../../aggregate/store.ts";
import type { Sql, Tables } from "./tables.ts";

const jobOf = (row: Tables["job"]): JobRow => ({
  ...row,
  at: Number(row.at),
  until: Number(row.until),
  tries: Number(row.tries),
  resting: Number(row.resting),
  faults: Number(row.faults),
});

export function jobRows(trx: Sql): JobRows {
  return {
    async job(task, key) {
      const found = trx.selectFrom("job").selectAll().where("task", "=", task).where("key", "=", key);
      const row = await found.executeTakeFirst();
      return row && jobOf(row);
    },
    async jobs(task) {
      const rows = await trx.selectFrom("job").selectAll().where("task", "=", task).orderBy("key").execute();
      return rows.map(jobOf);
    },
    async addJob(row) {
      await trx.insertInto("job").values(row).execute();
    },
    async putJob({ task, key, at: _, ...row }) {
      await trx.updateTable("job").set(row).where("task", "=", task).where("key", "=", key).execute();
    },
    async leaseJob({ task, key }, { until, tries }) {
      await trx.updateTable("job").set({ until, tries }).where("task", "=", task).where("key", "=", key).execute();
    },
    async faultJob({ task, key }, { resting, faults, parked }) {
      const after = { until: 0, resting, faults, parked };
      await trx.updateTable("job").set(after).where("task", "=", task).where("key", "=", key).execute();
    },
    async unparkJobs(task) {
      const { numUpdatedRows } = await trx
        .updateTable("job")
        .set({ resting: 0, faults: 0, parked: null })
        .where("task", "=", task)
        .where("parked", "is not", null)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async parkedJobs(task) {
      const rows = await trx
        .selectFrom("job")
        .select((e) => ["parked", e.fn.countAll<bigint>().as("jobs")])
        .where("task", "=", task)
        .where("parked", "is not", null)
        .groupBy("parked")
        .orderBy("parked")
        .execute();
      return rows.map(({ parked, jobs }) => ({ code: parked ?? "", jobs: Number(jobs) }));
    },
    async deleteJob(task, key) {
      await trx.deleteFrom("job").where("task", "=", task).where("key", "=", key).execute();
    },
    async idleJobs(now, most, task, restingToo = false) {
      let idle = trx.selectFrom("job").select(["task", "key"]).where("response", "is", null).where("until", "<=", now);
      idle = idle.where("parked", "is", null);
      idle = idle.where(({ or, eb }) => or([eb("request", "is not", null), eb("reports", "is not", null)]));
      if (!restingToo) idle = idle.where("resting", "<=", now);
      if (task !== undefined) idle = idle.where("task", "=", task);
      return await idle.orderBy("at").orderBy("key").limit(most).execute();
    },
    async waitingTasks(least, now) {
      const rows = await trx
        .selectFrom("task")
        .select("id")
        .where("expired", "=", 0)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("batch").select("count").whereRef("batch.task", "=", "task.id"))),
        )
        .where(({ or, and, eb, exists, selectFrom }) => {
          const pending = (offset: number) =>
            exists(
              selectFrom("report")
                .select("report.seq")
                .whereRef("report.task", "=", "task.id")
                .where("report.state", "=", "pending")
                .orderBy("report.seq")
                .limit(1)
                .offset(offset),
            );
          return or([pending(least), and([eb("draining", ">", now), pending(0)])]);
        })
        .orderBy("closes")
        .execute();
      return rows.map(({ id }) => id);
    },
    workload: (now) => workload(trx, now),
    async drain(task, until) {
      await trx.updateTable("task").set({ draining: until }).where("id", "=", task).execute();
    },
    async drainedUntil(task) {
      const row = await trx.selectFrom("task").select("draining").where("id", "=", task).executeTakeFirst();
      return Number(row?.draining ?? 0);
    },
  };
}

async function workload(trx: Sql, now: number): Promise<Workload> {
  const jobs = await trx
    .selectFrom("job")
    .select((e) => [
      e.fn.countAll<bigint>().as("count"),
      e.fn.min("at").as("at"),
      e.fn.max("tries").as("tries"),
      e.fn.count<bigint>("parked").as("parked"),
    ])
    .where("response", "is", null)
    .executeTakeFirstOrThrow();
  const pending = await trx
    .selectFrom("report")
    .innerJoin("task", "task.id", "report.task")
    .select((e) => e.fn.countAll<bigint>().as("count"))
    .where("task.expired", "=", 0)
    .where("report.state", "=", "pending")
    .executeTakeFirstOrThrow();
  const tasks = await trx
    .selectFrom("task")
    .leftJoin("batch", "batch.task", "task.id")
    .select((e) => [
      e.fn.countAll<bigint>().as("all"),
      e.fn.count<bigint>("batch.task").as("collected"),
      e.fn.sum<bigint>("task.expired").as("expired"),
      e.fn
        .countAll<bigint>()
        .filterWhere((where) =>
          where.and([where("task.closes", ">", now), where("task.expired", "=", 0), where("batch.task", "is", null)]),
        )
        .as("open"),
    ])
    .executeTakeFirstOrThrow();
  const [all, open, collected] = [Number(tasks.all), Number(tasks.open), Number(tasks.collected)];
  const expired = Number(tasks.expired ?? 0);
  return {
    jobs: Number(jobs.count),
    oldestJobAt: jobs.at === null ? null : Number(jobs.at),
    parkedJobs: Number(jobs.parked),
    mostTries: Number(jobs.tries ?? 0),
    pendingReports: Number(pending.count),
    tasks: { open, closed: all - open - collected - expired, collected, expired },
  };
}
