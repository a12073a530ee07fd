// A job that comes to the helper when it verifies no more of the task: parked for days, or of a leader that was away for as long.
import { SKEW_SECONDS, VERIFY_SECONDS } from "../aggregate/latest.ts";
import { outcomeName } from "../aggregate/outcome.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { noMeter } from "../ports/meter.ts";
import type { SaidReportError } from "../protocol/dap/basics.ts";
import { nowSeconds, type PlainParts } from "./parts.ts";
import { keys, type LeaderJobRow, ReportRow } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask } from "./task.ts";

/** When the helper of a task verifies no more, in Unix seconds; undefined for a task without an end. */
function verifiesUntil({ configuration: { interval, timePrecision } }: OpenTask): number | undefined {
  if (interval === undefined) return undefined;
  return Number((interval.start + interval.duration + BigInt(VERIFY_SECONDS) / timePrecision + 1n) * timePrecision);
}

/**
 * At the helper, of a job that is not written down. That the task is over is final for the leader: it is said only when no answer can be
 * written any more that was permitted before. @throws PacelineError task_expired; unavailable in between
 */
export function refuseLate(parts: Pick<PlainParts, "clock">, task: OpenTask): void {
  const over = verifiesUntil(task);
  if (over === undefined || nowSeconds(parts) < over) return;
  if (nowSeconds(parts) < over + SKEW_SECONDS)
    fail("unavailable", "the task's time ends at the helper, which finishes what it has begun");
  fail("task_expired", "the task's time is over at the helper");
}

/**
 * At the leader. Who hears that the task is over knows that the helper counted none of these reports, and never will: they are settled, and
 * the rest of their batch can be collected. While by this leader's own clock the helper would still verify, one of the two clocks is wrong,
 * perhaps for a moment only, and the job stays. @param name of its row @returns whether that is so
 */
export async function settleLate(
  parts: PlainParts,
  task: OpenTask,
  { name, row }: { readonly name: string; readonly row: LeaderJobRow },
  error: unknown,
): Promise<boolean> {
  if (!isPacelineError(error) || error.code !== "task_expired") return false;
  const over = verifiesUntil(task);
  if (over === undefined || nowSeconds(parts) < over - SKEW_SECONDS) return false;
  const { verifyInits } = task.wire.AggregationJobInitReq.decode(row.request);
  const count = await parts.store.transaction(async (rows) => {
    if ((await rows.get(name)) === undefined) return 0;
    for (const { metadata } of verifyInits)
      await reject(rows, task, row.keyIndex, { id: metadata.reportId, time: metadata.time }, "task_expired");
    await rows.delete(name);
    await rows.delete(keys.failureOf(name));
    return verifyInits.length;
  });
  if (count === 0) return true;
  const { meter = noMeter, log } = parts;
  meter("jobs", { outcome: "recorded" }, 1);
  meter("reports", { stage: "verify", outcome: outcomeName("task_expired") }, count);
  log?.(
    `${count} reports of ${task.name} came too late to the helper, which verifies no more of the task: they do not count`,
    "reports.late",
    { count },
  );
  return true;
}

/** A report counts no more at the leader, and its upload is forgotten. */
export async function reject(
  rows: KeyValueRows,
  task: OpenTask,
  keyIndex: number,
  { id, time }: { readonly id: Uint8Array; readonly time: bigint },
  error: SaidReportError,
): Promise<void> {
  await rows.delete(keys.pendingReport(task.name, keyIndex, id));
  await rows.put(
    keys.report(task.name, id),
    ReportRow.encode({ state: "rejected", error, time, upload: new Uint8Array(0) }),
  );
}
