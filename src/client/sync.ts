// One round with the coordinator: send what waits, read what is new in the register, and answer the tasks whose moment has
// come. A refusal from public facts sends nothing; a private reason makes the report null; queued bytes survive a crash.

import { toBase64Url } from "../base/bytes.ts";
import type { MemberDay } from "../records/types.ts";
import type { Envelope } from "../task/envelope.ts";
import type { Purpose } from "../task/purposes.ts";
import { answer } from "./answer.ts";
import { type Delivery, deliver, resend } from "./deliver.ts";
import { exclusively } from "./exclusive.ts";
import { consentedPurposes } from "./in-force.ts";
import { type Accepted, judge, limitsOf } from "./judge.ts";
import { loadedDays } from "./member-data.ts";
import type { Settings } from "./options.ts";
import { type Held, heldBack } from "./policy.ts";
import { isFull } from "./prune-bounds.ts";
import { readPage } from "./register.ts";
import { momentsOf, scheduleSeed } from "./schedule.ts";
import { entry, keys, type Pending, type Read, readAll, readJson } from "./state.ts";
import { newTime, type Time } from "./time.ts";
import { type Watched, watched } from "./watched.ts";

/** A task that will be answered later. */
interface Waiting {
  readonly outcome: "waiting";
  readonly task: string;
  readonly name: string;
  /** Milliseconds since 1970: a sync from then on answers. */
  readonly until: number;
  readonly why: string;
}

/** A task that gets nothing from this device, for reasons that everyone may know. */
interface Refused {
  readonly outcome: "refused";
  readonly code: string;
  readonly why: string;
}

/**
 * What became of one task, or, where nothing may be sent now, that alone. Tasks that were answered or refused before are not named
 * again.
 */
export type SyncResult = Delivery | Waiting | Refused | Held;

/** What one sync does at most, whatever a register shows; the rest is for the next one. */
const bounds = { pages: 8, judged: 512, bad: 32, pending: 256, pendingChars: 8 * 1024 * 1024, answers: 64 };

/** @throws PacelineError unavailable when the register does not answer; nothing is lost then */
export function syncTasks(settings: Settings): Promise<readonly SyncResult[]> {
  return exclusively(settings.store, () => syncOnce(settings));
}

async function syncOnce(settings: Settings): Promise<readonly SyncResult[]> {
  const consented = await consentedPurposes(settings);
  const paused = (await readJson<boolean>(settings.store, keys.paused)) ?? false;
  // Without consent not even a request leaves the device.
  if (consented.size === 0 || paused) return [];
  const held = await heldBack(settings);
  if (held !== undefined) return [held];
  const transport = watched(settings);
  const results: SyncResult[] = [...(await resend(settings, transport))];
  const fresh = new Map<string, Accepted>();
  const round = { settings, transport, consented, fresh, time: newTime(settings.platform.clock) };
  const lacking = await lackingTokens(settings, transport);
  results.push(...(await readNews(round)));
  results.push(...(await answerPending(round, lacking)));
  if (await isFull(settings.store)) await (await import("./prune.ts")).prune(settings.store, round.time);
  return results;
}

/** What one sync works with. */
interface Round {
  readonly settings: Settings;
  readonly transport: Watched;
  readonly consented: ReadonlySet<Purpose>;
  /** Tasks that this sync has judged already. */
  readonly fresh: Map<string, Accepted>;
  readonly time: Time;
}

