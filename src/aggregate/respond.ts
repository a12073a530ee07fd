// The helper answers aggregation jobs: from its own database alone it decides which reports count, and the same request
// gets the same bytes whenever it comes.
import { toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import { AggregationJobInitReq, AggregationJobResp, VerifyInit, type VerifyResp } from "../protocol/dap/aggregation.ts";
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

/** Reports this helper has not seen: one it has seen is a replay, whatever its proof says now. */
async function freshOnes(
  store: Store<AggregateRows>,
  task: Uint8Array,
  inits: readonly VerifyInit[],
): Promise<readonly VerifyInit[]> {
  return await store.read(async (rows) => {
    const states = await rows.reportStates(
      task,
      inits.map(({ metadata }) => metadata.reportId),
    );
    return inits.filter((_, i) => states[i] === undefined);
  });
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
  const fresh = await freshOnes(store, prepare.id, inits);
  const results = await preparer.prepareHelper(
    prepare,
    fresh.map((init) => VerifyInit.encode(init)),
  );
  const prepared = new Map(
    fresh.map(({ metadata }, i) => [toHex(metadata.reportId), results[i] as HelperPrepared] as const),
  );
  const spendings = new Map<string, Spending>();
  for (const { metadata } of fresh) {
    const spending = await spendingOf(crypto, prepare.tokens, metadata.publicExtensions);
    if (spending !== undefined) spendings.set(toHex(metadata.reportId), spending);
  }
  verified();
  return await store.transaction(async (rows) => {
    const meanwhile = await rows.job(prepare.id, key);
    await permit(rows, meanwhile !== undefined);
    if (meanwhile?.response) return meanwhile.response;
    const collected = (await rows.batch(prepare.id)) !== undefined;
    const outcomes = new Map<string, HelperPrepared>();
    if (!collected)
      for (const [name, result] of prepared) outcomes.set(name, await paid(rows, result, spendings.get(name)));
    // Tokens of what its device took back before it came are spent all the same.
    for (const id of await takeWaiting(
      rows,
      prepare.id,
      fresh.map(({ metadata }) => metadata.reportId),
    ))
      outcomes.set(toHex(id), { error: "report_dropped" });
    const added = await addOutcomes(rows, prepare.id, fresh, outcomes);
    const answers = inits.map(({ metadata: { reportId } }): VerifyResp => {
      const name = toHex(reportId);
      const error = collected ? "batch_collected" : refusal(outcomes.get(name), added.has(name));
      if (error !== undefined) return { reportId, type: "reject", error };
      return { reportId, type: "continue", payload: (outcomes.get(name) as Verified).message };
    });
    const response = AggregationJobResp.encode(answers);
    const written = { task: prepare.id, key, reports: null, request: null, response, at, ...untaken };
    await (meanwhile === undefined ? rows.addJob(written) : rows.putJob(written));
    return response;
  });
}

/** @throws PacelineError invalid_message for what no helper would work on */
export function decodeJob(request: Uint8Array): readonly VerifyInit[] {
  const { verificationKeyId, aggregationParameter, extensions, verifyInits } = AggregationJobInitReq.decode(request);
  if (verificationKeyId !== 0) fail("invalid_message", "there is one verification key a task, with id 0");
  if (aggregationParameter.length > 0) fail("invalid_message", "Prio3 has no aggregation parameter");
  if (extensions.length > 0) fail("invalid_message", "no aggregation job extension is known here");
  if (verifyInits.length === 0 || verifyInits.length > REPORTS_MAX)
    fail("invalid_message", `a job holds 1 to ${REPORTS_MAX} reports`);
  if (new Set(verifyInits.map(({ metadata }) => toHex(metadata.reportId))).size !== verifyInits.length)
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

/** Writes down what became of each report. @returns the ids, in hex, of those that were not there before */
async function addOutcomes(
  rows: AggregateRows,
  task: Uint8Array,
  inits: readonly VerifyInit[],
  outcomes: ReadonlyMap<string, HelperPrepared>,
): Promise<ReadonlySet<string>> {
  const reports = inits.flatMap(({ metadata: { reportId: id } }): ReportRow[] => {
    const outcome = outcomes.get(toHex(id));
    if (outcome === undefined) return [];
    const row = { task, id, upload: null };
    if ("error" in outcome)
      return [{ ...row, state: "rejected", error: ReportError.encode(outcome.error)[0] as number, outputShare: null }];
    return [{ ...row, state: "accepted", error: null, outputShare: outcome.outputShare }];
  });
  const fresh = await rows.addReports(reports);
  return new Set(reports.filter((_, i) => fresh[i]).map(({ id }) => toHex(id)));
}

/** Why a report does not count, if so. One that was there before is a replay, whatever its proof says now. */
function refusal(outcome: HelperPrepared | undefined, added: boolean): SaidReportError | undefined {
  if (outcome === undefined) return "report_replayed";
  if ("error" in outcome) return outcome.error;
  return added ? undefined : "report_replayed";
}
