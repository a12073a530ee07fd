// When an app wants this client to be quiet: by network, battery, time of day and bytes, none of which tells anything of a member.
import type { Settings } from "./options.ts";
import { minutesOf, type SyncPolicy } from "./policy-options.ts";
import { entry, keys, readJson } from "./state.ts";

/** Why nothing is sent now, and until when, in milliseconds since 1970, where that is known. */
export interface Held {
  readonly outcome: "held";
  readonly why: string;
  readonly until?: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The most that a coordinator can ask for by Retry-After. */
const RETRY_MAX_MS = DAY_MS;
const held = (why: string, until?: number): Held => ({ outcome: "held", why, ...(until !== undefined && { until }) });

export async function heldBack({ policy, platform, store }: Settings): Promise<Held | undefined> {
  const { conditions, clock } = platform;
  const now = clock.now();
  const retry = await readJson<number>(store, keys.retry);
  // A clock that was set back makes no wait longer than was ever asked for.
  if (retry !== undefined && now < retry && retry - now <= RETRY_MAX_MS)
    return held("the coordinator asked to be left alone for a while", retry);
  if (policy.network === "unmetered" && (await conditions.metered()) === true)
    return held("the connection costs by the byte");
  if (policy.battery === "spare") {
    const battery = await conditions.battery();
    if (battery !== undefined && !battery.charging && battery.level < 0.5) return held("the battery is low");
  }
  const quiet = quietFor(policy.quietHours, conditions.minuteOfDay(now));
  if (quiet > 0) return held("these are quiet hours", now + quiet * MINUTE_MS);
  const { maxBytesPerDay: most } = policy;
  if (most !== undefined && (await bytesToday(store, now)) >= most)
    return held("the bytes of this day are used up", (Math.floor(now / DAY_MS) + 1) * DAY_MS);
  return undefined;
}

/** Minutes that quiet hours still last, or 0. Equal times are no hours. */
function quietFor(hours: SyncPolicy["quietHours"], minute: number): number {
  if (hours === undefined) return 0;
  const [from, to] = hours.map(minutesOf) as [number, number];
  const into = (minute - from + 1440) % 1440;
  const length = (to - from + 1440) % 1440;
  return into < length ? length - into : 0;
}

async function bytesToday(store: Settings["store"], now: number): Promise<number> {
  return (await readJson<number>(store, keys.bytes(Math.floor(now / DAY_MS)))) ?? 0;
}

/** After each exchange, where bytes are counted: this day's row alone is kept. */
export async function countBytes({ policy, platform, store }: Settings, bytes: number): Promise<void> {
  if (policy.maxBytesPerDay === undefined) return;
  const today = keys.bytes(Math.floor(platform.clock.now() / DAY_MS));
  const old = (await store.keys("bytes/")).filter((key) => key !== today);
  await store.transaction({
    put: [entry(today, (await bytesToday(store, platform.clock.now())) + bytes)],
    delete: old,
  });
}

/** Notes until when the coordinator asks to be left alone (RFC 9110 section 10.2.3), up to a day, and a little longer. */
export async function noteRetry(
  { platform, store }: Settings,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Promise<void> {
  const said = headers["retry-after"];
  if (said === undefined || (status !== 429 && status !== 503)) return;
  const now = platform.clock.now();
  const wait = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - now;
  if (!(wait > 0)) return;
  // So that devices that were sent away together do not come back together.
  const spread = 1 + (platform.entropy.bytes(1)[0] as number) / 1024;
  await store.transaction({ put: [entry(keys.retry, now + Math.min(wait * spread, RETRY_MAX_MS))], delete: [] });
}
