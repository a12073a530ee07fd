// The leader takes reports: checks what is public, stores each durably, and only then says yes. Uploads that arrive
// while another is being written are written together, so many devices share one disk flush.
import { toHex } from "../base/bytes.ts";
import { fail, PacelineError } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import type { ReportError } from "../protocol/dap/basics.ts";
import { Report, UploadErrors, UploadRequest } from "../protocol/dap/report.ts";
import type { VdafParameters } from "../protocol/vdaf/parameters.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";
import { receivingKey } from "../task/dap.ts";
import { latestTime } from "./latest.ts";
import { checkRoom, defaultQuota, newRateLimit, type UploadQuota } from "./quota.ts";
import type { AggregateRows } from "./store.ts";
import type { AggregateTask } from "./task.ts";
import { allSigned, type Spending, spendingOf, tokensOf } from "./tokens.ts";

interface Uploaded {
  readonly report: Report;
  /** What it spends; undefined where tasks cost no tokens, null when its tokens are not what the task asks for. */
  readonly spending: Spending | undefined | null;
}

interface Arrival {
  readonly task: AggregateTask;
  readonly reports: readonly Uploaded[];
  readonly bytes: number;
  readonly nowSeconds: number;
  readonly resolve: (errors: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

const TOGETHER_MAX = 256;
/** Bytes of bodies that wait to be stored. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** Reports in one body. */
const REPORTS_MAX = 100;

export interface Uploads {
  /**
   * Resolves when every report of the body that is not named in the answer is durable.
   * @returns the encoded UploadErrors. @throws PacelineError invalid_message, unavailable when too many wait
   */
  accept(task: AggregateTask, body: Uint8Array, nowSeconds: number): Promise<Uint8Array>;
}

export function newUploads(crypto: Crypto, store: Store<AggregateRows>, quota: UploadQuota = defaultQuota): Uploads {
  const rate = newRateLimit(quota);
  const held = newHeld(quota);
  const waiting: Arrival[] = [];
  let waitingBytes = 0;
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const together = waiting.splice(0, TOGETHER_MAX);
      waitingBytes -= together.reduce((sum, { bytes }) => sum + bytes, 0);
      try {
        checkRoom(await store.size(), quota.bytes);
        const answers = await store.transaction(async (rows) => {
          const taken: Answer[] = [];
          const collected = collectedTasks(rows);
          for (const arrival of together) taken.push(await held.take(rows, arrival, await collected(arrival.task)));
          return taken;
        });
        together.forEach(({ resolve, reject }, i) => {
          const { errors, refused } = answers[i] as Answer;
          if (refused === undefined) resolve(errors);
          else reject(refused);
        });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    writing = false;
  }

  function reportsOf(task: AggregateTask, body: Uint8Array, nowSeconds: number): readonly Report[] {
    const reports = UploadRequest.decode(body);
    if (reports.length > REPORTS_MAX) fail("invalid_message", `a body holds at most ${REPORTS_MAX} reports`);
    rate.take(task.dap.id, reports.length, nowSeconds);
    return reports;
  }

  return {
    async accept(task, body, nowSeconds) {
      const taken = reportsOf(task, body, nowSeconds);
      const reports = await Promise.all(taken.map((report) => withTokens(crypto, task, report)));
      return await new Promise((resolve, reject) => {
        if (waitingBytes + body.length > WAITING_BYTES_MAX)
          fail("unavailable", "too many uploads wait to be stored", { hint: "Send the same bytes again later." });
        waitingBytes += body.length;
        waiting.push({ task, reports, bytes: body.length, nowSeconds, resolve, reject });
        if (!writing) void write();
      });
    },
  };
}

interface Answer {
  readonly errors: Uint8Array;
  /** Instead: nothing of this body was stored. */
  readonly refused?: PacelineError;
}

/** Knows how many reports a task holds without counting them each time: this process alone adds any. */
function newHeld({ perTask }: UploadQuota) {
  const counts = new Map<string, number>();
  return {
    async take(rows: AggregateRows, arrival: Arrival, collected: boolean): Promise<Answer> {
      const { id } = arrival.task.dap;
      const key = toHex(id);
      const count = counts.get(key) ?? (await rows.reportCount(id));
      if (count + arrival.reports.length > perTask) {
        const why = "the task holds as many reports as it may";
        return { errors: nothing, refused: new PacelineError("rate_limited", why) };
      }
      const { errors, fresh } = await takeReports(rows, arrival, collected);
      // Those of a transaction that fails are counted too: never too few.
      counts.set(key, count + fresh);
      return { errors };
    },
  };
}

const nothing = new Uint8Array(0);

/** Whether a task's batch is collected: asked once a transaction. */
function collectedTasks(rows: AggregateRows) {
  const known = new Map<AggregateTask, boolean>();
  return async (task: AggregateTask): Promise<boolean> => {
    const collected = known.get(task) ?? (await rows.batch(task.dap.id)) !== undefined;
    known.set(task, collected);
    return collected;
  };
}

async function takeReports(rows: AggregateRows, { task, reports, nowSeconds }: Arrival, collected: boolean) {
  const refused = new Map<Uploaded, ReportError>();
  const taken: Uploaded[] = [];
  /** Of this body: the second report of an id spends nothing. */
  const ids = new Set<string>();
  for (const uploaded of reports) {
    const { report, spending } = uploaded;
    const error =
      refusal(task, report, nowSeconds) ??
      (spending === null ? "invalid_message" : undefined) ??
      (collected ? "batch_collected" : undefined) ??
      (await unspent(rows, task, report.metadata.reportId, spending, ids));
    if (error === undefined) taken.push(uploaded);
    else refused.set(uploaded, error);
  }
  const fresh = await rows.addReports(
    taken.map(({ report }) => ({
      task: task.dap.id,
      id: report.metadata.reportId,
      state: "pending",
      error: null,
      upload: Report.encode(report),
      outputShare: null,
    })),
  );
  taken.forEach((uploaded, i) => {
    if (fresh[i] !== true) refused.set(uploaded, "report_replayed");
  });
  const errors = reports.flatMap((uploaded) => {
    const error = refused.get(uploaded);
    return error === undefined ? [] : [{ reportId: uploaded.report.metadata.reportId, error }];
  });
  return { errors: UploadErrors.encode(errors), fresh: reports.length - errors.length };
}

/** Spends its tokens, but for a report that is here already. */
async function unspent(
  rows: AggregateRows,
  task: AggregateTask,
  id: Uint8Array,
  spending: Uploaded["spending"],
  before: Set<string>,
): Promise<ReportError | undefined> {
  if (!spending) return undefined;
  const key = toHex(id);
  if (before.has(key) || (await rows.reportStates(task.dap.id, [id]))[0] !== undefined) return "report_replayed";
  if (!(await rows.spendTokens(spending.issuer, spending.names))) return "report_dropped";
  before.add(key);
  return undefined;
}

async function withTokens(crypto: Crypto, { manifest }: AggregateTask, report: Report): Promise<Uploaded> {
  const { tokens } = manifest;
  const { publicExtensions } = report.metadata;
  const given = tokensOf(publicExtensions, tokens);
  if (given === undefined || (tokens !== undefined && !(await allSigned(crypto, tokens, given))))
    return { report, spending: null };
  return { report, spending: await spendingOf(crypto, tokens, publicExtensions) };
}

/** What can be refused from public facts, before anything is opened. */
function refusal(task: AggregateTask, report: Report, nowSeconds: number): ReportError | undefined {
  const { manifest } = task;
  const { upload, window, aggregators } = manifest;
  if (nowSeconds < upload.opens) return "report_too_early";
  if (nowSeconds >= upload.closes) return "task_expired";
  if (!rightSize(manifest.vdaf, report)) return "invalid_message";
  const { time } = report.metadata;
  if (time > latestTime(task.dap.configuration.timePrecision, nowSeconds)) return "report_too_early";
  if (time < BigInt(window.start)) return "task_not_started";
  if (time >= BigInt(window.end)) return "task_expired";
  const known =
    report.leaderShare.configId === receivingKey(aggregators.leader).id &&
    report.helperShare.configId === receivingKey(aggregators.helper).id;
  return known ? undefined : "outdated_config";
}

const ENC_BYTES = 32;
/** The GCM tag, an empty extension list, and the payload's length. */
const SEALED_OVERHEAD = 16 + 2 + 4;

/** Every report of a task has one size; any other would only cost memory here and at the helper. */
function rightSize(vdaf: VdafParameters, { publicShare, leaderShare, helperShare }: Report): boolean {
  const { sizes } = sharedPrio3(vdaf);
  return (
    publicShare.length === sizes.publicShare &&
    leaderShare.enc.length === ENC_BYTES &&
    helperShare.enc.length === ENC_BYTES &&
    leaderShare.payload.length === sizes.leaderInputShare + SEALED_OVERHEAD &&
    helperShare.payload.length === sizes.helperInputShare + SEALED_OVERHEAD
  );
}
