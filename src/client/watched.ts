// The transport of one sync: every request is noted durably before it goes out, for the member log, and a coordinator that does not
// answer, or asks to be left alone, is not asked again in the same sync.
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { DeviceChanges, DeviceStore } from "../ports/device-store.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import type { Settings } from "./options.ts";
import { noteRetry } from "./policy.ts";
import { type Departure, entry, keys, type Reads, readJson } from "./state.ts";

const UPLOAD = /\/tasks\/([A-Za-z0-9_-]{43})\/reports$/;

const DAY_MS = 86_400_000;
const READ_DAYS_MAX = 400;

/** Reports that came to nothing, for whatever reason, before a sync leaves the rest for the next one. */
const FAILURES_MAX = 3;

/** Of one sync and one service: once it is down, every further send() fails with `unavailable`, and no request is made. */
export interface Watched extends Transport {
  /** @param about what a body that is no report is a part of @param expect what must stand while it leaves */
  send(
    request: TransportRequest,
    about?: Pick<Departure, "task" | "part">,
    expect?: DeviceChanges["expect"],
  ): Promise<TransportResponse>;
  /** Whether the service did not answer, asked to be left alone, or failed too often. */
  isDown(): boolean;
  /** Notes that an answer was none. */
  failed(): void;
  /** What to write once the answer to the last body for `task` is known: its note with the status. */
  answered(task: string, status: number): readonly (readonly [string, Uint8Array])[];
}

export function watched(settings: Settings): Watched {
  const { platform, store } = settings;
  const { crypto, clock, transport } = platform;
  const open = new Map<string, { readonly key: string; readonly left: Departure }>();
  let failures = 0;
  const isDown = () => failures >= FAILURES_MAX;

  async function exchange(request: TransportRequest): Promise<TransportResponse> {
    // Until an answer came, there is none.
    const before = failures;
    failures = FAILURES_MAX;
    const response = await transport.send(request);
    if (response.status !== 429 && response.status !== 503) failures = before;
    await noteRetry(settings, response);
    if (settings.policy.maxBytesPerDay !== undefined)
      await (await import("./held-by-policy.ts")).countBytes(
        settings,
        (request.body?.length ?? 0) + response.body.length,
      );
    return response;
  }

  return {
    isDown,
    failed() {
      failures++;
    },
    async send(request, about, expect) {
      const { body } = request;
      if (isDown()) fail("unavailable", "the service gave no answer before");
      if (body === undefined) {
        await noteRead(settings, request.url);
        return await exchange(request);
      }
      const left: Departure = {
        at: clock.now(),
        to: request.url,
        bytes: body.length,
        digest: toBase64Url(await crypto.sha256(body)),
        task: UPLOAD.exec(request.url)?.[1] ?? "",
        status: null,
        ...about,
      };
      const key = await freeKey(store, left);
      await store.transaction({
        put: [entry(key, left)],
        delete: [],
        // A report leaves while it is queued, or never: what is withdrawn is known to have left, or not to.
        expect: [[key, undefined], ...(expect ?? [[keys.queue(left.task), left.task ? body : undefined] as const])],
      });
      open.set(left.task, { key, left });
      return await exchange(request);
    },
    answered(task, status) {
      const sent = open.get(task);
      open.delete(task);
      return sent === undefined ? [] : [entry(sent.key, { ...sent.left, status })];
    },
  };
}

/** What asks for the list of questions says nothing of the member, so a day of it is one line. */
async function noteRead({ store, platform }: Settings, url: string): Promise<void> {
  const at = platform.clock.now();
  const key = keys.reads(Math.floor(at / DAY_MS));
  const { count } = (await readJson<Reads>(store, key)) ?? { count: 0 };
  const to = url.split("?")[0] as string;
  const old = count > 0 ? [] : (await store.keys("reads/")).slice(0, -READ_DAYS_MAX);
  await store.transaction({ put: [entry(key, { count: count + 1, at, to })], delete: old });
}

/** A clock may stand still or go back; an entry is never written over. */
async function freeKey(store: DeviceStore, { at, task }: Departure): Promise<string> {
  for (let nth = 0; ; nth++) {
    const key = keys.departure(at, task, nth);
    if ((await store.get(key)) === undefined) return key;
  }
}
