// The helper answers aggregation jobs: from its own database alone it decides which reports count, and the same request
// gets the same bytes whenever it comes.
import { toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import { AggregationJobInitReq, AggregationJobResp, VerifyInit, type VerifyResp } from "../protocol/dap/aggregation.ts";
import { ReportError } from "../protocol/dap/basics.ts";
import { publicExtensionsOf } from "./extensions.ts";
import type { HelperPrepared, Preparer, PrepareTask } from "./prepare.ts";
import type { AggregateRows } from "./store.ts";
import { type Spending, spendingOf } from "./tokens.ts";

const REPORTS_MAX = 1000;

export interface RespondSteps<Rows extends AggregateRows> {
  /** Whether the task still takes reports, by the helper's own clock. Answers given before are given again all the same. */
  readonly open: boolean;
  /** Refuses, within the transaction that writes the answer, a task that may have no more. @throws PacelineError */
  permit(rows: Rows): Promise<void>;
  /** Called when the proofs are checked and nothing is written yet. */
  verified(): void;
}

/** Reports this helper has not seen: one it has seen is a replay, whatever its proof says now. */
async function freshOnes(
  store: Store<AggregateRows>,
  task: Uint8Array,
  inits: readonly VerifyInit[],
): Promise<readonly VerifyInit[]> {
  return await store.transaction(async (rows) => {
    const fresh: VerifyInit[] = [];
    for (const init of inits) if ((await rows.report(task, init.metadata.reportId)) === undefined) fresh.push(init);
    return fresh;
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
  { open, permit, verified }: RespondSteps<Rows>,
): Promise<Uint8Array> {
  const key = await crypto.sha256(request);
  const known = await store.transaction((rows) => rows.job(prepare.id, key));
  if (known?.response) return known.response;
  if (!open) fail("task_expired", "the task's time for reports is over at the helper");
  const inits = decodeJob(request);
  const fresh = await freshOnes(store, prepare.id, inits);
  const results = await preparer.prepareHelper(
    prepare,
    fresh.map((init) => VerifyInit.encode(init)),
  );
  const prepared = new Map(fresh.map(({ metadata }, i) => [toHex(metadata.reportId), results[i]]));
  const spendings = new Map<string, Spending>();
  for (const { metadata } of fresh) {
    const extensions = publicExtensionsOf(metadata.publicExtensions, prepare.tokens);
    const spending = extensions && (await spendingOf(crypto, prepare.tokens, extensions.tokens));
    if (spending !== undefined) spendings.set(toHex(metadata.reportId), spending);
  }
  verified();
  return await store.transaction(async (rows) => {
    await permit(rows);
    const meanwhile = await rows.job(prepare.id, key);
    if (meanwhile?.response) return meanwhile.response;
    const collected = (await rows.batch(prepare.id)) !== undefined;
    const answers: VerifyResp[] = [];
    for (const { metadata } of inits) {
      const name = toHex(metadata.reportId);
      const spending = spendings.get(name);
      answers.push(await settle(rows, prepare.id, metadata.reportId, prepared.get(name), { collected, spending }));
    }
    const response = AggregationJobResp.encode(answers);
    await rows.addJob({ task: prepare.id, key, request: null, response });
    return response;
  });
}

function decodeJob(request: Uint8Array): readonly VerifyInit[] {
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

async function settle(
  rows: AggregateRows,
  task: Uint8Array,
  id: Uint8Array,
  result: HelperPrepared | undefined,
  { collected, spending }: { readonly collected: boolean; readonly spending: Spending | undefined },
): Promise<VerifyResp> {
  const reject = (error: ReportError): VerifyResp => ({ reportId: id, type: "reject", error });
  if (collected) return reject("batch_collected");
  if (result === undefined) return reject("report_replayed");
  const row = { task, id, upload: null };
  if ("error" in result) {
    const code = ReportError.encode(result.error)[0] as number;
    await rows.addReport({ ...row, state: "rejected", error: code, outputShare: null });
    return reject(result.error);
  }
  if (spending !== undefined && !(await rows.spendTokens(spending.issuer, spending.names))) {
    const code = ReportError.encode("report_dropped")[0] as number;
    await rows.addReport({ ...row, state: "rejected", error: code, outputShare: null });
    return reject("report_dropped");
  }
  const fresh = await rows.addReport({ ...row, state: "accepted", error: null, outputShare: result.outputShare });
  return fresh ? { reportId: id, type: "continue", payload: result.message } : reject("report_replayed");
}
