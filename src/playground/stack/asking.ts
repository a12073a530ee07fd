// A question becomes a task: planned, signed by both organisations, paid for at both ledgers before any phone is asked.
import { type AggregateTask, openTask } from "../../aggregate/task.ts";
import { toBase64Url } from "../../base/bytes.ts";
import { weekday } from "../../base/calendar.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { HpkeConfig, hpkeConfigOf } from "../../protocol/dap/hpke-config.ts";
import { planning } from "../../query/planner.ts";
import type { Question } from "../../query/question/schema.ts";
import { reserve } from "../../release/reserve.ts";
import { studySetting } from "../../simulate/index.ts";
import { dapTaskOf } from "../../task/dap.ts";
import { type Envelope, sealEnvelope, signManifest } from "../../task/envelope.ts";
import { encodeManifest, MANIFEST_VERSION, type Manifest } from "../../task/manifest.ts";
import { hashQuestion } from "../../task/question-hash.ts";
import { crypto, entropy, exchangeHeads, type Party, pay } from "./party.ts";

const DAY = 86_400;

export interface Asked {
  readonly hash: string;
  readonly question: Question;
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  readonly envelope: Envelope;
  readonly leader: AggregateTask;
  readonly helper: AggregateTask;
  /** Unix seconds, in the time for reports. */
  readonly now: number;
  /** The Sunday on which the members' days end. */
  readonly lastDay: number;
}

export interface Parties {
  readonly leader: Party;
  readonly helper: Party;
}

/** @throws PacelineError invalid_query, budget_exhausted naming the ledger */
export async function ask(parties: Parties, sql: string, epsilon: string): Promise<Asked> {
  const { leader, helper } = parties;
  const { setting } = studySetting({ definitions: [], lists: {} });
  const { question, plan } = planning.plan({ sql, epsilon }, setting);
  const { start: _, end } = plan.window;
  const upload = { opens: end * DAY, closes: (end + 7) * DAY };
  const hash = await hashQuestion(crypto, question);
  const receiver = ({ hpke: { id, pair } }: Party) => toBase64Url(HpkeConfig.encode(hpkeConfigOf(id, pair.public)));
  const manifest: Manifest = {
    version: MANIFEST_VERSION,
    ...plan,
    queryHash: hash,
    trustMode: "two-aggregators",
    upload,
    aggregators: {
      leader: { url: "https://coordinator.example", hpke: receiver(leader) },
      helper: { url: "https://helper.example", hpke: receiver(helper) },
    },
  };
  const bytes = encodeManifest(manifest);
  const { id } = await dapTaskOf(crypto, manifest, bytes);
  const row = { id, manifest: bytes, verifyKey: entropy.bytes(32), closes: upload.closes };
  const tasks = { leader: await openTask(crypto, "leader", row), helper: await openTask(crypto, "helper", row) };
  const mechanism = canonicalJson(plan.noise as unknown as Json);
  const at = upload.opens * 1000;
  // Each from its own book. The coordinator's debit and the question are one transaction.
  await leader.store.transaction((rows) =>
    reserve(rows, {
      ...{ hash, manifest: bytes, question: canonicalJson(question as unknown as Json), upload, caps: leader.caps, at },
      debit: { task: id, rho: BigInt(tasks.leader.proved.rho), epochs: tasks.leader.proved.epochs, mechanism },
    }),
  );
  await pay(helper, tasks.helper, mechanism, at);
  for (const { store } of [leader, helper]) await store.transaction((rows) => rows.addTask(row));
  await exchangeHeads(leader, helper);
  const envelope = sealEnvelope(
    bytes,
    await signManifest(leader.signer, "register", bytes),
    await signManifest(helper.signer, "helper", bytes),
  );
  const last = end - 1;
  return {
    ...{ hash, question, manifest, bytes, envelope, ...tasks, now: upload.opens + 60 },
    lastDay: last + 7 - weekday(last),
  };
}
