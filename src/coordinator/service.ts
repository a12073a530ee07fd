// The coordinator: leader, collector, task register and ledger behind one object, over parts it is given.

import { taskCache } from "../aggregate/task.ts";
import { newUploads } from "../aggregate/upload.ts";
import type { Asked, LedgerView } from "../api/routes.ts";
import { inclusionProof, leafHash, rootOf } from "../audit/merkle.ts";
import { concat, toHex, utf8 } from "../base/bytes.ts";
import { Writer } from "../base/codec.ts";
import { fail } from "../base/errors.ts";
import { encodePlan } from "../learning/plan/plan.ts";
import { type Explanation, explainPlan } from "../query/explain.ts";
import { planQuery } from "../query/plan.ts";
import { hashQuery, parseQuerySpec } from "../query/spec.ts";
import { chainedStore } from "../release/chained.ts";
import { ledgerDocument } from "../release/view.ts";
import type { Envelope } from "../task/envelope.ts";
import type { ReleaseBytes } from "../task/stages.ts";
import { collectTask } from "./collector.ts";
import { newLeaderRunner } from "./leader.ts";
import { partnerTransport } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";
import { publish } from "./publish.ts";
import { newRegister, type RegisterPage } from "./register.ts";
import { planAfter, publishRound, type TrainingRequest } from "./training.ts";

export interface AuditAnswer {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

export interface CoordinatorService {
  ask(spec: unknown): Promise<Asked>;
  train(request: TrainingRequest): Promise<Asked>;
  explain(spec: unknown): Explanation;
  /** The open tasks, as devices see them. */
  tasks(): Promise<readonly Envelope[]>;
  /** The same, as devices read it: what came after `cursor`. */
  register(cursor: string | undefined): Promise<RegisterPage>;
  upload(task: Uint8Array, body: Uint8Array): Promise<Uint8Array>;
  collect(task: Uint8Array): Promise<ReleaseBytes>;
  release(task: Uint8Array): Promise<ReleaseBytes>;
  modelAfter(task: Uint8Array): Promise<string>;
  ledger(): Promise<LedgerView>;
  audit(index: number): Promise<AuditAnswer>;
}

/** What a checkpoint's signature covers. */
function checkpoint(size: number, root: Uint8Array): Uint8Array {
  return concat(utf8("paceline checkpoint v1\n"), new Writer().u64(size).fixed(root).done());
}

export function newCoordinator(given: CoordinatorParts): CoordinatorService {
  const parts = {
    ...given,
    transport: partnerTransport(given.transport),
    store: chainedStore(given.store, given.crypto, () => undefined),
  };
  const { store, crypto, clock, passing, keyring } = parts;
  const taskOf = taskCache(crypto, "leader", store);
  const runner = newLeaderRunner(parts);
  const uploads = newUploads(store);
  const register = newRegister(store, crypto);
  /** Tasks that are being collected take no more reports. */
  const closing = new Set<string>();
  return {
    async ask(json) {
      const spec = parseQuerySpec(json);
      return await publish(parts, await hashQuery(crypto, spec), planQuery(spec));
    },
    train: (request) => publishRound(parts, request),
    explain: (json) => explainPlan(planQuery(parseQuerySpec(json))),
    tasks: () => register.open(Math.floor(clock.now() / 1000), closing),
    register: (cursor) => register.page(Math.floor(clock.now() / 1000), closing, cursor),
    async upload(id, body) {
      const task = await taskOf(id);
      if (closing.has(toHex(id)))
        fail("unavailable", "the task is being collected", { hint: "Send the same bytes again." });
      const errors = await uploads.accept(task, body, Math.floor(clock.now() / 1000));
      passing("coordinator:upload-stored");
      runner.kick(task);
      return errors;
    },
    async collect(id) {
      const task = await taskOf(id);
      closing.add(toHex(id));
      return await collectTask(parts, runner, task).finally(() => closing.delete(toHex(id)));
    },
    async release(id) {
      const query = await store.transaction((rows) => rows.queryOfTask(id));
      if (query === undefined) fail("not_found", "there is no such task");
      if (query.release === null) fail("conflict", "the task is not settled yet");
      return query.release as ReleaseBytes;
    },
    modelAfter: async (id) => encodePlan((await planAfter(parts, id)).plan),
    ledger: () => store.transaction((rows) => ledgerDocument(rows)),
    async audit(index) {
      const leaves = await store.transaction((rows) => rows.leaves());
      const hashes = await Promise.all(leaves.map((leaf) => leafHash(crypto, leaf)));
      const proof = await inclusionProof(crypto, hashes, index);
      const root = await rootOf(crypto, hashes);
      const size = leaves.length;
      const signature = await keyring.signer.sign(checkpoint(size, root));
      return { leaf: leaves[index] as Uint8Array, index, size, root, proof, signature };
    },
  };
}
