import type { AggregateRows, WithdrawalRow, WithdrawalState } from "../../aggregate/store.ts";
import type { Sql, Tables } from "./tables.ts";

type WithdrawalRows = Pick<
  AggregateRows,
  "withdrawal" | "putWithdrawal" | "withdrawals" | "withdrawalCount" | "closing" | "addClosing" | "dropClosing"
>;

const withdrawalOf = (row: Tables["withdrawal"]): WithdrawalRow => ({ ...row, state: row.state as WithdrawalState });

/** What was taken back, and what is being collected, inside one transaction. */
export function withdrawalRows(trx: Sql): WithdrawalRows {
  const ofTask = (task: Uint8Array) => trx.selectFrom("withdrawal").where("task", "=", task);
  return {
    async withdrawal(task, report) {
      const row = await ofTask(task).selectAll().where("report", "=", report).executeTakeFirst();
      return row && withdrawalOf(row);
    },
    async putWithdrawal(row) {
      await trx
        .insertInto("withdrawal")
        .values(row)
        .onConflict((conflict) => conflict.columns(["task", "report"]).doUpdateSet({ state: row.state }))
        .execute();
    },
    async withdrawals(task, state, after, most) {
      const inState = ofTask(task).selectAll().where("state", "=", state);
      const from = after === undefined ? inState : inState.where("report", ">", after);
      return (await from.orderBy("report").limit(most).execute()).map(withdrawalOf);
    },
    async withdrawalCount(task) {
      const row = await ofTask(task)
        .select((e) => e.fn.countAll<bigint>().as("count"))
        .executeTakeFirst();
      return Number(row?.count ?? 0n);
    },
    async closing(task) {
      const row = await trx.selectFrom("closing").selectAll().where("task", "=", task).executeTakeFirst();
      return row && { ...row, count: Number(row.count) };
    },
    async addClosing(row) {
      await trx.insertInto("closing").values(row).execute();
    },
    async dropClosing(task) {
      await trx.deleteFrom("closing").where("task", "=", task).execute();
    },
  };
}
