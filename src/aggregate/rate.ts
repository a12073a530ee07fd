// How many reports a second a task takes, over all processes of a party: a token bucket a task, which is a row of their database.
// A process draws tokens ahead, as many as it lately used, so that an upload costs no write; what it does not use within
// seconds is lost, and so is what a process held that died. Any number of them let no more than
// burst + (t + LEASE_SECONDS) × perSecond through in t seconds.
import { PacelineError } from "../base/errors.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { SKEW_SECONDS } from "./latest.ts";
import { nameOf, type UploadQuota } from "./quota.ts";
import type { BucketRow, QuotaKind, QuotaRows } from "./quota-rows.ts";

export interface RateLimit {
  /** @param nowSeconds of whichever process @throws PacelineError rate_limited; nothing is taken then */
  take(task: Uint8Array, reports: number, nowSeconds: number): Promise<void>;
}

/** Where the buckets are. */
export interface Buckets {
  /** In one transaction. @param work what becomes of a bucket; left as it is for undefined */
  change<R>(
    task: Uint8Array,
    work: (before: BucketRow | undefined) => { readonly after?: BucketRow; readonly result: R },
  ): Promise<R>;
}

export const bucketsOf = (store: Store<QuotaRows>, kind: QuotaKind): Buckets => ({
  change: (task, work) =>
    store.transaction(async (rows) => {
      const { after, result } = work(await rows.bucket(kind, task));
      if (after !== undefined) await rows.putBucket(kind, task, after);
      return result;
    }),
});

type Rate = Pick<UploadQuota, "perSecond" | "burst">;

/** For so long tokens that were drawn may be used. */
export const LEASE_SECONDS = 10;
/** Of a burst, the part that one process may hold. */
const PART = 4;

/** Tokens that a process has drawn. */
interface Lease {
  left: number;
  used: number;
  readonly drawn: number;
  readonly at: number;
}

/** What a process knows of a task's bucket. */
interface Known {
  lease?: Lease;
  /** Resolves with the second it was begun in. */
  drawing?: Promise<number> | undefined;
  /** Tokens that requests wait for. */
  waiting: number;
  /** Within this second there were not so many. */
  refused?: { readonly at: number; readonly tokens: number };
}

/** A clock that was set back may have been wrong before: what was drawn then is not used. */
const isFresh = ({ at }: Lease, now: number): boolean => now >= at && now < at + LEASE_SECONDS;

/** @returns false, and nothing is taken, where so many are not at hand */
function takeDrawn({ lease }: Known, tokens: number, now: number): boolean {
  if (lease === undefined || !isFresh(lease, now) || lease.left < tokens) return false;
  lease.left -= tokens;
  lease.used += tokens;
  return true;
}

/** @param log is told, once, when a process's clock was ahead */
export function newRateLimit(buckets: Buckets, rate: Rate, log?: ServiceLog): RateLimit {
  const tasks = new Map<string, Known>();
  let told = false;

  async function draw(task: Uint8Array, known: Known, tokens: number, now: number): Promise<number> {
    const { lease } = known;
    // Too few for whoever draws: they go back, and nobody uses them meanwhile.
    const over = lease !== undefined && isFresh(lease, now) ? lease.left : 0;
    if (lease !== undefined) lease.left -= over;
    const { drawn, back } = await buckets.change(task, (before) => {
      // Whoever came while this waited for the database is served by it too.
      const wanted = Math.max(known.waiting, nextBlock(known.lease, rate, now));
      const { left: own, at } = refilled(before, rate, now * 1000);
      const back = Math.max(0, (before?.at ?? at) - at);
      const left = Math.min(rate.burst, own + over);
      if (left < tokens) return { ...(back > 0 && { after: { left: own, at } }), result: { drawn: 0, back } };
      // As many as are of use to requests of this size.
      const most = Math.min(left, Math.ceil(wanted / tokens) * tokens);
      const whole = most - (most % tokens);
      return { after: { left: left - whole, at }, result: { drawn: whole, back } };
    });
    if (back > 0 && !told) {
      told = true;
      log?.("a process's clock was ahead: rates go on from now", "clock.ahead", { count: Math.round(back / 1000) });
    }
    if (drawn > 0) known.lease = { left: drawn, used: 0, drawn, at: now };
    else {
      known.refused = { at: now, tokens };
      if (lease !== undefined) lease.left += over;
    }
    return now;
  }

  async function wait(task: Uint8Array, known: Known, tokens: number, since: number): Promise<void> {
    for (let now = since; ; ) {
      if (takeDrawn(known, tokens, now)) return;
      const { refused } = known;
      if (tokens > rate.burst || (refused?.at === now && tokens >= refused.tokens))
        throw new PacelineError("rate_limited", "more reports come for this task than are taken at a time", {
          hint: "Send the same bytes again later.",
        });
      known.drawing ??= draw(task, known, tokens, now).finally(() => {
        known.drawing = undefined;
      });
      // Others may have drawn in a later second, in which this one still waits.
      const at = await known.drawing;
      if (at < now + LEASE_SECONDS) now = Math.max(now, at);
    }
  }

  return {
    async take(task, reports, nowSeconds) {
      // A body may hold none.
      if (reports === 0) return;
      const key = nameOf(task);
      const known = tasks.get(key) ?? { waiting: 0 };
      tasks.set(key, known);
      if (takeDrawn(known, reports, nowSeconds)) return;
      known.waiting += reports;
      await wait(task, known, reports, nowSeconds).finally(() => {
        known.waiting -= reports;
      });
    },
  };
}

/** Twice as many where the last ones did not last; as many as were used of them otherwise. */
function nextBlock(lease: Lease | undefined, { burst }: Rate, now: number): number {
  if (lease === undefined) return 0;
  return Math.min(Math.floor(burst / PART), isFresh(lease, now) ? 2 * lease.drawn : lease.used);
}

/**
 * As many tokens as the time since gives. A clock that is behind the one that drew last gives none; where that one was ahead by more than
 * clocks may differ by, it is wrong, and what is there stays from now on.
 */
export function refilled(before: BucketRow | undefined, { perSecond, burst }: Rate, nowMs: number): BucketRow {
  if (before === undefined) return { left: burst, at: nowMs };
  if (before.at > nowMs + SKEW_SECONDS * 1000) return { left: Math.min(before.left, burst), at: nowMs };
  const gained = Math.floor((Math.max(0, nowMs - before.at) * perSecond) / 1000);
  if (before.left + gained >= burst) return { left: burst, at: Math.max(before.at, nowMs) };
  if (gained === 0) return before;
  // The part of a token that is not whole yet stays in the time.
  const at = Math.min(nowMs, before.at + Math.ceil((gained * 1000) / perSecond));
  return { left: before.left + gained, at };
}
