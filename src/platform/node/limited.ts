// One worker that does one thing at a time, within a time and a memory that are given: what takes more is ended with its
// thread, and the next call finds a new one.
import { fail, PacelineError } from "../../base/errors.ts";
import type { Promised, Workers } from "../../ports/workers.ts";
import { startPool } from "./workers.ts";

export interface WorkerLimits {
  /** For one call, from its turn on. */
  readonly msMax: number;
  /** In addition, for the first call of a new thread: it loads its modules. */
  readonly startMsMax: number;
  /** Of the thread's heap. */
  readonly megabytesMax: number;
  /** Calls that wait or run; one more is refused at once. */
  readonly callsMax: number;
}

/** @param url a module that calls `exposeToPool`. Errors besides the worker's own: unavailable. */
export function startLimited<Api>(url: URL | string, limits: WorkerLimits): Workers<Api> {
  const { startMsMax, megabytesMax, callsMax } = limits;
  const start = () => startPool<Api>(url, 1, { maxOldGenerationSizeMb: megabytesMax });
  let pool = start();
  /** The one that has answered a call. */
  let warm: typeof pool | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let calls = 0;
  let closed = false;

  async function within<Result>(task: (worker: Promised<Api>) => Promise<Result>): Promise<Result> {
    const current = pool;
    const msMax = limits.msMax + (current === warm ? 0 : startMsMax);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new PacelineError("unavailable", `it took longer than ${msMax} ms and was stopped`));
        if (!closed) pool = start();
        current.close().catch(() => undefined);
      }, msMax);
    });
    try {
      const result = await Promise.race([current.run(task), late]);
      warm = current;
      return result;
    } catch (error) {
      // The thread may be another one by now.
      warm = undefined;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    size: 1,
    async run(task) {
      if (calls >= callsMax) fail("unavailable", `${calls} calls wait already`, { hint: "Ask again later." });
      calls++;
      const turn = last.then(() => within(task));
      last = turn.catch(() => undefined);
      return await turn.finally(() => calls--);
    },
    async close() {
      closed = true;
      await pool.close();
    },
  };
}