/** Reads the register from where it was left, and keeps what this device would answer. */
async function readNews({ settings, transport, consented, fresh, time }: Round): Promise<readonly Refused[]> {
  const { store, platform, coordinatorUrl } = settings;
  // An engine that cannot compute at all must not look like tasks that are wrong.
  await platform.crypto.sha256(new Uint8Array(0));
  const terms = termsOf(settings, consented);
  const read = await readJson<Read>(store, keys.read);
  let cursor = read?.terms === terms ? read.cursor : "";
  const waiting = await readAll<Pending>(store, "pending/");
  const known = new Set(waiting.map(({ envelope }) => envelope.manifest));
  let room = bounds.pendingChars - waiting.reduce((sum, { envelope }) => sum + envelope.manifest.length, 0);
  const refused: Refused[] = [];
  let [judged, bad] = [0, 0];
  // The first page that this device's clock alone kept it from: it is read again, for the clock may be set right.
  let again: string | undefined;
  for (let pages = 0; pages < bounds.pages && judged < bounds.judged; pages++) {
    const page = await readPage(transport, coordinatorUrl, cursor, time);
    const accepted: Pending[] = [];
    let full = false;
    for (const shown of page.tasks) {
      if (bad === bounds.bad || full) break;
      const manifest = (shown as Partial<Envelope> | null)?.manifest;
      if (typeof manifest === "string" && known.has(manifest)) continue;
      judged += 1;
      const verdict = await judge(settings, shown, consented, time);
      if ("code" in verdict) {
        if (!verdict.signed) bad += 1;
        if (verdict.untimely) again ??= cursor;
        refused.push({ outcome: "refused", code: verdict.code, why: verdict.why });
        continue;
      }
      const { task, signed } = verdict;
      known.add(manifest as string);
      if ((await store.get(keys.participation(task))) !== undefined) continue;
      full = fresh.size + waiting.length >= bounds.pending || room < (manifest as string).length;
      if (full) break;
      room -= (manifest as string).length;
      fresh.set(task, verdict);
      const { name, purpose, upload } = signed.manifest;
      const seed = await scheduleSeed(store, platform.entropy);
      const moments = await momentsOf(platform.crypto, seed, task, upload, settings.spread);
      accepted.push({ envelope: shown as Envelope, task, name, purpose, ...moments, closes: upload.closes });
    }
    // With no room left, the page is read again once there is some.
    const next = full ? cursor : page.next;
    const from = again ?? next;
    await store.transaction({
      put: [
        ...accepted.map((pending) => entry(keys.pending(pending.task), pending)),
        ...(from === read?.cursor && read.terms === terms ? [] : [entry(keys.read, { cursor: from, terms })]),
      ],
      delete: [],
    });
    if (full || bad === bounds.bad || page.tasks.length === 0 || next === "" || next === cursor) break;
    cursor = next;
  }
  if (bad === bounds.bad)
    refused.push({
      outcome: "refused",
      code: "manifest_refused",
      why: "the register shows too much that is no task; the rest of it is left",
    });
  return refused;
}

/** Sees to this year's tokens, where the app pins an issuer. @returns why there are none */
async function lackingTokens(settings: Settings, transport: Watched): Promise<string | undefined> {
  if (settings.tokens === undefined) return undefined;
  return await (await import("./tokens.ts")).fetchTokens(settings, settings.tokens, transport);
}

/** A task refused under other terms may be welcome under these: the register is then read anew. */
function termsOf(settings: Settings, consented: ReadonlySet<Purpose>): string {
  const { rhoMax, ...limits } = limitsOf(settings);
  const { register, helper } = settings.pinned;
  const all = [[...consented].sort(), `${rhoMax}`, limits, toBase64Url(register), toBase64Url(helper)];
  return JSON.stringify(all);
}

/** Answers the tasks whose moment has come; says of the others until when they wait. */
async function answerPending(
  { settings, transport, consented, fresh, time }: Round,
  lacking: string | undefined,
): Promise<readonly SyncResult[]> {
  const { store } = settings;
  const results: SyncResult[] = [];
  const waiting = [...(await readAll<Pending>(store, "pending/"))].sort((a, b) => a.due - b.due);
  let days: { readonly read: readonly MemberDay[] | undefined } | undefined;
  for (const pending of waiting) {
    const { task, name, due, last, closes } = pending;
    const now = time.now();
    if (now >= closes * 1000) {
      // By this device's clock alone it may not be over: the register, which shows what is open, is then read anew.
      const over = time.passed(closes * 1000);
      await store.transaction({ put: [], delete: over ? [keys.pending(task)] : [keys.pending(task), keys.read] });
      continue;
    }
    const later = (until: number, why: string) =>
      results.push({ outcome: "waiting", task, name, until: until * 1000, why });
    if (now < due * 1000) {
      later(due, "answers are spread over the question's time, whatever is in them");
      continue;
    }
    if (answered(results) >= bounds.answers) {
      later(due, "this sync has answered enough");
      continue;
    }
    const verdict = fresh.get(task) ?? (await judge(settings, pending.envelope, consented, time));
    if ("code" in verdict) {
      await store.transaction({ put: [], delete: [keys.pending(task)] });
      results.push({ outcome: "refused", code: verdict.code, why: verdict.why });
      continue;
    }
    days ??= { read: await loadedDays(settings) };
    if (days.read === undefined && now < last * 1000) {
      later(last, "the app has loaded no days yet");
      continue;
    }
    const { tokens } = verdict.signed.manifest;
    if (tokens !== undefined && (await (await import("./tokens.ts")).tokensLeft(settings)) < tokens.count) {
      later(last, lacking ?? `the question costs ${tokens.count} of this year's tokens, and fewer are left`);
      continue;
    }
    const queued = await answer(settings, verdict, days.read);
    if (queued !== undefined) results.push(await deliver(settings, transport, queued));
  }
  return results;
}

const answered = (results: readonly SyncResult[]): number =>
  results.filter(({ outcome }) => outcome !== "waiting" && outcome !== "refused").length;
