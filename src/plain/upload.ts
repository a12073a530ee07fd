// The leader of a plain task takes reports: what can be said of each from what is public, and then the disk.
import { latestTime } from "../aggregate/latest.ts";
import { outcomeName } from "../aggregate/outcome.ts";
import { checkRoom, defaultQuota, type UploadQuota } from "../aggregate/quota.ts";
import { type Buckets, newRateLimit } from "../aggregate/rate.ts";
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { noMeter } from "../ports/meter.ts";
import type { SaidReportError } from "../protocol/dap/basics.ts";
import { Report, UploadErrors, UploadRequest } from "../protocol/dap/report.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";
import { lateTest } from "./batches.ts";
import { nowSeconds, type PlainParts } from "./parts.ts";
import { noteReport } from "./retention.ts";
import { keys, RateRow, ReportRow } from "./rows.ts";
import type { Keys, OpenTask } from "./task.ts";

/** Reports in one body. */
const REPORTS_MAX = 1000;

export interface PlainUploads {
  /** @returns the encoded UploadErrors; what they do not name is durable */
  accept(task: OpenTask, body: Uint8Array): Promise<Uint8Array>;
}

export function newPlainUploads(parts: PlainParts, quota: UploadQuota = defaultQuota): PlainUploads {
  const { store, hpke, passing, meter = noMeter } = parts;
  const rate = newRateLimit(bucketsOf(parts), quota);
  return {
    async accept(task, body) {
      const reports = UploadRequest.decode(body);
      const now = nowSeconds(parts);
      if (reports.length > REPORTS_MAX) fail("invalid_message", `a body holds at most ${REPORTS_MAX} reports`);
      await rate.take(task.id, reports.length, now);
      checkRoom(await store.size(), quota.bytes);
      const errors = await store.transaction(async (rows) => {
        const late = await lateTest(parts, rows, task, undefined);
        const names = reports.map(({ metadata }) => keys.report(task.name, metadata.reportId));
        const before = await rows.getAll(names);
        const known = new Set(names.filter((_, i) => before[i] !== undefined));
        const found: { reportId: Uint8Array; error: SaidReportError }[] = [];
        for (const [i, report] of reports.entries()) {
          const { reportId, time } = report.metadata;
          const key = names[i] as string;
          const error =
            refusal(task, hpke, report, now) ?? (known.has(key) ? "report_replayed" : undefined) ?? late(time);
          if (error !== undefined) {
            found.push({ reportId, error });
            continue;
          }
          known.add(key);
          await rows.put(key, ReportRow.encode({ state: "pending", error: 0, time, upload: Report.encode(report) }));
          await rows.put(keys.pendingReport(task.name, 0, reportId), new Uint8Array(0));
          await noteReport(rows, task, time, reportId);
        }
        return found;
      });
      passing("plain:uploaded");
      for (const { error } of errors) meter("reports", { stage: "upload", outcome: outcomeName(error) }, 1);
      meter("reports", { stage: "upload", outcome: "accepted" }, reports.length - errors.length);
      return UploadErrors.encode(errors.map(({ reportId, error }) => ({ reportId, error: task.wire.says(error) })));
    },
  };
}

const bucketsOf = ({ store }: PlainParts): Buckets => ({
  change: (task, work) =>
    store.transaction(async (rows) => {
      const key = keys.rate(toBase64Url(task));
      const before = await rows.get(key);
      const { after, result } = work(before && RateRow.decode(before));
      if (after !== undefined) await rows.put(key, RateRow.encode(after));
      return result;
    }),
});

function refusal(task: OpenTask, hpke: Keys["hpke"], report: Report, now: number): SaidReportError | undefined {
  const { interval, timePrecision, vdaf } = task.configuration;
  const { time, publicExtensions } = report.metadata;
  if (publicExtensions.length > 0 || !rightSize(vdaf, report)) return "invalid_message";
  if (time > latestTime(timePrecision, now)) return "report_too_early";
  if (interval !== undefined && time < interval.start) return "task_not_started";
  const over = interval !== undefined && interval.start + interval.duration;
  if (over !== false && (time >= over || BigInt(now) / timePrecision >= over + LATE_UNITS)) return "task_expired";
  return hpke.some(({ id }) => id === report.leaderShare.configId) ? undefined : "outdated_config";
}

/** Reports may come this long after the task's interval. */
const LATE_UNITS = 1n;

const ENC_BYTES = 32;
/** GCM's tag, the length of the extensions and of the payload; extensions of a client's own are refused when opened. */
const SEALED_LEAST = 16 + 2 + 4;

/** What is far from a task's report would only cost room here and at the helper. */
function rightSize(
  vdaf: OpenTask["configuration"]["vdaf"],
  { publicShare, leaderShare, helperShare }: Report,
): boolean {
  const { sizes } = sharedPrio3(vdaf);
  return (
    publicShare.length === sizes.publicShare &&
    leaderShare.enc.length === ENC_BYTES &&
    leaderShare.payload.length === sizes.leaderInputShare + SEALED_LEAST &&
    helperShare.payload.length >= sizes.helperInputShare + SEALED_LEAST &&
    helperShare.payload.length <= sizes.helperInputShare + SEALED_LEAST + HELPER_MORE_MAX
  );
}

/** A helper may have another suite, whose tag is longer. */
const HELPER_MORE_MAX = 64;
