// Every body that leaves is seen at the transport and noted before it goes, so the member log cannot say less than what was sent.
import { toBase64Url } from "../base/bytes.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Transport } from "../ports/transport.ts";
import type { Settings } from "./options.ts";
import { countBytes, noteRetry } from "./policy.ts";
import { type Departure, entry, keys } from "./state.ts";

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
