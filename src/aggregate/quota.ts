// What strangers may store: so many reports a second (rate.ts) and in all (places.ts) for each task, and so many bytes altogether, by
// all processes of a party. Refused reports wait on their devices; nothing that was acknowledged is ever dropped for it.
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

const names = new WeakMap<Uint8Array, string>();

/** A task's id as a key of a map. Every upload asks, of the same bytes, which nobody changes. */
export function nameOf(task: Uint8Array): string {
  const known = names.get(task);
  if (known !== undefined) return known;
  const name = toHex(task);
  names.set(task, name);
  return name;
}

/** @throws PacelineError storage_full when a store of this size takes no more */
export function checkRoom(bytes: number, bytesMax: number): void {
  if (bytes > bytesMax)
    throw new PacelineError("storage_full", "the database holds as much as its configuration allows", {
      hint: "Raise `databaseBytesMax`, or collect what is open; the same bytes can be sent again then.",
    });
}
