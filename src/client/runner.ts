// Syncing by itself while a page lives: at the moments that questions wait for, and otherwise a few times a day at times of this
// device's own drawing; sooner after a failure, and later after each further one. Where a browser wakes service workers for it, they
// are asked to.
import { isPacelineError } from "../base/errors.ts";
import type { Settings } from "./options.ts";
import { type Pending, readAll } from "./state.ts";
import type { SyncResult } from "./sync.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Between two looks at the register, a quarter more or less. */
const EVERY_MS = 6 * HOUR_MS;
/** After the first failure; doubled with each, up to EVERY_MS. */
const AGAIN_MS = 2 * MINUTE_MS;
/** A page that comes to the front asks at once when the last sync is that long ago. */
const STALE_MS = HOUR_MS;
/** Longer waits overflow a timer. */
const WAIT_MAX_MS = 24 * HOUR_MS;
/** What service workers are woken by. */
const SYNC_TAG = "paceline";

/** As much of a page or worker as is used; absent in Node. */
interface Surroundings {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
  readonly document?: { readonly visibilityState: string } & EventTarget;
  readonly navigator?: {
    readonly serviceWorker?: {
      readonly ready: Promise<unknown>;
      readonly controller?: { postMessage(message: string): void } | null;
    };
  };
}

interface Registration {
  readonly sync?: { register(tag: string): Promise<void> };
  readonly periodicSync?: { register(tag: string, options: { readonly minInterval: number }): Promise<void> };
}

/** @param sync of the client: its failures are the runner's to wait out @returns what ends it */
export function startRunner(settings: Settings, sync: () => Promise<readonly SyncResult[]>): () => void {
  const { platform } = settings;
  const around = globalThis as unknown as Surroundings;
  let [stopped, failures, last] = [false, 0, Number.NEGATIVE_INFINITY];
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** A factor from 0.75 to 1.25. */
  const jitter = () => 0.75 + (platform.entropy.bytes(1)[0] as number) / 510;

  const later = () => Math.min(AGAIN_MS * 2 ** failures++, EVERY_MS) * jitter();

  async function run(): Promise<void> {
    clearTimeout(timer);
    let wait = EVERY_MS * jitter();
    try {
      const results = await sync();
      last = platform.clock.now();
      const until = results.flatMap((one) => ("until" in one && one.until ? [one.until] : []));
      const queued = results.some(({ outcome }) => outcome === "queued" || outcome === "withdrawing");
      const due = (await readAll<Pending>(settings.store, "pending/")).map((one) => one.due * 1000);
      const next = Math.min(...[...due, ...until].filter((at) => at > last));
      wait = Math.min(wait, next - last);
      if (queued) wait = Math.min(wait, later());
      else failures = 0;
    } catch (error) {
      if (!isPacelineError(error)) throw error;
      wait = later();
      await askToBeWoken(around);
    } finally {
      if (!stopped) {
        timer = setTimeout(again, Math.max(1000, Math.min(wait, WAIT_MAX_MS)));
        // Node's keeps a process alive.
        (timer as { unref?: () => void }).unref?.();
      }
    }
  }
  /** What is no PacelineError is a bug or the app's own: it is reported as uncaught, and the next turn comes all the same. */
  const again = () => {
    run().catch((error: unknown) =>
      queueMicrotask(() => {
        throw error;
      }),
    );
  };
  const shown = () => {
    if (around.document?.visibilityState !== "hidden" && platform.clock.now() - last >= STALE_MS) again();
  };
  /**
   * What is being sent goes on without the page (keepalive). What waits is the service worker's, where there is one: a page that goes
   * may not live to read its store. One that only goes out of sight tries once more itself.
   */
  const leaving = () => {
    around.navigator?.serviceWorker?.controller?.postMessage(SYNC_TAG);
    again();
  };

  around.addEventListener?.("online", again);
  around.addEventListener?.("pagehide", leaving);
  around.document?.addEventListener("visibilitychange", shown);
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
    around.removeEventListener?.("online", again);
    around.removeEventListener?.("pagehide", leaving);
    around.document?.removeEventListener("visibilitychange", shown);
  };
}

/** Background Sync once, Periodic Background Sync for good: where there is a service worker, and the member lets them. */
async function askToBeWoken({ navigator }: Surroundings): Promise<void> {
  const ready = navigator?.serviceWorker?.ready;
  const never = new Promise<undefined>((resolve) => setTimeout(resolve, 1000, undefined));
  // `ready` of a page without a service worker waits for ever.
  const registration = (await Promise.race([ready, never]).catch(() => undefined)) as Registration | undefined;
  // Each may be forbidden by itself: the timer and the next visit are left.
  await Promise.allSettled([
    registration?.sync?.register(SYNC_TAG),
    registration?.periodicSync?.register(SYNC_TAG, { minInterval: EVERY_MS }),
  ]);
}
