// One round with the coordinator: send what waits, read what is new in the register, and answer the tasks whose moment has
// come. A refusal from public facts sends nothing; a private reason makes the report null; queued bytes survive a crash.
import { fail, isPacelineError } from "../base/errors.ts";
import type { MemberDay } from "../records/types.ts";
import type { Manifest } from "../task/manifest.ts";
import { measurementLength } from "../task/prove.ts";
import { answer } from "./answer.ts";
import { trainingOf } from "./contribute.ts";
import { type Delivery, deliver, resend } from "./deliver.ts";
import { exclusively } from "./exclusive.ts";
import type { Held } from "./held.ts";
import { consentedPurposes } from "./in-force.ts";
import { type Accepted, judge } from "./judge.ts";
import { loadedDays } from "./member-data.ts";
import { type Refused, type Round, readNews } from "./news.ts";
import type { LoadTraining, Settings } from "./options.ts";
import { heldBack } from "./policy.ts";
import { isFull } from "./prune-bounds.ts";
import { keys, type Pending, readAll, readJson } from "./state.ts";
import type { Withdrawn } from "./taken-back.ts";
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

/**
 * What became of one task, or, where nothing may be sent now, that alone. Tasks that were answered or refused before are not named
 * again.
 */
export type SyncResult = Delivery | Waiting | Refused | Held | Withdrawn;

/** What one sync answers at most; the rest waits for the next one. */
export const answerBounds = {
  tasks: 64,
  /** Elements that answers after the first are proved over: a phone does some hundred thousand a second. */
  elements: 131_072,
};

/** @throws PacelineError unavailable when the register does not answer; nothing is lost then */
export function syncTasks(settings: Settings): Promise<readonly SyncResult[]> {
  return exclusively(settings.store, () => syncOnce(settings));
}

/** Of a part that does not come, as a coordinator that does not: the next sync tries again. */
const UNLOADED = "a part of the app did not load";

async function syncOnce(settings: Settings): Promise<readonly SyncResult[]> {
  const consented = await consentedPurposes(settings);
  const paused = (await readJson<boolean>(settings.store, keys.paused)) ?? false;
  const held = paused ? undefined : await heldBack(settings);
  const back = (await settings.takenBack?.(settings, paused || held)) || [];
  if (paused) return [];
  // Without consent not even a request leaves the device, but for what is taken back.
  if (consented.size === 0) return back;
  if (held !== undefined) return [held];
  const transport = watched(settings);
  const results: SyncResult[] = [...back, ...(await resend(settings, transport))];
  if (transport.isDown()) return results;
  const fresh = new Map<string, Accepted>();
  const round = { settings, transport, consented, fresh, time: newTime(settings.platform.clock) };
  const lacking = await lackingTokens(settings);
  // Where there is no helper nothing in the register could be answered.
  if (settings.helperUrl) results.push(...(await readNews(round)));
  results.push(...(await answerPending(round, lacking)));
  if (settings.training) results.push(...(await maskedRounds(settings.training, round)));
  if (await isFull(settings.store)) await (await import("./prune.ts")).prune(settings.store, round.time);
  return results;
}

/** Those of a registrar, where the app pins one. */
async function maskedRounds(load: LoadTraining, round: Round): Promise<readonly SyncResult[]> {
  const { registrar } = round.settings;
  if (!registrar) return [];
  const part = await load()
    .then((training) => training.maskedRounds())
    .catch(() => undefined);
  return part
    ? await part.maskedRounds<Round, SyncResult>(registrar, round)
    : [{ outcome: "waiting", task: "", name: "", until: round.time.now(), why: UNLOADED }];
}

/** Sees to this year's tokens, where the app pins an issuer. @returns why there are none */
async function lackingTokens(settings: Settings): Promise<string | undefined> {
  if (settings.tokens === undefined) return undefined;
  const part = await tokensPart();
  return part ? await part.fetchTokens(settings, settings.tokens, watched(settings)) : UNLOADED;
}

const tokensPart = () => import("./tokens.ts").catch(() => undefined);

/** Answers the tasks whose moment has come; says of the others until when they wait. */
async function answerPending(
  { settings, transport, consented, fresh, time }: Round,
  lacking: string | undefined,
): Promise<readonly SyncResult[]> {
  const { store } = settings;
  const results: SyncResult[] = [];
  let elements = 0;
  const waiting = [...(await readAll<Pending>(store, "pending/"))].sort((a, b) => a.due - b.due);
  let days: { readonly read: readonly MemberDay[] | undefined } | undefined;
  for (const pending of waiting) {
    const { task, name, due, last, closes } = pending;
    const now = time.now();
    const drop = (...more: readonly string[]) => store.transaction({ put: [], delete: [keys.pending(task), ...more] });
    if (now >= closes * 1000) {
      // By this device's clock alone it may not be over: the register, which shows what is open, is then read anew.
      await (time.passed(closes * 1000) ? drop() : drop(keys.read));
      continue;
    }
    const later = (until: number, why: string) =>
      results.push({ outcome: "waiting", task, name, until: until * 1000, why });
    if (now < due * 1000) {
      later(due, "answers are spread over time, whatever is in them");
      continue;
    }
    if (answered(results) >= answerBounds.tasks || elements > answerBounds.elements) {
      later(due, "this sync answered enough");
      continue;
    }
    const verdict = fresh.get(task) ?? (await judge(settings, pending.envelope, consented, time));
    if ("code" in verdict) {
      await drop();
      results.push({ outcome: "refused", code: verdict.code, why: verdict.why });
      continue;
    }
    const { source, tokens } = verdict.signed.manifest;
    if (source.kind === "model-update" && settings.training === undefined) {
      later(last, "a page trains, no service worker");
      continue;
    }
    days ??= { read: await loadedDays(settings) };
    if (days.read === undefined && now < last * 1000) {
      later(last, "no days are loaded yet");
      continue;
    }
    if (tokens !== undefined && ((await (await tokensPart())?.tokensLeft(settings)) ?? 0) < tokens.count) {
      later(last, lacking ?? `fewer tokens are left than the ${tokens.count} that the question costs`);
      continue;
    }
    const model = await modelOf(settings, transport, verdict.signed.manifest, time);
    if (model !== undefined && "code" in model) {
      if (model.code === "unavailable") later(last, model.why);
      else {
        await drop();
        results.push(model);
      }
      continue;
    }
    elements += measurementLength(verdict.signed.manifest.vdaf);
    const queued = await answer(settings, verdict, days.read, model);
    if (queued !== undefined) results.push(await deliver(settings, transport, queued));
  }
  return results;
}

/** Of a task that trains; why it cannot be trained, or not yet. */
async function modelOf(settings: Settings, transport: Watched, manifest: Manifest, time: Time) {
  if (manifest.source.kind !== "model-update") return undefined;
  try {
    const training = await trainingOf(settings).catch(() => fail("unavailable", UNLOADED));
    return await training.modelFor(settings, transport, manifest, time);
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    return { outcome: "refused", code: error.code, why: error.message } as const;
  }
}

const answered = (results: readonly SyncResult[]): number =>
  results.filter(({ outcome }) => outcome !== "waiting" && outcome !== "refused").length;
