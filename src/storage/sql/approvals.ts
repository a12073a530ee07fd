import type { AggregateRows, ApprovalRow, ApprovalState } from "../../aggregate/store.ts";
import type { Sql, Tables } from "./tables.ts";

type ApprovalRows = Pick<AggregateRows, "approval" | "approvalOfTask" | "approvals" | "putApproval" | "dropApproval">;

const approvalOf = (row: Tables["approval"]): ApprovalRow => ({
  ...row,
  state: row.state as ApprovalState,
  asked: Number(row.asked),
  decided: row.decided === null ? null : Number(row.decided),
});

export function approvalRows(trx: Sql): ApprovalRows {
  const by = async (column: "key" | "task", value: Uint8Array) => {
    const row = await trx.selectFrom("approval").selectAll().where(column, "=", value).executeTakeFirst();
    return row && approvalOf(row);
  };
  return {
    approval: (key) => by("key", key),
    approvalOfTask: (task) => by("task", task),
    async approvals() {
      const rows = await trx.selectFrom("approval").selectAll().orderBy("asked", "desc").orderBy("key").execute();
      return rows.map(approvalOf);
    },
    async putApproval(row) {
      const { key: _, ...changed } = row;
      await trx
        .insertInto("approval")
        .values(row)
        .onConflict((conflict) => conflict.column("key").doUpdateSet(changed))
        .execute();
    },
    async dropApproval(key) {
      await trx.deleteFrom("approval").where("key", "=", key).execute();
    },
  };
}
