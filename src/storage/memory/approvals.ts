import type { AggregateRows, ApprovalRow, TaskRow } from "../../aggregate/store.ts";
import { equalBytes, toHex } from "../../base/bytes.ts";
import type { Table } from "./table.ts";

type ApprovalRows = Pick<AggregateRows, "approval" | "approvalOfTask" | "approvals" | "putApproval" | "dropApproval">;

export const approvalRows = (approvals: Table<ApprovalRow>): ApprovalRows => ({
  approval: async (key) => approvals.get(toHex(key)),
  approvalOfTask: async (task) => approvals.values().find((row) => row.task !== null && equalBytes(row.task, task)),
  approvals: async () =>
    approvals.values().toSorted((a, b) => b.asked - a.asked || (toHex(a.key) < toHex(b.key) ? -1 : 1)),
  async putApproval(row) {
    approvals.put(toHex(row.key), row);
  },
  async dropApproval(key) {
    approvals.delete(toHex(key));
  },
});

/** Tasks by the time that they close, which an operator may bring forward. */
export const endingRows = (tasks: Table<TaskRow>): Pick<AggregateRows, "lastTasks" | "closesOf" | "endTask"> => ({
  lastTasks: async (most) =>
    tasks
      .values()
      .toSorted((a, b) => b.closes - a.closes || (toHex(a.id) < toHex(b.id) ? -1 : 1))
      .slice(0, most),
  closesOf: async (id) => tasks.get(toHex(id))?.closes,
  async endTask(id, seconds) {
    const row = tasks.get(toHex(id));
    if (row !== undefined && row.closes > seconds) tasks.put(toHex(id), { ...row, closes: seconds });
  },
});
