// What the helper's own operator reads and decides: its tasks, and what waits for approval.
import type { AggregateRows, ApprovalRow, TaskRow } from "../aggregate/store.ts";
import { type OperatorState, type OperatorTask, operatorTask, type WholeOperatorTask } from "../api/operator.ts";
import { fail } from "../base/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { LedgerRows } from "../release/store.ts";
import { decodeManifest } from "../task/manifest.ts";
import type { Approvals } from "./approvals.ts";

type Rows = AggregateRows & LedgerRows;

export interface HelperOperator {
  operatorTasks(): Promise<readonly OperatorTask[]>;
  /** @throws PacelineError not_found */
  operatorTask(id: Uint8Array): Promise<WholeOperatorTask>;
  /** Has parked jobs tried again. @returns how many @throws PacelineError not_found */
  retry(task: Uint8Array): Promise<number>;
  /** Devices' reports of later are not this task's any more. @returns when it closed @throws PacelineError unknown_task */
  end(task: Uint8Array): Promise<number>;
  decide(key: Uint8Array, approve: boolean, reason: string | null): Promise<WholeOperatorTask>;
}

/** Tasks in a list. */
const LISTED = 100;

export function newHelperOperator(store: Store<Rows>, clock: Clock, approvals: Approvals): HelperOperator {
  const nowSeconds = () => Math.floor(clock.now() / 1000);

  async function stateOf(rows: Rows, { id, closes }: TaskRow): Promise<OperatorState> {
    if ((await rows.batch(id)) !== undefined) return "collected";
    if (await rows.isForgotten(id)) return "released";
    if (await rows.isExpired(id)) return "expired";
    return nowSeconds() < closes ? "open" : "closed";
  }

  async function taskView(rows: Rows, row: TaskRow): Promise<OperatorTask> {
    const manifest = decodeManifest(row.manifest);
    const times = { opens: manifest.upload.opens, closes: row.closes };
    return operatorTask(row.id, await stateOf(rows, row), manifest, times, await rows.parkedJobs(row.id));
  }

  const approvalView = ({ key, state, manifest: bytes }: ApprovalRow): OperatorTask => {
    const manifest = decodeManifest(bytes);
    return operatorTask(key, state, manifest, undefined);
  };

  const wholeApproval = (row: ApprovalRow): WholeOperatorTask => ({
    ...approvalView(row),
    notice: decodeManifest(row.manifest).notice,
    reports: null,
    asked: Math.floor(row.asked / 1000),
    decided: row.decided === null ? null : Math.floor(row.decided / 1000),
    reason: row.reason,
  });

  return {
    operatorTasks: async () =>
      await store.read(async (rows) => {
        const waiting = (await rows.approvals()).filter(({ task }) => task === null).map(approvalView);
        const tasks: OperatorTask[] = [];
        for (const row of await rows.lastTasks(LISTED)) tasks.push(await taskView(rows, row));
        return [...waiting, ...tasks];
      }),
    async operatorTask(id) {
      return await store.read(async (rows) => {
        const row = await rows.task(id);
        if (row !== undefined) {
          const { notice } = decodeManifest(row.manifest);
          const approval = await rows.approvalOfTask(id);
          const { asked, decided, reason } = approval === undefined ? never : wholeApproval(approval);
          const reports = { ...(await rows.tally(id)) };
          return { ...(await taskView(rows, row)), notice, reports, asked, decided, reason };
        }
        return wholeApproval(
          (await rows.approval(id)) ?? fail("not_found", "there is no such task, and nothing waits"),
        );
      });
    },
    async retry(task) {
      return await store.transaction(async (rows) => {
        if ((await rows.task(task)) === undefined) fail("not_found", "there is no such task");
        return await rows.unparkJobs(task);
      });
    },
    async end(task) {
      return await store.transaction(async (rows) => {
        await rows.endTask(task, nowSeconds());
        return (await rows.closesOf(task)) ?? fail("unknown_task", "this helper has signed no such task");
      });
    },
    decide: async (key, approve, reason) => wholeApproval(await approvals.decide(key, approve, reason)),
  };
}

const never = { asked: null, decided: null, reason: null };
