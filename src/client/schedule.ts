// When a device answers a task: drawn from a secret of this device and the task's public times, never from the member's
// days. Who sees a report come learns nothing from the moment, and an app that has loaded no days yet can wait unseen.
import { concat, fromBase64Url, utf8 } from "../base/bytes.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Entropy } from "../ports/entropy.ts";
import { keys } from "./state.ts";

/** Seconds since 1970. */
export interface Moments {
  /** From here on the device answers, once the app has loaded the member's days. */
  readonly due: number;
  /** From here on it answers whether or not it has: with a null report if not. */
  readonly last: number;
}

const LABEL = utf8("paceline schedule v1\n");
const SEED_BYTES = 32;
/** An answer is due in the first half of the task's time. */
const DUE_WITHIN = 1 / 2;
/** The end begins a quarter of the time before the close, and is reached an eighth before it: a device must still come by. */
const LAST_FROM = 3 / 4;
const LAST_WITHIN = 1 / 8;

/**
 * @param task base64url of the task id
 * @param spread false: due as soon as the task opens
 */
export async function momentsOf(
  crypto: Pick<Crypto, "hmacSha256">,
  seed: Uint8Array,
  task: string,
  { opens, closes }: { readonly opens: number; readonly closes: number },
  spread: boolean,
): Promise<Moments> {
  const drawn = await crypto.hmacSha256(seed, concat(LABEL, fromBase64Url(task)));
  const time = closes - opens;
  return {
    due: opens + (spread ? Math.floor(time * DUE_WITHIN * fraction(drawn, 0)) : 0),
    last: opens + Math.floor(time * (LAST_FROM + LAST_WITHIN * fraction(drawn, 8))),
  };
}

/** 48 bits as a number in [0, 1). */
function fraction(bytes: Uint8Array, from: number): number {
  return bytes.subarray(from, from + 6).reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 48;
}

/** This device's own, made when it is first needed. */
export async function scheduleSeed(store: DeviceStore, entropy: Entropy): Promise<Uint8Array> {
  const known = await store.get(keys.seed);
  if (known !== undefined) return known;
  const seed = entropy.bytes(SEED_BYTES);
  await store.transaction({ put: [[keys.seed, seed]], delete: [], expect: [[keys.seed, undefined]] });
  return seed;
}
