// The leader of a plain task verifies what was uploaded together with the helper. A job is written down before it is sent, so
// that after a stop the same bytes go out again; what it adds up and that it is over are one transaction.
import { isPassing } from "../aggregate/failing.ts";
import { countVerified, outcomeName } from "../aggregate/outcome.ts";
import { type LeaderPrepared, leaderFinisher, type Prepared } from "../aggregate/prepare.ts";
import { equalBytes, fromHex } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { noMeter } from "../ports/meter.ts";
import { LEADER_SELECTED_BATCH_ID, type VerifyInit, type VerifyResp } from "../protocol/dap/aggregation.ts";
import type { SaidReportError } from "../protocol/dap/basics.ts";
import type { BatchSelector } from "../protocol/dap/collection.ts";
import { Report } from "../protocol/dap/report.ts";
import { addOutputs, lateTest, type Output } from "./batches.ts";
import { JOBS_MAX, nextToSend, PARKED_MAX, recordFailure } from "./failures.ts";
import { reject, settleLate } from "./late-jobs.ts";
import { type PlainParts, preparing } from "./parts.ts";
import { askPeer } from "./peer.ts";
import { BucketRow, keys, LeaderJobRow, ReportRow } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { OpenTask, VerificationKey } from "./task.ts";

const JOB_REPORTS = 200;
const JOB_ID_BYTES = 16;
const nothing = new Uint8Array(0);

/**
 * Verifies all that waits. A job that failed is left until it is tried again, and the others go on, unless the helper takes nothing.
 * @returns whether every report that waited is in a job now, or was
 * @throws PacelineError what the first that failed met, when there is nothing else to do
 */
export async function drain(parts: PlainParts, task: OpenTask): Promise<boolean> {
  let failed: { readonly error: unknown } | undefined;
  for (;;) {
    const { job, parked } = await nextToSend(parts, task);
    if (job === undefined) {
      if (parked < PARKED_MAX && (await nextJob(parts, task))) continue;
      if (failed !== undefined) throw failed.error;
      return parked < PARKED_MAX;
    }
    try {
      await runJob(parts, task, job.name, job.row);
    } catch (error) {
      if (await settleLate(parts, task, job, error)) continue;
      await recordFailure(parts, job.name, error);
      failed ??= { error };
      if (isPassing(error)) throw error;
    }
  }
}

/** What of a job is known before the helper is asked. */
interface Started {
  readonly id: Uint8Array;
  readonly report: Report;
  readonly time: bigint;
  readonly upload: Uint8Array;
}

/** Writes the next job down. @returns false when nothing waits */
async function nextJob(parts: PlainParts, task: OpenTask): Promise<boolean> {
  const { store, crypto, entropy } = parts;
  for (const [keyIndex, key] of task.verificationKeys.entries()) {
    const batch = await fillingBatch(parts, task);
    const waiting = await store.read((rows) => waitingReports(rows, task, keyIndex, batch?.room ?? JOB_REPORTS));
    if (waiting.length === 0) continue;
    const prepared = await parts.preparer.prepareLeader(
      preparing(parts, task, key),
      waiting.map(({ upload }) => upload),
    );
    const inits: VerifyInit[] = [];
    const refused: { one: Started; error: SaidReportError }[] = [];
    for (const [i, one] of waiting.entries()) {
      const result = prepared[i] as LeaderPrepared;
      if ("error" in result) refused.push({ one, error: result.error });
      else inits.push({ ...one.report, payload: result.message });
    }
    const request = jobRequest(task, key, batch?.id, inits);
    const digest = await crypto.sha256(request);
    const written = await store.transaction(async (rows) => {
      const pending = waiting.map(({ id }) => keys.pendingReport(task.name, keyIndex, id));
      // Deleted meanwhile, as too old: what is left is looked at again.
      if ((await rows.getAll(pending)).includes(undefined)) return false;
      for (const { one, error } of refused) await reject(rows, task, keyIndex, one, error);
      for (const { metadata } of inits) {
        await rows.delete(keys.pendingReport(task.name, keyIndex, metadata.reportId));
        const bytes = await rows.get(keys.report(task.name, metadata.reportId));
        const row = ReportRow.decode(bytes ?? fail("internal", "a report in a job is there"));
        await rows.put(keys.report(task.name, metadata.reportId), ReportRow.encode({ ...row, state: "aggregating" }));
      }
      if (inits.length === 0) return true;
      const row = { id: entropy.bytes(JOB_ID_BYTES), keyIndex, request };
      await rows.put(keys.leaderJob(task.name, digest), LeaderJobRow.encode(row));
      return true;
    });
    if (written) parts.passing("plain:job-written");
    return true;
  }
  return false;
}

function jobRequest(task: OpenTask, key: VerificationKey, batch: Uint8Array | undefined, verifyInits: VerifyInit[]) {
  return task.wire.AggregationJobInitReq.encode({
    verificationKeyId: key.id,
    aggregationParameter: nothing,
    extensions: batch === undefined ? [] : [{ type: LEADER_SELECTED_BATCH_ID, data: batch }],
    verifyInits,
  });
}

async function waitingReports(rows: KeyValueRows, task: OpenTask, keyIndex: number, most: number): Promise<Started[]> {
  const found: Started[] = [];
  for (const [key] of await rows.list(keys.pendingOf(task.name, keyIndex), most)) {
    const id = fromHex(key.split("/")[3] ?? "");
    const bytes = await rows.get(keys.report(task.name, id));
    const { upload, time } = ReportRow.decode(bytes ?? fail("internal", "a report that waits is there"));
    found.push({ id, time, upload, report: Report.decode(upload) });
  }
  return found;
}

