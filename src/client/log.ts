// The member log: every body that leaves is seen at the transport, so the log cannot say less than what was sent.
import { toBase64Url } from "../base/bytes.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Transport } from "../ports/transport.ts";
import type { Settings } from "./options.ts";
import { countBytes, noteRetry } from "./policy.ts";
import type { Before } from "./prune.ts";
import { type Departure, entry, keys, type Participation, readAll, readJson } from "./state.ts";

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

const UPLOAD = /\/tasks\/([A-Za-z0-9_-]{43})\/reports$/;

/** A transport that notes each body durably before it goes out. */
export interface Watched extends Transport {
  /** What to write once the answer to the last body for `task` is known: its note with the status. */
  answered(task: string, status: number): readonly (readonly [string, Uint8Array])[];
}

export function watched(settings: Settings): Watched {
  const { platform, store } = settings;
  const { crypto, clock, transport } = platform;
  const open = new Map<string, { readonly key: string; readonly left: Departure }>();
  return {
    async send(request) {
      const { body } = request;
      const exchange = async () => {
        const response = await transport.send(request);
        await noteRetry(settings, response);
        await countBytes(settings, (body?.length ?? 0) + response.body.length);
        return response;
      };
      if (body === undefined) return await exchange();
      const left: Departure = {
        at: clock.now(),
        to: request.url,
        bytes: body.length,
        digest: toBase64Url(await crypto.sha256(body)),
        task: UPLOAD.exec(request.url)?.[1] ?? "",
        status: null,
      };
      const key = await freeKey(store, left);
      await store.transaction({ put: [entry(key, left)], delete: [], expect: [[key, undefined]] });
      open.set(left.task, { key, left });
      return await exchange();
    },
    answered(task, status) {
      const sent = open.get(task);
      open.delete(task);
      return sent === undefined ? [] : [entry(sent.key, { ...sent.left, status })];
    },
  };
}

/** A clock may stand still or go back; an entry is never written over. */
async function freeKey(store: DeviceStore, { at, task }: Departure): Promise<string> {
  for (let nth = 0; ; nth++) {
    const key = keys.departure(at, task, nth);
    if ((await store.get(key)) === undefined) return key;
  }
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
