// The helper answers aggregation jobs: from its own database alone it decides which reports count, and the same request
// gets the same bytes whenever it comes.
import { nameOf } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import { AggregationJobResp, type ReadVerifyInit, readJob, type VerifyResp } from "../protocol/dap/aggregation.ts";
import { ReportError, type SaidReportError } from "../protocol/dap/basics.ts";
import { untaken } from "./jobs.ts";
import type { HelperPrepared, Preparer, PrepareTask, Refused } from "./prepare.ts";
import type { AggregateRows, ReportRow } from "./store.ts";
import { type Spending, spendingOf } from "./tokens.ts";
import { takeWaiting } from "./withdraw.ts";

const REPORTS_MAX = 1000;

export interface RespondSteps<Rows extends AggregateRows> {
  /** Milliseconds. */
  readonly at: number;
  /**
   * Refuses a task that may have no more: before the proofs are checked, and again within the transaction that writes the answer, for
   * the leader may have heard meanwhile that these reports do not count. Answers given before are given again all the same.
   * @param begun the job was written down before, when the task took it @throws PacelineError
   */
  permit(rows: Rows, begun: boolean): Promise<void>;
  /** Called when the proofs are checked and nothing is written yet. */
  verified(): void;
}

/** Which reports this helper has not seen: one it has seen is a replay, whatever its proof says now. */
async function freshOnes(
  store: Store<AggregateRows>,
  task: Uint8Array,
  ids: readonly Uint8Array[],
): Promise<readonly number[]> {
  const states = await store.read((rows) => rows.reportStates(task, ids));
  return [...ids.keys()].filter((i) => states[i] === undefined);
}

/**
 * @returns the encoded AggregationJobResp. @throws PacelineError invalid_message
 */
export async function respondToJob<Rows extends AggregateRows>(
  crypto: Crypto,
  store: Store<Rows>,
  preparer: Preparer,
  prepare: PrepareTask,
  request: Uint8Array,
  { at, permit, verified }: RespondSteps<Rows>,
): Promise<Uint8Array> {
  const key = await crypto.sha256(request);
  const known = await store.read(async (rows) => {
    const row = await rows.job(prepare.id, key);
    if (!row?.response) await permit(rows, row !== undefined);
    return row;
  });
  if (known?.response) return known.response;
  const inits = decodeJob(request);
  const ids = inits.map(({ init }) => init.metadata.reportId);
  const fresh = await freshOnes(store, prepare.id, ids);
  const freshInits = fresh.map((i) => inits[i] as ReadVerifyInit);
  const results = await preparer.prepareHelper(
    prepare,
    freshInits.map(({ bytes }) => bytes),
  );
  const spendings = await spendingsOf(crypto, prepare, freshInits);
  verified();
  return await store.transaction(async (rows) => {
    const meanwhile = await rows.job(prepare.id, key);
    await permit(rows, meanwhile !== undefined);
    if (meanwhile?.response) return meanwhile.response;
    const collected = (await rows.batch(prepare.id)) !== undefined;
    /** Of each report; undefined for one that was here before, and for all of a batch that is collected. */
    const outcomes: (HelperPrepared | undefined)[] = inits.map(() => undefined);
    if (!collected)
      for (const [k, i] of fresh.entries())
        outcomes[i] = await paid(rows, results[k] as HelperPrepared, spendings?.[k]);
    await dropTakenBack(rows, prepare.id, ids, fresh, outcomes);
    const added = await addOutcomes(rows, prepare.id, ids, outcomes);
    const answers = ids.map((reportId, i): VerifyResp => {
      const error = collected ? "batch_collected" : refusal(outcomes[i], added.has(i));
      if (error !== undefined) return { reportId, type: "reject", error };
      return { reportId, type: "continue", payload: (outcomes[i] as Verified).message };
    });
    const response = AggregationJobResp.encode(answers);
    const written = { task: prepare.id, key, reports: null, request: null, response, at, ...untaken };
    await (meanwhile === undefined ? rows.addJob(written) : rows.putJob(written));
    return response;
  });
}

/** What each report spends; undefined where tasks cost no tokens. */
async function spendingsOf(
  crypto: Crypto,
  { tokens }: PrepareTask,
  inits: readonly ReadVerifyInit[],
): Promise<readonly (Spending | undefined)[] | undefined> {
  if (tokens === undefined) return undefined;
  return await Promise.all(inits.map(({ init }) => spendingOf(crypto, tokens, init.metadata.publicExtensions)));
}

/** What its device took back before it came does not count; its tokens are spent all the same. */
async function dropTakenBack(
  rows: AggregateRows,
  task: Uint8Array,
  ids: readonly Uint8Array[],
  fresh: readonly number[],
  outcomes: (HelperPrepared | undefined)[],
): Promise<void> {
  const taken = await takeWaiting(
    rows,
    task,
    fresh.map((i) => ids[i] as Uint8Array),
  );
  if (taken.length === 0) return;
  const names = new Set(taken.map(nameOf));
  for (const i of fresh) if (names.has(nameOf(ids[i] as Uint8Array))) outcomes[i] = { error: "report_dropped" };
}

/** @throws PacelineError invalid_message for what no helper would work on */
export function decodeJob(request: Uint8Array): readonly ReadVerifyInit[] {
  const { verificationKeyId, aggregationParameter, extensions, verifyInits } = readJob(request);
  if (verificationKeyId !== 0) fail("invalid_message", "there is one verification key a task, with id 0");
  if (aggregationParameter.length > 0) fail("invalid_message", "Prio3 has no aggregation parameter");
  if (extensions.length > 0) fail("invalid_message", "no aggregation job extension is known here");
  if (verifyInits.length === 0 || verifyInits.length > REPORTS_MAX)
    fail("invalid_message", `a job holds 1 to ${REPORTS_MAX} reports`);
  if (new Set(verifyInits.map(({ init }) => nameOf(init.metadata.reportId))).size !== verifyInits.length)
    fail("invalid_message", "a job names a report twice");
  return verifyInits;
}

type Verified = Exclude<HelperPrepared, Refused>;

/** What verified well counts only when its tokens were not spent before. */
async function paid(
  rows: AggregateRows,
  result: HelperPrepared,
  spending: Spending | undefined,
): Promise<HelperPrepared> {
  if ("error" in result || spending === undefined) return result;
  return (await rows.spendTokens(spending.issuer, spending.names)) ? result : { error: "report_dropped" };
}

/** Writes down what became of each report. @returns those of them that were not there before */
async function addOutcomes(
  rows: AggregateRows,
  task: Uint8Array,
  ids: readonly Uint8Array[],
  outcomes: readonly (HelperPrepared | undefined)[],
): Promise<ReadonlySet<number>> {
  const known = [...ids.keys()].filter((i) => outcomes[i] !== undefined);
  const reports = known.map((i): ReportRow => {
    const outcome = outcomes[i] as HelperPrepared;
    const row = { task, id: ids[i] as Uint8Array, upload: null };
    if ("error" in outcome)
      return { ...row, state: "rejected", error: ReportError.encode(outcome.error)[0] as number, outputShare: null };
    return { ...row, state: "accepted", error: null, outputShare: outcome.outputShare };
  });
  const fresh = await rows.addReports(reports);
  return new Set(known.filter((_, k) => fresh[k]));
}

/** Why a report does not count, if so. One that was there before is a replay, whatever its proof says now. */
function refusal(outcome: HelperPrepared | undefined, added: boolean): SaidReportError | undefined {
  if (outcome === undefined) return "report_replayed";
  if ("error" in outcome) return outcome.error;
  return added ? undefined : "report_replayed";
}
