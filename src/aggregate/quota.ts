// What strangers may store: so many reports a second and in all for each task, and so many bytes altogether. Refused
// reports wait on their devices; nothing that was acknowledged is ever dropped for it.
import { toHex } from "../base/bytes.ts";
import { PacelineError } from "../base/errors.ts";

export interface UploadQuota {
  /** Reports a second and task, in the long run. */
  readonly perSecond: number;
  /** Reports that may come at once. */
  readonly burst: number;
  /** Reports a task may hold, counted or refused. */
  readonly perTask: number;
  /** Bytes of the whole store, above which no report is taken. */
  readonly bytes: number;
}

export const defaultQuota: UploadQuota = { perSecond: 500, burst: 20_000, perTask: 1_000_000, bytes: 16 * 2 ** 30 };

/** A token bucket a task. It is kept in memory: a restart fills it, and costs a burst. */
export interface RateLimit {
  /** @throws PacelineError rate_limited; nothing is taken from the bucket then */
  take(task: Uint8Array, reports: number, nowSeconds: number): void;
}

export function newRateLimit({ perSecond, burst }: UploadQuota): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(task, reports, nowSeconds) {
      const key = toHex(task);
      const bucket = buckets.get(key) ?? { left: burst, at: nowSeconds };
      // A clock that is set back gives nothing, and takes nothing.
      bucket.left = Math.min(burst, bucket.left + Math.max(0, nowSeconds - bucket.at) * perSecond);
      bucket.at = nowSeconds;
      buckets.set(key, bucket);
      if (reports > bucket.left)
        throw new PacelineError("rate_limited", "more reports come for this task than are taken at a time", {
          hint: "Send the same bytes again later.",
        });
      bucket.left -= reports;
    },
  };
}

/** @throws PacelineError storage_full when a store of this size takes no more */
export function checkRoom(bytes: number, bytesMax: number): void {
  if (bytes > bytesMax)
    throw new PacelineError("storage_full", "the database holds as much as its configuration allows", {
      hint: "Raise `databaseBytesMax`, or collect what is open; the same bytes can be sent again then.",
    });
}
