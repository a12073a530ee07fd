// The coordinator: leader, collector, task register and ledger behind one object, over parts it is given.

import { taskCache } from "../aggregate/task.ts";
import type { Budgets } from "../api/analyst.ts";
import type { LedgerView } from "../api/routes.ts";
import { toHex } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Transport } from "../ports/transport.ts";
import { newAgreement } from "../release/agreement.ts";
import { type HeadsDocument, headsDocument, headsFrom } from "../release/heads.ts";
import { ledgerDocument } from "../release/view.ts";
import type { Bundle } from "../task/bundle.ts";
import type { MaskedBundle } from "../task/masked/bundle.ts";
import type { ReleaseBytes } from "../task/stages.ts";
import { type Analyst, newAnalyst } from "./analyst.ts";
import { type Asking, newAsking } from "./asking.ts";
import { type AuditAnswer, newAudit } from "./audit.ts";
import { newBooks } from "./books.ts";
import { bundleOf } from "./bundle.ts";
import { collectTask } from "./collector.ts";
import { type ForDevices, newForDevices } from "./devices.ts";
import { newExchange } from "./exchange.ts";
import { type CoordinatorKeys, newCoordinatorKeys } from "./keys.ts";
import { newLeaderRunner, newWaitingRunner } from "./leader.ts";
import { type MaskedRounds, newMaskedRounds } from "./masked/rounds.ts";
import { type CoordinatorOperator, newCoordinatorOperator } from "./operator.ts";
import { partnerTransport } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";
import { publicQuery } from "./public-query.ts";
import { newPublisher } from "./publish.ts";
import { newTrainings, type Trainings } from "./training/trainings.ts";
import { workOnAll } from "./work-on-all.ts";

export interface CoordinatorService extends Asking, ForDevices, CoordinatorKeys, CoordinatorOperator {
  /** Verifies the ledger and compares it with its mark and, when it answers, with the helper's. @throws PacelineError invalid_data */
  open(log: ServiceLog): Promise<void>;
  /** Why nothing is served, if so. */
  trouble(): string | undefined;
  /** @throws PacelineError ledger_behind while nothing is served */
  checkLedger(): void;
  /** @throws PacelineError as that, and storage_full or unavailable while its mark cannot be written */
  probeLedger(): Promise<void>;
  /** Takes the helper's newest head and shows its own. */
  heads(shown: HeadsDocument): Promise<HeadsDocument>;
  /** Ends what a crash or an absent helper has left half done. Whatever cannot be ended now is tried again later. */
  recover(): Promise<void>;
  /** Verifies what waits of any task, whichever process took it. @returns whether there was any @throws PacelineError */
  work(): Promise<boolean>;
  /** Takes no more jobs; resolves when those that it has are recorded. */
  stopWork(): Promise<void>;
  /** Gives up the jobs that it still has, for other processes to go on with. */
  handBack(): Promise<void>;
  readonly trainings: Trainings;
  /** Rounds that this coordinator sums alone. */
  readonly masked: MaskedRounds;
  /** Questions, and the metrics there are, as analysts read them. */
  readonly analyst: Analyst;
  budget(): Promise<Budgets>;
  collect(task: Uint8Array): Promise<ReleaseBytes>;
  release(task: Uint8Array): Promise<ReleaseBytes>;
  ledger(): Promise<LedgerView>;
  audit(index: number): Promise<AuditAnswer>;
  /** A settled release with its proofs. */
  bundle(task: Uint8Array): Promise<Bundle | MaskedBundle>;
}

export function newCoordinator(
  given: Omit<CoordinatorParts, "agree"> & {
    readonly mark: MarkFile;
    /** To the registrar; `transport` when left out. */
    readonly registrarTransport?: Transport | undefined;
    /** False: other processes verify what this one takes. */
    readonly verifies?: boolean;
  },
): CoordinatorService {
  const { crypto, keyring, terms } = given;
  const transport = partnerTransport(given.transport);
  const agreement = newAgreement({
    ...given,
    signer: keyring.signer,
    role: "coordinator",
    ...(terms.helper === undefined ? { alone: true } : { counterpartKey: terms.helper.signingKey }),
  });
  const { store } = agreement;
  const agree =
    terms.helper === undefined ? async () => agreement.checkOwn() : newExchange(agreement, transport, terms.helper);
  const parts = { ...given, transport, store, agree };
  const taskOf = taskCache(crypto, "leader", store);
  const worker = given.verifies === false ? undefined : newLeaderRunner(parts);
  const runner = worker ?? newWaitingRunner(parts);
  const audit = newAudit(store, crypto, keyring.signer);
  const publisher = newPublisher(parts);
  const analyst = newAnalyst(parts);
  const books = newBooks(parts);
  const asking = newAsking(parts, publisher, books);
  /** Tasks that are being collected take no more reports. */
  const closing = new Set<string>();
  const { trouble } = agreement;
  const collect = async (id: Uint8Array): Promise<ReleaseBytes> => {
    agreement.checkOwn();
    const task = await taskOf(id);
    closing.add(toHex(id));
    return await collectTask(parts, runner, task).finally(() => closing.delete(toHex(id)));
  };
  const masked = newMaskedRounds({ parts, transport: given.registrarTransport ?? given.transport });
  const trainings = newTrainings({ parts, publisher, masked, collect }, (length) => given.entropy.bytes(length));
  const forDevices = newForDevices(parts, { taskOf, runner, closing, trouble, arrived: analyst.arrived });
  return {
    ...forDevices,
    ...newCoordinatorKeys(parts, agreement),
    ...newCoordinatorOperator(parts, masked),
    async open(log) {
      await agreement.open(log);
      // A helper that is away is heard before anything needs it; what it or the mark says is kept and told by /health.
      await agree().catch((error: unknown) => {
        if (!isPacelineError(error)) throw error;
      });
    },
    trouble,
    checkLedger: agreement.checkOwn,
    probeLedger: agreement.check,
    async heads(shown) {
      await agreement.take(headsFrom(shown));
      return headsDocument(await agreement.show());
    },
    recover: () => publisher.recover(),
    async work() {
      if (worker === undefined || trouble() !== undefined) return false;
      return await workOnAll(parts, worker, taskOf);
    },
    stopWork: async () => await worker?.stop(),
    handBack: async () => await worker?.handBack(),
    async ask(json) {
      agreement.checkOwn();
      return await asking.ask(json);
    },
    trainings,
    masked,
    explain: (json) => asking.explain(json),
    analyst,
    budget: () => books.budgets(),
    collect,
    async release(id) {
      agreement.checkOwn();
      const query = await publicQuery(store, id);
      if (query.release === null) fail("conflict", "the task is not settled yet");
      return query.release as ReleaseBytes;
    },
    ledger: () => store.transaction((rows) => ledgerDocument(rows)),
    async audit(index) {
      agreement.checkOwn();
      return await audit(index);
    },
    async bundle(id) {
      agreement.checkOwn();
      return await bundleOf(parts, audit, id);
    },
  };
}
