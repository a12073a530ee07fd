// One round with the coordinator: read the public register, decide about each task, queue with the debit, send.
// A refusal from public facts sends nothing; a private reason makes the report null; queued bytes survive a crash.
import { call } from "../api/call.ts";
import { decodeProblem } from "../api/problem.ts";
import { coordinatorRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { isPacelineError } from "../base/errors.ts";
import { checkedPlan } from "../learning/plan/check.ts";
import { newReporter, type Reporter } from "../report/seal.ts";
import { uploadError, uploadRequest } from "../report/upload.ts";
import type { ConsentReceipt } from "../task/consent.ts";
import { type Envelope, openEnvelope, type SignedManifest } from "../task/envelope.ts";
import { guardManifest } from "../task/guard.ts";
import type { Proved } from "../task/prove.ts";
import type { Purpose } from "../task/purposes.ts";
import { contributionOf, describe, nullContribution } from "./contribute.ts";
import { type Watched, watched } from "./log.ts";
import type { Settings } from "./options.ts";
import { capOf, entry, keys, type Participation, readAll, readJson } from "./state.ts";

/** What became of one task. */
export type SyncResult =
  | {
      readonly outcome: "sent" | "queued" | "rejected";
      readonly task: string;
      readonly name: string;
      readonly isNull: boolean;
      readonly why?: string;
    }
  | { readonly outcome: "refused"; readonly code: string; readonly why: string };

/** @throws PacelineError unavailable when the register does not answer; nothing is lost then */
export async function syncTasks(settings: Settings, consented: ReadonlySet<Purpose>): Promise<readonly SyncResult[]> {
  const paused = (await readJson<boolean>(settings.store, keys.paused)) ?? false;
  // Without consent not even a request leaves the device.
  if (consented.size === 0 || paused) return [];
  const transport = watched(settings);
  await resend(settings, transport, consented);
  const { tasks } = await call({ transport, url: settings.coordinatorUrl }, coordinatorRoutes.tasks);
  const results: SyncResult[] = [];
  for (const envelope of tasks) {
    const result = await takePart(settings, transport, envelope, consented, paused);
    if (result !== undefined) results.push(result);
  }
  return results;
}

async function takePart(
  settings: Settings,
  transport: Watched,
  envelope: Envelope,
  consented: ReadonlySet<Purpose>,
  paused: boolean,
): Promise<SyncResult | undefined> {
  const { platform, store, pinned } = settings;
  let signed: SignedManifest;
  let proved: Proved;
  let reporter: Reporter;
  try {
    signed = await openEnvelope(platform.crypto, envelope, pinned);
    const limits = {
      rhoMax: settings.rhoPerTask,
      minBatchFloor: settings.minBatchFloor,
      memberSecret: settings.memberSecret !== undefined,
      leaderUrl: settings.coordinatorUrl,
      helperUrl: settings.helperUrl,
    };
    proved = guardManifest(signed.manifest, limits, {
      consented,
      paused,
      now: Math.floor(platform.clock.now() / 1000),
    });
    checkedPlan(signed.manifest);
    reporter = await newReporter(platform, signed, settings.memberSecret);
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return { outcome: "refused", code: error.code, why: error.message };
  }
  const task = toBase64Url(reporter.task.id);
  for (let left = 3; ; left--) {
    if ((await store.get(keys.participation(task))) !== undefined) return undefined;
    try {
      if (!(await permitted(settings, signed.manifest.purpose))) return undefined;
      const queued = await queue(settings, signed, proved, reporter, task);
      return await deliver(settings, transport, queued, signed.manifest.name);
    } catch (error) {
      // Another sync of this device was first, in this task or in another one's debit: look again.
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

/** Consent and pause as they are now: they may have changed since the sync began. */
async function permitted({ store }: Settings, purpose: Purpose): Promise<boolean> {
  const receipt = await readJson<ConsentReceipt>(store, keys.receipt(purpose));
  const paused = (await readJson<boolean>(store, keys.paused)) ?? false;
  return receipt !== undefined && receipt.withdrawnAt === null && !paused;
}

/** Debits and queues in one transaction; from here on the contribution is made, whether or not it arrives. */
async function queue(
  settings: Settings,
  { manifest }: SignedManifest,
  { epochs }: Proved,
  reporter: Reporter,
  task: string,
): Promise<Participation> {
  const { store, platform } = settings;
  const cost = BigInt(manifest.rho);
  const spent = await Promise.all(epochs.map((epoch) => store.get(keys.epoch(epoch))));
  const amounts = await Promise.all(epochs.map((epoch) => readJson<string>(store, keys.epoch(epoch))));
  const affordable = epochs.every((epoch, i) => BigInt(amounts[i] ?? "0") + cost <= capOf(settings, epoch));
  const contribution = affordable ? await contributionOf(settings, manifest) : nullContribution(manifest);
  const { bytes } = await reporter.seal(contribution);
  const charged = contribution.isNull ? 0n : cost;
  const queued: Participation = {
    task,
    question: manifest.question,
    purpose: manifest.purpose,
    what: describe(manifest, contribution),
    isNull: contribution.isNull,
    rho: charged.toString(),
    epochs,
    queuedAt: platform.clock.now(),
    report: toBase64Url(bytes),
    refused: null,
  };
  const debits =
    charged === 0n ? [] : epochs.map((epoch, i) => entry(keys.epoch(epoch), `${BigInt(amounts[i] ?? "0") + charged}`));
  await store.transaction({
    put: [...debits, entry(keys.participation(task), queued)],
    delete: [],
    expect: [
      ...epochs.map((epoch, i) => [keys.epoch(epoch), spent[i]] as const),
      [keys.participation(task), undefined],
    ],
  });
  return queued;
}

/** Problems that say the report itself will not be taken, now or later. */
const FINAL: ReadonlySet<string> = new Set(["invalid_message", "unknown_task", "task_expired", "body_too_large"]);

/** Sends a queued report. An aggregator that has it already has it: a repeat is a success. */
async function deliver(
  settings: Settings,
  transport: Watched,
  queued: Participation,
  name: string,
): Promise<SyncResult> {
  const { task, isNull, report } = queued;
  if (report === null) return { outcome: "sent", task, name, isNull };
  if (!(await permitted(settings, queued.purpose)))
    return { outcome: "queued", task, name, isNull, why: "withdrawn or paused" };
  const { store, coordinatorUrl } = settings;
  let refused: string | null = null;
  let status: number;
  try {
    const response = await transport.send(uploadRequest(coordinatorUrl, task, [fromBase64Url(report)]));
    status = response.status;
    if (status >= 500) throw decodeProblem(response.status, response.body);
    if (status >= 300) {
      const problem = decodeProblem(response.status, response.body);
      // A captive portal's page, or a service in trouble, is not an answer about the report: it stays queued.
      if (!FINAL.has(problem.code)) throw problem;
      refused = problem.code;
    } else refused = uploadError(response) ?? null;
  } catch (error) {
    if (isPacelineError(error)) return { outcome: "queued", task, name, isNull, why: error.message };
    throw error;
  }
  if (refused === "report_replayed") refused = null;
  await store.transaction({
    put: [entry(keys.participation(task), { ...queued, report: null, refused }), ...transport.answered(task, status)],
    delete: [],
  });
  return refused === null
    ? { outcome: "sent", task, name, isNull }
    : { outcome: "rejected", task, name, isNull, why: refused };
}

/** Reports that were queued and did not arrive, before anything new. */
async function resend(settings: Settings, transport: Watched, consented: ReadonlySet<Purpose>): Promise<void> {
  // Withdrawn: nothing more leaves, not even what was queued before.
  for (const queued of await readAll<Participation>(settings.store, "task/"))
    if (queued.report !== null && consented.has(queued.purpose))
      await deliver(settings, transport, queued, queued.question);
}
