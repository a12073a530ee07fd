// Answering one accepted task when its moment has come: the member's value or nothing, debited and queued in one
// transaction. What the device's ledger is charged is public: it never depends on what is in the report.

import { toBase64Url } from "../base/bytes.ts";
import { isoWeek, isoWeeksTouched } from "../base/calendar.ts";
import { isPacelineError } from "../base/errors.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import type { Manifest } from "../task/manifest.ts";
import type { Proved } from "../task/prove.ts";
import { makeReport } from "./computing.ts";
import { inForce } from "./in-force.ts";
import type { Accepted } from "./judge.ts";
import { checkedProfile } from "./member-data.ts";
import type { Settings } from "./options.ts";
import type { MadeReport, ReportJob, RoundModel } from "./report-job.ts";
import { capOf, entry, keys, type Participation, readJson } from "./state.ts";

const DAY_MS = 86_400_000;

/**
 * @param days undefined while none are loaded @param model of a task that trains
 * @returns what is queued now; undefined when the task was answered before, or consent is gone
 */
export async function answer(
  settings: Settings,
  accepted: Accepted,
  days: readonly MemberDay[] | undefined,
  model?: RoundModel,
): Promise<Participation | undefined> {
  for (let left = 3; ; left--) {
    if ((await settings.store.get(keys.participation(accepted.task))) !== undefined) return undefined;
    try {
      return await queue(settings, accepted, days, model);
    } catch (error) {
      // Another sync of this device was first, in this task or in another one's debit, or consent changed: look again.
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}

/**
 * The weeks and years this device debits: those of the window, and those in which it answers, by its own clock. A clock
 * outside of what the manifest debits is wrong here or there: then both pay.
 */
export function epochsOf({ window }: Pick<Manifest, "window">, { epochs }: Pick<Proved, "epochs">, nowMs: number) {
  const own = isoWeek(Math.floor(nowMs / DAY_MS));
  const touched = isoWeeksTouched(window.start, window.end - 1);
  const weeks = new Set([...(epochs.includes(own) ? touched : epochs.filter((epoch) => epoch.length > 4)), own]);
  return [...weeks, ...new Set([...weeks].map((week) => week.slice(0, 4)))];
}

/** @returns undefined when another sync has spent tokens since they were counted: the question waits for the next one */
export async function paymentFor(settings: Settings, { tokens }: Manifest) {
  if (tokens === undefined) return { extensions: [], rows: [] };
  return await (await import("./tokens.ts")).takeTokens(settings, tokens.count);
}

/** Training reads no profile. */
export async function profileFor(settings: Settings, { source }: Manifest): Promise<Profile> {
  return source.kind === "model-update" ? {} : await checkedProfile(settings);
}

/** On the app's worker where it gives one, else here. */
export async function reportFor(settings: Settings, job: ReportJob): Promise<MadeReport> {
  const here = () => makeReport(settings, job);
  return await (settings.elsewhere?.(job, here) ?? here());
}

/** Debits and queues in one transaction; from here on the contribution is made, whether or not it arrives. */
async function queue(
  settings: Settings,
  { task, signed: { manifest }, proved, sealing }: Accepted,
  days: readonly MemberDay[] | undefined,
  model: RoundModel | undefined,
): Promise<Participation | undefined> {
  const { store, platform } = settings;
  const consentKey = keys.receipt(manifest.purpose);
  const consentBytes = await store.get(consentKey);
  const consent = await inForce(store, manifest.purpose);
  if (consent === undefined) return undefined;
  const queuedAt = platform.clock.now();
  const epochs = epochsOf(manifest, proved, queuedAt);
  const cost = BigInt(model?.rho ?? manifest.rho);
  const spent = await Promise.all(epochs.map((epoch) => store.get(keys.epoch(epoch))));
  const amounts = await Promise.all(
    epochs.map(async (epoch) => BigInt((await readJson<string>(store, keys.epoch(epoch))) ?? "0")),
  );
  const full = epochs.find((epoch, i) => (amounts[i] as bigint) + cost > capOf(settings, epoch));
  const empty = full && `this device's own limit for ${full} is reached`;
  // Spent whatever is in the report, as its ρ is.
  const paid = await paymentFor(settings, manifest);
  if (paid === undefined) return undefined;
  const { bytes, secret, what, nullBecause } = await reportFor(settings, {
    manifest,
    sealing,
    days,
    profile: await profileFor(settings, manifest),
    empty,
    memberSecret: settings.memberSecret,
    model,
    extensions: paid.extensions,
  });
  // The cap binds by what earlier tasks cost, which is public: beyond it nothing is answered, so nothing is charged.
  const charged = full === undefined ? cost : 0n;
  const queued: Participation = {
    task,
    name: manifest.name,
    question: manifest.question,
    purpose: manifest.purpose,
    unit: manifest.noise.unit,
    consent: consent.number,
    window: manifest.window,
    what,
    nullBecause,
    rho: charged.toString(),
    epochs,
    queuedAt,
    closes: manifest.upload.closes,
    refused: null,
    secret: toBase64Url(secret),
  };
  const debits = epochs.map((epoch, i) => entry(keys.epoch(epoch), `${(amounts[i] as bigint) + charged}`));
  await store.transaction({
    put: [...(charged === 0n ? [] : debits), entry(keys.participation(task), queued), [keys.queue(task), bytes]],
    delete: [keys.pending(task), ...paid.rows.map(([name]) => name)],
    expect: [
      ...paid.rows,
      ...epochs.map((epoch, i) => [keys.epoch(epoch), spent[i]] as const),
      [keys.participation(task), undefined],
      [consentKey, consentBytes],
    ],
  });
  return queued;
}
