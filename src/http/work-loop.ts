// Work that a service looks for again and again, for as long as it runs.
import type { ErrorLog } from "./app.ts";

export interface WorkLoop {
  /** Resolves when what runs now is done; nothing is begun any more. */
  stop(): Promise<void>;
}

const IDLE_MS = 250;
const AFTER_FAILURE_MS = { first: 500, most: 30_000 };

/** @param work says whether there was any: then it is asked again at once. Failures are logged, and tried again later and later. */
export function workLoop(log: ErrorLog, name: string, work: () => Promise<boolean>): WorkLoop {
  let stopping = false;
  let wake: () => void = () => undefined;
  let failures = 0;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function once(): Promise<number> {
    try {
      const some = await work();
      failures = 0;
      return some ? 0 : IDLE_MS;
    } catch (error) {
      const ms = Math.min(AFTER_FAILURE_MS.most, AFTER_FAILURE_MS.first * 2 ** failures);
      failures += 1;
      log(`${name}: ${error instanceof Error ? error.message : String(error)}`, "work.failed", { work: name });
      return ms;
    }
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const ms = await once();
      if (ms > 0 && !stopping) await pause(ms);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}
