// The leader takes reports: checks what is public, stores each durably, and only then says yes.
import type { Store } from "../ports/store.ts";
import type { ReportError } from "../protocol/dap/basics.ts";
import { Report, UploadErrors, UploadRequest } from "../protocol/dap/report.ts";
import { receivingKey } from "../task/dap.ts";
import type { AggregateRows } from "./store.ts";
import type { AggregateTask } from "./task.ts";

/** @returns the encoded UploadErrors: empty when every report was taken. @throws PacelineError invalid_message */
export async function acceptUpload(
  store: Store<AggregateRows>,
  task: AggregateTask,
  body: Uint8Array,
  nowSeconds: number,
): Promise<Uint8Array> {
  const reports = UploadRequest.decode(body);
  const errors = await store.transaction(async (rows) => {
    const collected = (await rows.batch(task.dap.id)) !== undefined;
    const found: { reportId: Uint8Array; error: ReportError }[] = [];
    for (const report of reports) {
      const { reportId } = report.metadata;
      const error = refusal(task, report, nowSeconds) ?? (collected ? "batch_collected" : undefined);
      if (error !== undefined) {
        found.push({ reportId, error });
        continue;
      }
      const fresh = await rows.addReport({
        task: task.dap.id,
        id: reportId,
        state: "pending",
        error: null,
        upload: Report.encode(report),
        outputShare: null,
      });
      if (!fresh) found.push({ reportId, error: "report_replayed" });
    }
    return found;
  });
  return UploadErrors.encode(errors);
}

/** What can be refused from public facts, before anything is opened. */
function refusal(task: AggregateTask, report: Report, nowSeconds: number): ReportError | undefined {
  const { upload, window, aggregators } = task.manifest;
  if (nowSeconds < upload.opens) return "report_too_early";
  if (nowSeconds >= upload.closes) return "task_expired";
  const { time, publicExtensions } = report.metadata;
  if (time < BigInt(window.start)) return "task_not_started";
  if (time >= BigInt(window.end)) return "task_expired";
  if (publicExtensions.length > 0) return "invalid_message";
  const known =
    report.leaderShare.configId === receivingKey(aggregators.leader).id &&
    report.helperShare.configId === receivingKey(aggregators.helper).id;
  return known ? undefined : "outdated_config";
}
