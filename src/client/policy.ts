// When this client is to be quiet: where a coordinator asks for it, and where its app does; neither tells anything of a member.
import { DAY_MS, type Held, held } from "./held.ts";
import type { Settings } from "./options.ts";
import { entry, keys, readJson } from "./state.ts";

/** The most that a coordinator can ask for by Retry-After. */
const RETRY_MAX_MS = DAY_MS;

export async function heldBack(settings: Settings): Promise<Held | undefined> {
  const { policy, platform, store } = settings;
  const now = platform.clock.now();
  const retry = await readJson<number>(store, keys.retry);
  // A clock that was set back makes no wait longer than was ever asked for.
  if (retry !== undefined && now < retry && retry - now <= RETRY_MAX_MS)
    return held("the coordinator asked to be left alone", retry);
  return hasAny(policy) ? await (await import("./held-by-policy.ts")).heldByPolicy(settings, now) : undefined;
}

const hasAny = (policy: Settings["policy"]) => Object.values(policy).some((value) => value !== undefined);

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
