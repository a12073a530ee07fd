// The helper: signs manifests within its own policy and budget, verifies reports with the leader, and gives out one
// noised share a task. Everything it decides comes from its own database and configuration.
import type { NoiseSource } from "../aggregate/collect.ts";
import { answerShareRequest, shareRequest } from "../aggregate/share.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import { taskCache } from "../aggregate/task.ts";
import type { LedgerView } from "../api/routes.ts";
import { equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { newAgreement } from "../release/agreement.ts";
import { type HeadsDocument, headsDocument, headsFrom } from "../release/heads.ts";
import { refuseClosed } from "../release/ledger.ts";
import type { LedgerRows } from "../release/store.ts";
import { ledgerDocument } from "../release/view.ts";
import { receivingKey } from "../task/dap.ts";
import { newApprovals } from "./approvals.ts";
import { type HelperJobs, type JobParts, newHelperJobs } from "./jobs.ts";
import { type HelperKeys, newHelperKeys } from "./keys.ts";
import { type HelperOperator, newHelperOperator } from "./operator.ts";
import { newSigning, type Signing, type SigningParts } from "./signing.ts";
import { type HelperWithdrawals, newHelperWithdrawals } from "./withdrawals.ts";

export interface HelperParts extends SigningParts, JobParts {
  readonly store: Store<AggregateRows & LedgerRows>;
  readonly mark: MarkFile;
  readonly noise: NoiseSource;
  /** Resolves when what devices have sent meanwhile was read, so that it is written together; at once when left out. */
  readonly soon?: () => Promise<void>;
}

export interface HelperService extends Signing, HelperWithdrawals, HelperJobs, HelperKeys, HelperOperator {
  /** Verifies the ledger and compares it with its mark. @throws PacelineError invalid_data */
  open(log: ServiceLog): Promise<void>;
  /** Why nothing is served, if so. */
  trouble(): string | undefined;
  /** @throws PacelineError ledger_behind while nothing is served, storage_full or unavailable while its mark cannot be written */
  probeLedger(): Promise<void>;
  /** Takes the leader's newest head and shows its own. */
  heads(shown: HeadsDocument): Promise<HeadsDocument>;
  aggregateShare(task: Uint8Array, body: Uint8Array): Promise<Uint8Array>;
  /** @param id the SHA-256 of the request that the share was given for @throws PacelineError not_found */
  shareAgain(task: Uint8Array, id: Uint8Array): Promise<Uint8Array>;
  /** That request. @throws PacelineError not_found */
  shareRequested(task: Uint8Array, id: Uint8Array): Promise<Uint8Array>;
  ledger(): Promise<LedgerView>;
}

export function newHelper(parts: HelperParts): HelperService {
  const { crypto, clock, keyring, preparer, noise, passing } = parts;
  const agreement = newAgreement({ ...parts, signer: keyring.signer, role: "helper" });
  const { store } = agreement;
  const taskOf = taskCache(crypto, "helper", store);
  const approvals = newApprovals(parts, store);
  const signing = newSigning(parts, agreement.store, approvals);
  /** A batch is asked for in one way: its request follows from what is held of it. */
  async function shareRequested(id: Uint8Array, request: Uint8Array): Promise<Uint8Array> {
    const task = await taskOf(id);
    const batch = await store.read((rows) => rows.batch(id));
    const body = batch && shareRequest(task, batch);
    if (body === undefined || !equalBytes(await crypto.sha256(body), request))
      return fail("not_found", "no share was given for such a request");
    return body;
  }
  return {
    ...newHelperOperator(store, clock, approvals),
    ...newHelperJobs(parts, store, taskOf, agreement),
    ...newHelperWithdrawals(parts, store, taskOf, agreement),
    ...newHelperKeys(parts, store, agreement),
    open: agreement.open,
    trouble: agreement.trouble,
    probeLedger: agreement.check,
    async heads(shown) {
      await agreement.take(headsFrom(shown));
      return headsDocument(await agreement.show());
    },
    async check(bytes) {
      agreement.checkBoth();
      return await signing.check(bytes);
    },
    async approval(bytes) {
      agreement.checkBoth();
      return await signing.approval(bytes);
    },
    async sign(bytes) {
      agreement.checkBoth();
      return await signing.sign(bytes);
    },
    async release(id) {
      agreement.checkOwn();
      return await signing.release(id);
    },
    shareRequested,
    async shareAgain(id, request) {
      return await this.aggregateShare(id, await shareRequested(id, request));
    },
    async aggregateShare(id, body) {
      const task = await taskOf(id);
      agreement.checkBoth();
      const charged = await store.read(async (rows) => {
        await refuseClosed(id)(rows);
        const payer = task.stream?.key ?? id;
        await refuseClosed(payer)(rows);
        return await rows.eventOf(payer, "debit");
      });
      if (charged === undefined) fail("internal", "a task this helper signed has its debit");
      passing("helper:collect");
      const collector = receivingKey(task.manifest.aggregators.leader);
      const answer = await answerShareRequest(crypto, store, task, { noise, summing: preparer }, collector, body, {
        stepped: () => passing("helper:stream-stepped"),
        written: () => passing("helper:batch-written"),
      });
      passing("helper:collected");
      return answer;
    },
    ledger: () => store.transaction((rows) => ledgerDocument(rows)),
  };
}
