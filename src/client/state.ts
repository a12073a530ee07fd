// What the device keeps, as JSON under a few kinds of key. Every change is one transaction of the store.
import { fromUtf8, utf8 } from "../base/bytes.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Envelope } from "../task/envelope.ts";
import type { Unit } from "../task/manifest.ts";
import type { Purpose } from "../task/purposes.ts";
import type { Settings } from "./options.ts";
import type { TakenBack } from "./taken-back.ts";

/** A task this device answered: written with its debit, before anything is sent. */
export interface Participation {
  readonly task: string;
  readonly name: string;
  readonly question: string;
  readonly purpose: Purpose;
  /** Whom the task counts. */
  readonly unit: Unit;
  /** The consent it was sealed under: `number` of its receipt. */
  readonly consent: number;
  /** Days since 1970 that it was about, [start, end); what was answered before these were kept has none. */
  readonly window?: { readonly start: number; readonly end: number };
  /** In plain words, what the report holds. */
  readonly what: string;
  /** Why the report is empty, in plain words, or null when it is not. Never leaves. */
  readonly nullBecause: string | null;
  /** Nano-rho the device's own ledger was charged. */
  readonly rho: string;
  readonly epochs: readonly string[];
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
  /** Seconds since 1970: until then an aggregator takes reports. */
  readonly closes: number;
  /** Why an aggregator did not take it, or why it never left. */
  readonly refused: string | null;
  /** base64url of what takes the report back, until it is. */
  readonly secret?: string;
  /** How taking it back ended. */
  readonly takenBack?: TakenBack;
}

/** What is left of an answered task when everything is erased: that it was answered, and until when it could be. */
export const tombstone = ({ task, closes, consent, purpose }: Participation): Participation => ({
  task,
  name: "",
  question: "",
  purpose,
  unit: "installation",
  consent,
  what: "",
  nullBecause: null,
  rho: "0",
  epochs: [],
  queuedAt: 0,
  closes,
  refused: "erased",
});

/** A task this device accepted and has not answered yet. */
export interface Pending {
  readonly envelope: Envelope;
  readonly task: string;
  readonly name: string;
  readonly purpose: Purpose;
  /** Seconds since 1970: see schedule.ts; `closes` is the manifest's. */
  readonly due: number;
  readonly last: number;
  readonly closes: number;
}

/** What of the register was read, and under which terms it was judged. */
export interface Read {
  readonly cursor: string;
  readonly terms: string;
  /** The helper's signature of the last task that was looked at on the page that comes next, where a sync left it half read. */
  readonly upTo?: string;
}

/** Bytes that left the device, as the transport saw them. */
export interface Departure {
  readonly at: number;
  readonly to: string;
  readonly bytes: number;
  /** SHA-256 of the body, base64url. */
  readonly digest: string;
  readonly task: string;
  readonly status: number | null;
  /** In plain words, what of an answer in several parts it is, where it is not the contribution itself. */
  readonly part?: string;
}

/** Requests of one day, UTC, that carried nothing: for the list of questions. */
export interface Reads {
  readonly count: number;
  /** Of the last one. */
  readonly at: number;
  readonly to: string;
}

export const keys = {
  receipt: (purpose: Purpose) => `consent/${purpose}`,
  participation: (task: string) => `task/${task}`,
  /** The bytes of a report, until an aggregator has it. */
  queue: (task: string) => `queue/${task}`,
  /** The consent that was withdrawn, by its number, until what was sealed under it is seen to. */
  withdrawn: (purpose: Purpose) => `withdrawn/${purpose}`,
  /** A report that is being taken back. */
  withdrawal: (task: string) => `withdrawal/${task}`,
  pending: (task: string) => `pending/${task}`,
  epoch: (epoch: string) => `epoch/${epoch}`,
  departure: (at: number, task: string, nth: number) => `left/${String(at).padStart(15, "0")}/${task}/${nth}`,
  reads: (day: number) => `reads/${String(day).padStart(6, "0")}`,
  days: (row: number) => `days/${String(row).padStart(6, "0")}`,
  /** Samples of one of the last days, by the day in which they end. */
  samples: (day: number) => `samples/${String(day).padStart(6, "0")}`,
  profile: "profile",
  /** The secret half too: the store is the device's own. */
  deviceKey: "device-key",
  /** Of the log: what its oldest lines were. */
  before: "left-before",
  /** Until when the coordinator asked to be left alone. */
  retry: "retry-after",
  /** Bytes of one day. */
  bytes: (day: number) => `bytes/${String(day).padStart(6, "0")}`,
  /** A token that is not spent, by its issuer's key and its nonce. */
  token: (issuer: string, nonce: string) => `token/${issuer}/${nonce}`,
  /** The year whose tokens were fetched and of which key, and what was asked and not answered yet. */
  tokenYear: "token-year",
  tokenRequest: "token-request",
  /** The model of the last round of a training that was seen, by its run. */
  model: (run: string) => `model/${run}`,
  paused: "paused",
  /** Set once days() has given a day. */
  imported: "imported",
  /** Of the schedule. */
  seed: "seed",
  read: "register",
};

/** The device's own cap of a week or of a year, in nano-rho. */
export function capOf(
  { rhoPerEpoch, rhoPerYear }: Pick<Settings, "rhoPerEpoch" | "rhoPerYear">,
  epoch: string,
): bigint {
  return epoch.length === 4 ? rhoPerYear : rhoPerEpoch;
}

export async function readJson<T>(store: DeviceStore, key: string): Promise<T | undefined> {
  const bytes = await store.get(key);
  return bytes === undefined ? undefined : (JSON.parse(fromUtf8(bytes)) as T);
}

export async function readAll<T>(store: DeviceStore, prefix: string): Promise<readonly T[]> {
  const all: T[] = [];
  for (const key of await store.keys(prefix)) {
    const value = await readJson<T>(store, key);
    if (value !== undefined) all.push(value);
  }
  return all;
}

export function entry(key: string, value: unknown): readonly [string, Uint8Array] {
  return [key, utf8(JSON.stringify(value))];
}
