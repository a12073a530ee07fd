import type { AggregateRows, BatchRow, ReportRow, ReportState, Tally, TaskRow } from "../../aggregate/store.ts";
import type { OwnerRow } from "../../ports/owner.ts";
import { approvalRows } from "./approvals.ts";
import { jobRows } from "./jobs.ts";
import { quotaRows } from "./quotas.ts";
import { spentTokenRows } from "./spent-tokens.ts";
import { streamRows } from "./streams.ts";
import type { Sql } from "./tables.ts";
import { withdrawalRows } from "./withdrawals.ts";

export type { ReportRow, ReportState };

/** What each database does in its own way: reports come by the thousand. */
export type ReportRows = Pick<
  AggregateRows,
  | "addReports"
  | "report"
  | "reportStates"
  | "pendingReports"
  | "markAggregating"
  | "settleReports"
  | "acceptedIds"
  | "outputShares"
  | "dropReport"
  | "forgetShares"
> &
  // Asked in every transaction that takes reports.
  Partial<Pick<AggregateRows, "holdsPlaces">>;

/** As its tables hold them: output shares with the ids of their reports, by which they are sealed. */
export type StoredReports = Omit<ReportRows, "outputShares"> & {
  outputShares(
    task: Uint8Array,
    most: number,
  ): AsyncIterable<readonly { readonly id: Uint8Array; readonly bytes: Uint8Array }[]>;
};

function tallyOf(rows: readonly { state: string; count: bigint }[]): Tally {
  const count = (state: ReportState) => Number(rows.find((row) => row.state === state)?.count ?? 0n);
  return {
    pending: count("pending"),
    aggregating: count("aggregating"),
    accepted: count("accepted"),
    rejected: count("rejected"),
  };
}

function reportCounts(trx: Sql): Pick<AggregateRows, "morePending" | "unsettled" | "reportCount" | "tally"> {
  return {
    async reportCount(task, most = Number.MAX_SAFE_INTEGER) {
      const row = await trx
        .selectFrom((e) => e.selectFrom("report").select("seq").where("task", "=", task).limit(most).as("some"))
        .select((e) => e.fn.countAll<bigint>().as("count"))
        .executeTakeFirst();
      return Number(row?.count ?? 0n);
    },
    async morePending(task, least) {
      const one = await trx
        .selectFrom("report")
        .select("seq")
        .where("task", "=", task)
        .where("state", "=", "pending")
        .orderBy("seq")
        .limit(1)
        .offset(least)
        .executeTakeFirst();
      return one !== undefined;
    },
    async unsettled(task) {
      const one = await trx
        .selectFrom("report")
        .select("seq")
        .where("task", "=", task)
        .where("state", "in", ["pending", "aggregating"])
        .limit(1)
        .executeTakeFirst();
      return one !== undefined;
    },
    async tally(task) {
      const rows = await trx
        .selectFrom("report")
        .select((e) => ["state", e.fn.countAll<bigint>().as("count")])
        .where("task", "=", task)
        .groupBy("state")
        .execute();
      return tallyOf(rows);
    },
  };
}

const batchOf = (row: {
  task: Uint8Array;
  count: bigint | number;
  checksum: Uint8Array;
  noised_share: Uint8Array;
}): BatchRow => ({
  task: row.task,
  count: Number(row.count),
  checksum: row.checksum,
  noisedShare: row.noised_share,
});

const taskOf = (row: {
  id: Uint8Array;
  manifest: Uint8Array;
  verify_key: Uint8Array;
  closes: bigint | number;
}): TaskRow => ({ id: row.id, manifest: row.manifest, verifyKey: row.verify_key, closes: Number(row.closes) });

type TaskRows = Pick<
  AggregateRows,
  "task" | "tasks" | "lastTasks" | "closesOf" | "endTask" | "addTask" | "overdueTasks" | "expireTask" | "isExpired"
>;

function taskRows(trx: Sql, reports: ReportRows): TaskRows {
  return {
    async task(id) {
      const row = await trx.selectFrom("task").selectAll().where("id", "=", id).executeTakeFirst();
      return row && taskOf(row);
    },
    async tasks() {
      const rows = await trx.selectFrom("task").selectAll().execute();
      return rows.map(taskOf);
    },
    async lastTasks(most) {
      const rows = await trx
        .selectFrom("task")
        .selectAll()
        .orderBy("closes", "desc")
        .orderBy("id")
        .limit(most)
        .execute();
      return rows.map(taskOf);
    },
    async closesOf(id) {
      const row = await trx.selectFrom("task").select("closes").where("id", "=", id).executeTakeFirst();
      return row && Number(row.closes);
    },
    async endTask(id, seconds) {
      await trx
        .updateTable("task")
        .set({ closes: seconds })
        .where("id", "=", id)
        .where("closes", ">", seconds)
        .execute();
    },
    async addTask({ verifyKey, ...row }) {
      await trx
        .insertInto("task")
        .values({ ...row, verify_key: verifyKey, expired: 0 })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
    },
    async overdueTasks(seconds, most) {
      const rows = await trx
        .selectFrom("task")
        .select("id")
        .where("expired", "=", 0)
        .where("closes", "<", seconds)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("batch").select("count").whereRef("batch.task", "=", "task.id"))),
        )
        .orderBy("closes")
        .limit(most)
        .execute();
      return rows.map((row) => row.id);
    },
    async expireTask(task) {
      await trx.updateTable("task").set({ expired: 1 }).where("id", "=", task).execute();
      await reports.forgetShares(task);
      await trx
        .updateTable("report")
        .set({ state: "rejected" })
        .where("task", "=", task)
        .where("state", "in", ["pending", "aggregating"])
        .execute();
    },
    async isExpired(task) {
      const row = await trx.selectFrom("task").select("expired").where("id", "=", task).executeTakeFirst();
      return row !== undefined && Number(row.expired) === 1;
    },
  };
}

/** An aggregator's rows inside one transaction. */
export function aggregateRows(trx: Sql, reports: ReportRows): AggregateRows {
  return {
    async owner() {
      const row = await trx.selectFrom("owner").selectAll().executeTakeFirst();
      return row && { role: row.role as OwnerRow["role"], keys: row.keys };
    },
    async setOwner(row) {
      await trx
        .insertInto("owner")
        .values({ only: 1, ...row })
        .execute();
    },
    ...taskRows(trx, reports),
    ...reportCounts(trx),
    ...withdrawalRows(trx),
    ...spentTokenRows(trx),
    ...quotaRows(trx),
    ...reports,
    ...jobRows(trx),
    ...approvalRows(trx),
    ...streamRows(trx),
    async batch(task) {
      const row = await trx.selectFrom("batch").selectAll().where("task", "=", task).executeTakeFirst();
      return row && batchOf(row);
    },
    async *batches(most) {
      for (let offset = 0; ; offset += most) {
        const rows = await trx.selectFrom("batch").selectAll().orderBy("task").limit(most).offset(offset).execute();
        if (rows.length === 0) return;
        yield rows.map(batchOf);
      }
    },
    async addBatch({ noisedShare, ...row }) {
      await trx
        .insertInto("batch")
        .values({ ...row, noised_share: noisedShare })
        .execute();
    },
  };
}
