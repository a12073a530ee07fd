// What the leader looks at before it takes a report: public facts alone, nothing is opened.
import type { Crypto } from "../ports/crypto.ts";
import type { ReportError } from "../protocol/dap/basics.ts";
import type { ReadReport, Report } from "../protocol/dap/report.ts";
import type { Aggregator } from "../protocol/dap/version.ts";
import type { MessageSizes } from "../protocol/vdaf/shape.ts";
import { sharedVerification } from "../protocol/vdaf/shared.ts";
import { receivingKey } from "../task/dap.ts";
import { latestTime } from "./latest.ts";
import type { AggregateTask } from "./task.ts";
import { allSigned, type Spending, spendingOf, tokensOf } from "./tokens.ts";

/** A report of an upload, and what of it was checked. */
export interface Uploaded extends ReadReport {
  /** What it spends; undefined where tasks cost no tokens, null when its tokens are not what the task asks for. */
  readonly spending: Spending | undefined | null;
}

/** Reads its tokens, and verifies their signatures. */
export async function check(crypto: Crypto, { manifest }: AggregateTask, read: ReadReport): Promise<Uploaded> {
  const { tokens } = manifest;
  const { publicExtensions } = read.report.metadata;
  const given = tokensOf(publicExtensions, tokens);
  if (given === undefined || (tokens !== undefined && !(await allSigned(crypto, tokens, given))))
    return { ...read, spending: null };
  return { ...read, spending: await spendingOf(crypto, tokens, publicExtensions) };
}

interface Facts {
  readonly keyIds: Readonly<Record<Aggregator, number>>;
  readonly sizes: MessageSizes;
  readonly window: { readonly start: bigint; readonly end: bigint };
}

const known = new WeakMap<AggregateTask, Facts>();

/** What every report of a task is held against: found out once. */
function factsOf(task: AggregateTask): Facts {
  const before = known.get(task);
  if (before !== undefined) return before;
  const { aggregators, vdaf, window } = task.manifest;
  const facts = {
    keyIds: { leader: receivingKey(aggregators.leader).id, helper: receivingKey(aggregators.helper).id },
    sizes: sharedVerification(vdaf).sizes,
    window: { start: BigInt(window.start), end: BigInt(window.end) },
  };
  known.set(task, facts);
  return facts;
}

/** What can be refused from public facts, before anything is opened. */
export function refusal(task: AggregateTask, report: Report, nowSeconds: number): ReportError | undefined {
  const { keyIds, sizes, window } = factsOf(task);
  const { upload } = task.manifest;
  if (nowSeconds < upload.opens) return "report_too_early";
  if (nowSeconds >= upload.closes) return "task_expired";
  if (!rightSize(sizes, report)) return "invalid_message";
  const { time } = report.metadata;
  if (time < window.start) return "task_not_started";
  if (time >= window.end) return "task_expired";
  if (time > latestTime(task.dap.configuration.timePrecision, nowSeconds)) return "report_too_early";
  const { leaderShare, helperShare } = report;
  return leaderShare.configId === keyIds.leader && helperShare.configId === keyIds.helper
    ? undefined
    : "outdated_config";
}

const ENC_BYTES = 32;
/** The GCM tag, an empty extension list, and the payload's length. */
const SEALED_OVERHEAD = 16 + 2 + 4;

/** Every report of a task has one size; any other would only cost memory here and at the helper. */
function rightSize(sizes: MessageSizes, { publicShare, leaderShare, helperShare }: Report): boolean {
  return (
    publicShare.length === sizes.publicShare &&
    leaderShare.enc.length === ENC_BYTES &&
    helperShare.enc.length === ENC_BYTES &&
    leaderShare.payload.length === sizes.leaderInputShare + SEALED_OVERHEAD &&
    helperShare.payload.length === sizes.helperInputShare + SEALED_OVERHEAD
  );
}
