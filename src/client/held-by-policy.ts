// What an app's own policy holds back: by network, battery, time of day and bytes. Loaded where an app has one.
import { DAY_MS, type Held, held } from "./held.ts";
import type { Settings } from "./options.ts";
import { minutesOf, type SyncPolicy } from "./policy-options.ts";
import { entry, keys, readJson } from "./state.ts";

const MINUTE_MS = 60_000;

/** @param now milliseconds since 1970 @returns undefined where nothing is held back */
export async function heldByPolicy({ policy, platform, store }: Settings, now: number): Promise<Held | undefined> {
  const { conditions } = platform;
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

/** After an exchange: this day's row alone is kept. */
export async function countBytes({ platform, store }: Settings, bytes: number): Promise<void> {
  const today = keys.bytes(Math.floor(platform.clock.now() / DAY_MS));
  const old = (await store.keys("bytes/")).filter((key) => key !== today);
  await store.transaction({
    put: [entry(today, (await bytesToday(store, platform.clock.now())) + bytes)],
    delete: old,
  });
}
