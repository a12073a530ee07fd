// Reads the register from where it was left, and keeps what this device would answer. Whatever a register shows, one sync looks at
// a bounded part of it; the rest is for the next one.
import { toBase64Url } from "../base/bytes.ts";
import type { Envelope } from "../task/envelope.ts";
import type { Purpose } from "../task/purposes.ts";
import { type Accepted, judge, limitsOf } from "./judge.ts";
import type { Settings } from "./options.ts";
import { type Page, readPage } from "./register.ts";
import { momentsOf, scheduleSeed } from "./schedule.ts";
import { entry, keys, type Pending, type Read, readAll, readJson } from "./state.ts";
import type { Time } from "./time.ts";
import type { Watched } from "./watched.ts";

/** A task that gets nothing from this device, for reasons that everyone may know. */
export interface Refused {
  readonly outcome: "refused";
  readonly code: string;
  readonly why: string;
}

/** What one sync works with. */
export interface Round {
  readonly settings: Settings;
  readonly transport: Watched;
  readonly consented: ReadonlySet<Purpose>;
  /** Tasks that this sync has judged already, and that it answers. */
  readonly fresh: Map<string, Accepted>;
  readonly time: Time;
}

/** What one sync reads at most. */
export const readBounds = {
  pages: 8,
  /** Of pages, after which no further one is asked for. */
  bytes: 1024 * 1024,
  /** Entries whose signatures are checked. */
  judged: 96,
  /** Entries that the two parties did not both sign. */
  bad: 32,
  /** Tasks that wait on the device, and characters of their manifests. */
  pending: 256,
  pendingChars: 2 * 1024 * 1024,
  /** Tasks that are kept as judged. */
  fresh: 64,
};

/** Where reading stands. */
interface Reading extends Round {
  /** Manifests of tasks that wait already. */
  readonly known: ReadonlySet<string>;
  /** Manifests that both parties signed and that this sync has met. */
  readonly seen: Set<string>;
  readonly refused: Refused[];
  /** Tasks and characters that there is room for. */
  room: { tasks: number; chars: number };
  judged: number;
  bad: number;
}

/** What a page came to. */
interface Gleaned {
  readonly accepted: readonly Pending[];
  /** Not all of it was taken, for want of room. */
  readonly full: boolean;
  /** It shows what both parties signed, and what this sync had not met. */
  readonly news: boolean;
  /** Something on it is only out of its time. */
  readonly untimely: boolean;
  /** Enough was judged before its end, and what of it was looked at last. */
  readonly left: boolean;
  readonly upTo: string | undefined;
}

/** @returns what was refused @throws PacelineError unavailable when the register does not answer */
export async function readNews(round: Round): Promise<readonly Refused[]> {
  const { settings, transport, consented, time } = round;
  const { store, platform, coordinatorUrl } = settings;
  // An engine that cannot compute at all must not look like tasks that are wrong.
  await platform.crypto.sha256(new Uint8Array(0));
  const terms = termsOf(settings, consented);
  const read = await readJson<Read>(store, keys.read);
  const reading = await readingOf(round);
  let { cursor, upTo } = read?.terms === terms ? read : { cursor: "", upTo: undefined };
  let bytes = 0;
  // The first page that this device's clock alone kept it from: it is read again, for the clock may be set right.
  let again: string | undefined;
  for (let nth = 0; nth < readBounds.pages && bytes < readBounds.bytes; nth++) {
    const page = await readPage(transport, coordinatorUrl, cursor, time);
    bytes += page.bytes;
    const gleaned: Gleaned = await glean(reading, page, upTo);
    const { accepted, full, news, untimely, left } = gleaned;
    upTo = gleaned.upTo;
    if (untimely) again ??= cursor;
    // With no room left, the page is read again once there is some.
    const next = full || left ? cursor : page.next;
    const from = again ?? next;
    const place: Read = { cursor: from, terms, ...(again === undefined && upTo !== undefined && { upTo }) };
    await store.transaction({
      put: [
        ...accepted.map((pending) => entry(keys.pending(pending.task), pending)),
        ...(isSame(place, read) ? [] : [entry(keys.read, place)]),
      ],
      delete: [],
    });
    // A page without news is the last of this sync, whatever it says comes next.
    if (full || left || reading.bad === readBounds.bad || !news || next === "" || next === cursor) break;
    cursor = next;
  }
  if (reading.bad === readBounds.bad)
    reading.refused.push({
      outcome: "refused",
      code: "manifest_refused",
      why: "the register shows too much that is no task",
    });
  return reading.refused;
}

