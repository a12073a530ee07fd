// The member log: what left, as it was noted at the transport, with what this device alone knows of it.
import type { Settings } from "./options.ts";
import type { Before } from "./prune.ts";
import { type Departure, keys, type Participation, readAll, readJson } from "./state.ts";

/** One thing that left this device. */
export interface LogEntry {
  readonly at: number;
  readonly to: string;
  readonly bytes: number;
  readonly digest: string;
  readonly delivered: boolean;
  readonly question: string;
  /** In plain words. */
  readonly what: string;
  /** Why the report was empty: known to this device alone. */
  readonly nullBecause?: string;
  /** Whom the question counts: you, on however many devices, or this installation. */
  readonly unit?: "member" | "installation";
  readonly rho: number;
}

export async function memberLog({ store }: Settings): Promise<readonly LogEntry[]> {
  const log: LogEntry[] = [];
  const before = await readJson<Before>(store, keys.before);
  if (before !== undefined)
    log.push({
      at: before.to,
      to: "",
      bytes: before.bytes,
      digest: "",
      delivered: true,
      question: "earlier ones",
      what: `${before.count} bodies that left before, no longer told one by one`,
      rho: 0,
    });
  for (const left of await readAll<Departure>(store, "left/")) {
    const about = await readJson<Participation>(store, keys.participation(left.task));
    const tokens = left.to.endsWith("/token-request");
    log.push({
      at: left.at,
      to: left.to,
      bytes: left.bytes,
      digest: left.digest,
      delivered: left.status !== null && left.status < 300,
      question: about?.question || (tokens ? "none: this year's tokens" : "unknown"),
      what:
        about?.what ||
        (tokens ? "requests for tokens, blinded: nothing about you" : "something this device does not recognise"),
      ...(about?.nullBecause && { nullBecause: about.nullBecause }),
      ...(about && { unit: about.unit }),
      rho: about === undefined ? 0 : Number(about.rho) / 1e9,
    });
  }
  return log;
}
