// What a user interface shows of the client: one frozen snapshot that stays the same object until something in it changes, so
// that React's useSyncExternalStore and its like can read it at any time, on a server too; and events for what happens.
import type { Purpose } from "../task/purposes.ts";
import type { Budget } from "./budget.ts";
import type { ConsentState } from "./consent.ts";
import type { SyncResult } from "./sync.ts";

export interface ClientState {
  /** False until the device's store was read; everything else is then as for somebody who never took part. */
  readonly ready: boolean;
  readonly paused: boolean;
  /** The browser's Global Privacy Control is set: nothing is asked, nothing leaves. */
  readonly refusedBySignal: boolean;
  readonly consents: Readonly<Record<Purpose, ConsentState>>;
  /** Undefined until ready. */
  readonly budget: Budget | undefined;
  /** Questions that this device would answer, and masked rounds that it would join, that wait for their moment. */
  readonly waiting: number;
  /** Reports that are made and have not arrived. */
  readonly queued: number;
  /** Lines of the member log. */
  readonly logged: number;
  /** Days this client itself holds. */
  readonly days: number;
  readonly syncing: boolean;
  /** Milliseconds since 1970 of the last sync that ended well, in this page. */
  readonly syncedAt: number | undefined;
}

export type ClientEvent =
  | { readonly type: "consent"; readonly purpose: Purpose; readonly state: ConsentState }
  | { readonly type: "paused" | "resumed" | "erased" | "sync-started" | "changed" }
  | { readonly type: "synced"; readonly results: readonly SyncResult[] }
  | { readonly type: "sync-failed"; readonly code: string }
  | { readonly type: "recorded"; readonly days: number };

export type EventType = ClientEvent["type"];
export type EventOf<T extends EventType> = Extract<ClientEvent, { readonly type: T }>;

export const initialState: ClientState = /* @__PURE__ */ Object.freeze({
  ready: false,
  paused: false,
  refusedBySignal: false,
  consents: /* @__PURE__ */ Object.freeze({
    "service-improvement": "off",
    research: "off",
    "model-training": "off",
  } as const),
  budget: undefined,
  waiting: 0,
  queued: 0,
  logged: 0,
  days: 0,
  syncing: false,
  syncedAt: undefined,
});

type Read = Omit<ClientState, "ready" | "syncing" | "syncedAt">;

export interface View {
  snapshot(): ClientState;
  subscribe(listener: () => void): () => void;
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): () => void;
  /** Says what happened, and reads the store again. */
  emit(event: ClientEvent): Promise<void>;
}

/**
 * @param read the device's store
 * @param watch where the store tells of changes by other tabs
 */
export function newView(
  read: () => Promise<Read>,
  now: () => number,
  watch?: (listener: () => void) => () => void,
): View {
  let state = initialState;
  let written = "";
  let unwatch: (() => void) | undefined;
  const listeners = new Set<() => void>();
  const handlers = new Set<(event: ClientEvent) => void>();
  let reading: Promise<void> | undefined;
  let again = false;

  function show(next: ClientState): void {
    const text = JSON.stringify(next);
    if (text === written) return;
    written = text;
    state = Object.freeze(next);
    for (const listener of [...listeners]) guarded(listener);
  }

  /** One read at a time; what changes meanwhile is read once more. */
  function refresh(): Promise<void> {
    if (reading !== undefined) {
      again = true;
      return reading;
    }
    reading = (async () => {
      do {
        again = false;
        const known = await read();
        show({ ...state, ...known, ready: true });
      } while (again);
    })().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  /** For those who only look: a store that cannot be read shows the state as it was. */
  const quietly = () => void refresh().catch(() => undefined);

  return {
    snapshot: () => state,
    subscribe(listener) {
      // A function of its own, so that the same listener may subscribe twice.
      const own = () => listener();
      listeners.add(own);
      unwatch ??= watch?.(quietly);
      if (!state.ready) quietly();
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        unwatch?.();
        unwatch = undefined;
      };
    },
    on(type, listener) {
      const handler = (event: ClientEvent) => {
        if (event.type === type) (listener as (event: ClientEvent) => void)(event);
      };
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    async emit(event) {
      if (event.type === "sync-started") show({ ...state, syncing: true });
      if (event.type === "synced") show({ ...state, syncing: false, syncedAt: now() });
      if (event.type === "sync-failed") show({ ...state, syncing: false });
      for (const handler of [...handlers]) guarded(() => handler(event));
      await refresh();
    },
  };
}

/** A listener's error is the app's: it is reported as uncaught, and stops nothing here. */
function guarded(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
