// The member log: what left, as it was noted at the transport, with what this device alone knows of it.
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import type { Settings } from "./options.ts";
import type { Before } from "./prune.ts";
import { type Departure, keys, type Participation, type Reads, readAll, readJson } from "./state.ts";
import type { TakenBack } from "./taken-back.ts";

/**
 * One thing that left this device. What an engine sends again by itself, the same bytes over a new connection when a kept one broke, no
 * client sees: it is told once.
 */
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
  /** Of a report that was taken back: whether it is in no answer, or stands, or an aggregator has not answered yet. */
  readonly takenBack?: TakenBack;
  /** The exact bytes, for as long as the device keeps them: until a service has them. Their digest stays. */
  readonly body?: Uint8Array;
  /** Requests, where one line tells of several: of a day's for the list of questions. */
  readonly requests?: number;
}

export interface LogOptions {
  /** With the days on which this device asked for the list of questions, which carries nothing. Default: what had a body. */
  readonly reads?: boolean;
}

const WITHDRAWAL = /\/tasks\/([A-Za-z0-9_-]{43})\/withdrawals$/;

export async function memberLog(
  { store, platform: { crypto } }: Pick<Settings, "store" | "platform">,
  { reads = false }: LogOptions = {},
): Promise<readonly LogEntry[]> {
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
  const asked = await readJson<{ readonly body: string }>(store, keys.tokenRequest);
  for (const left of await readAll<Departure>(store, "left/")) {
    const back = WITHDRAWAL.exec(left.to)?.[1];
    const about = await readJson<Participation>(store, keys.participation(back ?? left.task));
    const tokens = left.to.endsWith("/token-request");
    const waits = back === undefined && (await store.get(keys.withdrawal(left.task))) !== undefined;
    const takenBack = back !== undefined ? undefined : waits ? "withdrawing" : about?.takenBack;
    const kept = tokens ? asked && fromBase64Url(asked.body) : await store.get(keys.queue(left.task));
    // A report of before a crash is not the one that waits now.
    const body = kept !== undefined && toBase64Url(await crypto.sha256(kept)) === left.digest ? kept : undefined;
    log.push({
      at: left.at,
      to: left.to,
      bytes: left.bytes,
      digest: left.digest,
      delivered: left.status !== null && left.status < 300,
      question: about?.question || (tokens ? "none: this year's tokens" : "unknown"),
      what:
        (back !== undefined
          ? "a report of yours is taken back: its random number's secret, and nothing about you"
          : (left.part ?? about?.what)) ||
        (tokens ? "requests for tokens, blinded: nothing about you" : "something this device does not recognise"),
      ...(takenBack && { takenBack }),
      ...(back === undefined && left.part === undefined && about?.nullBecause && { nullBecause: about.nullBecause }),
      ...(about && { unit: about.unit }),
      // Of an answer in several parts, the contribution's line tells the price.
      rho: about === undefined || back !== undefined || left.part !== undefined ? 0 : Number(about.rho) / 1e9,
      ...(body !== undefined && { body }),
    });
  }
  if (reads)
    for (const { count, at, to } of await readAll<Reads>(store, "reads/"))
      log.push({
        ...{ at, to, bytes: 0, digest: "", delivered: true, question: "none: which questions are open", rho: 0 },
        what: `asked for the list of questions ${count} times on this day: nothing about you`,
        requests: count,
      });
  return log;
}