const isSame = (a: Read, b: Read | undefined) => a.cursor === b?.cursor && a.terms === b.terms && a.upTo === b.upTo;

async function readingOf(round: Round): Promise<Reading> {
  const waiting = (await readAll<Pending>(round.settings.store, "pending/")).map(({ envelope }) => envelope.manifest);
  const room = {
    tasks: readBounds.pending - waiting.length,
    chars: readBounds.pendingChars - waiting.reduce((sum, { length }) => sum + length, 0),
  };
  return { ...round, known: new Set(waiting), seen: new Set(), refused: [], room, judged: 0, bad: 0 };
}

/** @param after where an earlier sync left the page: what is no longer there is read from its beginning */
async function glean(reading: Reading, { tasks }: Page, after: string | undefined): Promise<Gleaned> {
  const { settings, consented, time, known, seen, room, refused } = reading;
  const accepted: Pending[] = [];
  let [full, left, news, untimely] = [false, false, false, false];
  // Where an earlier sync left off, as long as this one judged nothing.
  let upTo = after;
  const from = tasks.findIndex((shown) => after !== undefined && (shown as Partial<Envelope> | null)?.helper === after);
  for (const shown of tasks.slice(from + 1)) {
    if (reading.bad === readBounds.bad) break;
    left = reading.judged === readBounds.judged;
    if (left) break;
    const { manifest, helper } = (shown ?? {}) as Partial<Envelope>;
    const text = typeof manifest === "string" ? manifest : "";
    if (seen.has(text)) continue;
    const waits = known.has(text);
    const verdict = waits ? undefined : await judge(settings, shown, consented, time);
    if (waits || (verdict !== undefined && (!("code" in verdict) || verdict.signed))) {
      seen.add(text);
      news = true;
    } else reading.bad += 1;
    if (verdict === undefined) continue;
    reading.judged += 1;
    if ("task" in verdict || verdict.signed) upTo = helper;
    if ("code" in verdict) {
      untimely ||= verdict.untimely;
      refused.push({ outcome: "refused", code: verdict.code, why: verdict.why });
      continue;
    }
    if ((await settings.store.get(keys.participation(verdict.task))) !== undefined) continue;
    full = room.tasks === 0 || room.chars < text.length;
    if (full) break;
    room.tasks -= 1;
    room.chars -= text.length;
    accepted.push(await pendingOf(reading, shown as Envelope, verdict));
  }
  return { accepted, full, left, news, untimely, upTo: left ? upTo : undefined };
}

async function pendingOf({ settings, fresh, time }: Reading, envelope: Envelope, verdict: Accepted): Promise<Pending> {
  const { store, platform, spread } = settings;
  const {
    task,
    signed: { manifest },
  } = verdict;
  const { name, purpose, upload } = manifest;
  const seed = await scheduleSeed(store, platform.entropy);
  const moments = await momentsOf(platform.crypto, seed, task, upload, spread);
  // Kept as judged where it is answered now; what waits is judged again at its time.
  if (time.now() >= moments.due * 1000 && fresh.size < readBounds.fresh) fresh.set(task, verdict);
  return { envelope, task, name, purpose, ...moments, closes: upload.closes };
}

/** A task refused under other terms may be welcome under these: the register is then read anew. */
function termsOf(settings: Settings, consented: ReadonlySet<Purpose>): string {
  const { rhoMax, ...limits } = limitsOf(settings);
  const { register, helper } = settings.pinned;
  const all = [[...consented].sort(), `${rhoMax}`, limits, toBase64Url(register), helper && toBase64Url(helper)];
  return JSON.stringify(all);
}
