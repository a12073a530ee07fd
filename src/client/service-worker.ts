// paceline/service-worker: sends what waits when a browser wakes an app's service worker. Such a worker can load nothing later, so all
// of it is in one file, and what is not on the way of a report is left out: importers, notices, exports, erasing, taking back, kernels,
// training, which waits for a page, and plain JavaScript in place of curves that an engine lacks.
import { fail } from "../base/errors.ts";
import { webCrypto } from "../platform/web/crypto.ts";
import { can } from "../platform/web/engine-crypto.ts";
import type { ClientOptions, Surroundings } from "./options.ts";
import { settingsFrom } from "./settings.ts";
import { type SyncResult, syncTasks } from "./sync.ts";

export { openDeviceStore } from "../platform/web/store.ts";
export type { ClientOptions, SyncResult };

export interface Syncer {
  /**
   * As the client's sync(), over the same store; one runs at a time. For events with the tag "paceline": event.waitUntil(sync()).
   * @throws PacelineError unavailable when the register does not answer; unsupported where the engine lacks X25519 or Ed25519,
   *   which the page's client makes up for
   */
  sync(): Promise<readonly SyncResult[]>;
}

const around: Surroundings = {
  crypto: webCrypto,
  wasm: undefined,
  kernels: async () => undefined,
  training: undefined,
  elsewhere: undefined,
  takenBack: undefined,
};

/**
 * @param options the same as the page's client has, but for `worker`: a service worker starts none
 * @throws PacelineError invalid_argument naming the option
 */
export function createSyncer<Own extends string = never>(options: Omit<ClientOptions<Own>, "worker">): Syncer {
  const settings = settingsFrom(options, around);
  return {
    async sync() {
      // Asked of the engine's own crypto alone: a task must not be refused for what the worker cannot compute.
      if (settings.platform.crypto === webCrypto) await needCurves();
      return await syncTasks(settings);
    },
  };
}

let known: Promise<readonly boolean[]> | undefined;

/** @throws PacelineError unsupported */
async function needCurves(): Promise<void> {
  known ??= Promise.all([can(webCrypto.x25519Generate), can(webCrypto.ed25519Generate)]);
  if ((await known).includes(false))
    fail("unsupported", "this engine's WebCrypto lacks X25519 or Ed25519", {
      hint: "The page's client loads them and syncs; a service worker can load nothing.",
    });
}