/** Where the leader chooses batches: the one it fills, and how many reports it still takes. A full one waits for its collection. */
async function fillingBatch({ store, entropy }: PlainParts, { name, configuration }: OpenTask) {
  if (configuration.batchMode !== "leader-selected") return undefined;
  const target = configuration.minBatchSize || 1n;
  return await store.transaction(async (rows) => {
    const known = await rows.get(keys.fillingBatch(name));
    const bytes = known && (await rows.get(keys.batchBucket(name, known)));
    const count = bytes ? BucketRow.decode(bytes).count : 0n;
    const left = target - count;
    if (known !== undefined && left > 0n) return { id: known, room: roomFor(left) };
    if (known !== undefined) await rows.put(keys.fullBatch(name, known), nothing);
    const id = entropy.bytes(32);
    await rows.put(keys.fillingBatch(name), id);
    return { id, room: roomFor(target) };
  });
}

const roomFor = (left: bigint): number => Math.max(1, Number(left < BigInt(JOB_REPORTS) ? left : JOB_REPORTS));

async function runJob(parts: PlainParts, task: OpenTask, name: string, job: LeaderJobRow): Promise<void> {
  const { store, crypto, passing, meter = noMeter } = parts;
  const key = task.verificationKeys[job.keyIndex] ?? fail("misconfigured", "a verification key of this task is gone");
  const { verifyInits, extensions } = task.wire.AggregationJobInitReq.decode(job.request);
  const names = verifyInits.map(({ metadata }) => keys.report(task.name, metadata.reportId));
  const rowsOf = await store.read((rows) => rows.getAll(names));
  const uploads = rowsOf.map(
    (bytes) => ReportRow.decode(bytes ?? fail("internal", "a report in a job is there")).upload,
  );
  const prepare = preparing(parts, task, key);
  // What was good when the job was written is verified as it was then.
  const prepared = await parts.preparer.prepareLeader({ ...prepare, latest: 2n ** 64n - 1n }, uploads);
  const answers = await sent(parts, task, job, verifyInits);
  passing("plain:job-answered");
  const finish = leaderFinisher(prepare);
  const results = answers.map((answer, i) => outcome(finish, prepared[i] as LeaderPrepared, answer));
  const batch = extensions[0]?.data;
  const outcomes = await store.transaction(async (rows) => {
    if ((await rows.get(name)) === undefined) return [];
    const late = await lateTest(parts, rows, task, batch);
    const outputs: Output[] = [];
    const said: string[] = [];
    for (const [i, { metadata }] of verifyInits.entries()) {
      const { reportId: id, time } = metadata;
      const why = late(time);
      const result = why === undefined ? (results[i] as Prepared) : ({ error: why } as const);
      said.push("error" in result ? outcomeName(result.error) : "accepted");
      if (!("error" in result)) {
        outputs.push({ id, time, share: result.outputShare });
        const row = ReportRow.encode({ state: "accepted", error: 0, time, upload: nothing });
        await rows.put(keys.report(task.name, id), row);
      } else if (result.error === "unknown_verification_key_id" && job.keyIndex + 1 < task.verificationKeys.length) {
        const row = ReportRow.decode((await rows.get(keys.report(task.name, id))) ?? gone());
        await rows.put(keys.report(task.name, id), ReportRow.encode({ ...row, state: "pending" }));
        await rows.put(keys.pendingReport(task.name, job.keyIndex + 1, id), nothing);
      } else await reject(rows, task, job.keyIndex, { id, time }, result.error);
    }
    await addOutputs(crypto, rows, task, outputs, batch);
    await rows.delete(name);
    await rows.delete(keys.failureOf(name));
    return said;
  });
  passing("plain:job-recorded");
  if (outcomes.length > 0) meter("jobs", { outcome: "recorded" }, 1);
  countVerified(meter, outcomes);
}

const gone = () => fail("internal", "a report in a job is there");

async function sent(parts: PlainParts, task: OpenTask, job: LeaderJobRow, inits: readonly VerifyInit[]) {
  const answer = await askPeer(parts, task, "aggregation_jobs", job.id, job.request);
  let answers: readonly VerifyResp[];
  try {
    answers = task.wire.AggregationJobResp.decode(answer);
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return fail("verification_failed", `the helper's answer does not decode: ${error.message}`);
  }
  const fits =
    answers.length === inits.length &&
    answers.every(({ reportId }, i) => equalBytes(reportId, (inits[i] as VerifyInit).metadata.reportId));
  if (!fits) fail("verification_failed", "the helper answered for other reports than it was asked about");
  return answers;
}

function outcome(finish: ReturnType<typeof leaderFinisher>, own: LeaderPrepared, answer: VerifyResp): Prepared {
  if (answer.type === "reject") return { error: answer.error };
  if ("error" in own) return own;
  return answer.type === "continue" ? finish(own.state, answer.payload) : { error: "vdaf_verify_error" };
}

/** Whether a report of a batch is in a job that has no answer yet: until then neither side knows what the batch holds. */
export async function isInJobs(rows: KeyValueRows, task: OpenTask, batch: BatchSelector): Promise<boolean> {
  for (const [, bytes] of await rows.list(keys.leaderJobs(task.name), JOBS_MAX)) {
    const { verifyInits, extensions } = task.wire.AggregationJobInitReq.decode(LeaderJobRow.decode(bytes).request);
    const some =
      batch.mode === "leader-selected"
        ? extensions.some(({ data }) => equalBytes(data, batch.batchId))
        : verifyInits.some(({ metadata: { time } }) => {
            const { start, duration } = batch.interval;
            return start <= time && time < start + duration;
          });
    if (some) return true;
  }
  return false;
}
