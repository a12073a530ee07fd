// The leader takes reports: checks what is public, stores each durably, and only then says yes. Uploads that arrive
// while another is being written are written together, so many devices share one disk flush.
import { toHex } from "../base/bytes.ts";
import { fail, PacelineError } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import type { ReportError } from "../protocol/dap/basics.ts";
import { type ReadReport, readUpload, UploadErrors } from "../protocol/dap/report.ts";
import { check, refusal, type Uploaded } from "./checks.ts";
import { newPlaces, type Taking } from "./places.ts";
import { checkRoom, defaultQuota, type UploadQuota } from "./quota.ts";
import { bucketsOf, newRateLimit } from "./rate.ts";
import type { AggregateRows } from "./store.ts";
import type { AggregateTask } from "./task.ts";
import { newTogether } from "./together.ts";

interface Arrival {
  readonly task: AggregateTask;
  readonly reports: readonly Uploaded[];
  readonly bytes: number;
  readonly nowSeconds: number;
}

/** Reports in one body. */
const REPORTS_MAX = 100;

export interface Uploads {
  /**
   * Resolves when every report of the body that is not named in the answer is durable.
   * @throws PacelineError invalid_message, unavailable when too many wait
   */
  accept(task: AggregateTask, body: Uint8Array, nowSeconds: number): Promise<Stored>;
}

export interface Stored {
  /** The encoded UploadErrors. */
  readonly errors: Uint8Array;
  /** Reports that were not here before. */
  readonly fresh: number;
}

/** @param soon resolves when more uploads may have come, which are then written together */
export function newUploads(
  crypto: Crypto,
  store: Store<AggregateRows>,
  quota: UploadQuota = defaultQuota,
  soon?: () => Promise<void>,
  log?: ServiceLog,
): Uploads {
  const rate = newRateLimit(bucketsOf(store, "report"), quota, log);
  const places = newPlaces<AggregateRows>("report", (rows, task) => rows.reportCount(task));
  const together = newTogether<Arrival, Stored>({
    soon,
    bytesOf: ({ bytes }) => bytes,
    async write(arrivals) {
      checkRoom(await store.size(), quota.bytes);
      return await places.transaction(store, async (rows, taking) => {
        const taken: Answer[] = [];
        const standingOf = standings(rows);
        for (const arrival of arrivals)
          taken.push(await take(rows, arrival, await standingOf(arrival.task), taking, quota));
        return taken;
      });
    },
  });

  async function reportsOf(task: AggregateTask, body: Uint8Array, nowSeconds: number): Promise<readonly ReadReport[]> {
    const reports = readUpload(body);
    if (reports.length > REPORTS_MAX) fail("invalid_message", `a body holds at most ${REPORTS_MAX} reports`);
    await rate.take(task.dap.id, reports.length, nowSeconds);
    return reports;
  }

  return {
    async accept(task, body, nowSeconds) {
      const taken = await reportsOf(task, body, nowSeconds);
      const reports = await Promise.all(taken.map((read) => check(crypto, task, read)));
      return await together({ task, reports, bytes: body.length, nowSeconds });
    },
  };
}

/** An error: nothing of this body was stored. */
type Answer = Stored | PacelineError;

async function take(
  rows: AggregateRows,
  arrival: Arrival,
  standing: Standing,
  taking: Taking,
  { perTask }: UploadQuota,
): Promise<Answer> {
  const { dap, manifest } = arrival.task;
  // Then it takes none, whatever room there is.
  if (standing.collected) return await takeReports(rows, arrival, standing, 0);
  const { batchMax = Number.POSITIVE_INFINITY } = manifest;
  const wanted = arrival.reports.length;
  const room = await taking.room(dap.id, Math.min(perTask, batchMax), wanted);
  if (room < wanted && perTask <= batchMax)
    return new PacelineError("rate_limited", "the task holds as many reports as it may");
  const stored = await takeReports(rows, arrival, standing, room);
  taking.fill(dap.id, stored.fresh);
  return stored;
}

/** What may have changed of a task since it was published. */
interface Standing {
  readonly collected: boolean;
  /** Unix seconds: its operator may have ended it. */
  readonly closes: number;
}

/** Any process of this party may have changed it: asked once a transaction. */
function standings(rows: AggregateRows) {
  const known = new Map<AggregateTask, Standing>();
  return async (task: AggregateTask): Promise<Standing> => {
    const { id } = task.dap;
    const standing = known.get(task) ?? {
      collected: (await rows.batch(id)) !== undefined,
      closes: (await rows.closesOf(id)) ?? 0,
    };
    known.set(task, standing);
    return standing;
  };
}

async function takeReports(
  rows: AggregateRows,
  { task, reports, nowSeconds }: Arrival,
  { collected, closes }: Standing,
  room: number,
): Promise<Stored> {
  const refused = new Map<Uploaded, ReportError>();
  const taken: Uploaded[] = [];
  /** Of this body: the second report of an id spends nothing. */
  const ids = new Set<string>();
  for (const uploaded of reports) {
    const { report, spending } = uploaded;
    const error =
      refusal(task, report, nowSeconds) ??
      (nowSeconds >= closes ? "task_expired" : undefined) ??
      (spending === null ? "invalid_message" : undefined) ??
      (collected ? "batch_collected" : undefined) ??
      (await unspent(rows, task, report.metadata.reportId, spending, ids));
    if (error === undefined) taken.push(uploaded);
    else refused.set(uploaded, error);
  }
  const late = await beyond(rows, task, taken, room);
  for (const uploaded of late) refused.set(uploaded, "report_dropped");
  const kept = taken.filter((uploaded) => !late.has(uploaded));
  const fresh = await rows.addReports(
    kept.map(({ report, bytes }) => ({
      task: task.dap.id,
      id: report.metadata.reportId,
      state: "pending",
      error: null,
      upload: bytes,
      outputShare: null,
    })),
  );
  kept.forEach((uploaded, i) => {
    if (fresh[i] !== true) refused.set(uploaded, "report_replayed");
  });
  const errors = reports.flatMap((uploaded) => {
    const error = refused.get(uploaded);
    return error === undefined ? [] : [{ reportId: uploaded.report.metadata.reportId, error }];
  });
  return { errors: UploadErrors.encode(errors), fresh: reports.length - errors.length };
}

/** Reports for which a task has no room: it takes so many more, and one that is here already takes none. */
async function beyond(
  rows: AggregateRows,
  task: AggregateTask,
  taken: readonly Uploaded[],
  room: number,
): Promise<ReadonlySet<Uploaded>> {
  if (taken.length <= room) return new Set();
  const ids = taken.map(({ report }) => report.metadata.reportId);
  const states = await rows.reportStates(task.dap.id, ids);
  return new Set(taken.filter((_, i) => states[i] === undefined).slice(Math.max(0, room)));
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
