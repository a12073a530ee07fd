// What the device keeps, as JSON under a few kinds of key. Every change is one transaction of the store.
import { fromUtf8, utf8 } from "../base/bytes.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Purpose } from "../task/purposes.ts";
import type { Settings } from "./options.ts";

/** A task this device answered: written with its debit, before anything is sent. */
export interface Participation {
  readonly task: string;
  readonly question: string;
  readonly purpose: Purpose;
  /** In plain words, what the report holds. */
  readonly what: string;
  readonly isNull: boolean;
  /** Nano-rho the device's own ledger was charged: 0 for a null report. */
  readonly rho: string;
  readonly epochs: readonly string[];
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
  /** base64url of the report, until an aggregator has it. */
  readonly report: string | null;
  readonly refused: string | null;
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
}

export const keys = {
  receipt: (purpose: Purpose) => `consent/${purpose}`,
  participation: (task: string) => `task/${task}`,
  epoch: (epoch: string) => `epoch/${epoch}`,
  departure: (at: number, task: string, nth: number) => `left/${String(at).padStart(15, "0")}/${task}/${nth}`,
  paused: "paused",
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
