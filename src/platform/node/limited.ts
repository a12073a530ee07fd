// One worker that does one thing at a time, within a time and a memory that are given: what takes more is ended with its
// thread, and the next call finds a new one.
import { fail, PacelineError } from "../../base/errors.ts";
import type { Promised, Workers } from "../../ports/workers.ts";
import { startPool, type WorkerThreads } from "./workers.ts";

export interface WorkerLimits {
  /** For one call, from its turn on: of a processor, as a busy machine is no fault of the call's; by the clock some times as much. */
  readonly msMax: number;
  /** In addition, for the first call of a new thread: it loads its modules. */
  readonly startMsMax: number;
  /** Of the thread's heap. */
  readonly megabytesMax: number;
  /** Calls that wait or run; one more is refused at once. */
  readonly callsMax: number;
}

/** By the clock, times what a call may have of a processor. */
const CLOCK_FACTOR = 6;
/** A thread that has so little left is late. */
const LEFT_MS = 20;

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
    const watch = watched(current, msMax, () => {
      if (!closed) pool = start();
      current.close().catch(() => undefined);
    });
    try {
      const result = await Promise.race([current.run(task), watch.late]);
      warm = current;
      return result;
    } catch (error) {
      // The thread may be another one by now.
      warm = undefined;
      throw error;
    } finally {
      watch.end();
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

/** `late` rejects when the threads have had more than their time, after `stop`. */
function watched(threads: WorkerThreads<unknown>, msMax: number, stop: () => void) {
  const begun = performance.now();
  const before = threads.processorMs();
  const { promise: late, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const look = async () => {
    const clockLeft = CLOCK_FACTOR * msMax - (performance.now() - begun);
    // A thread that computes nothing may not answer.
    const answer = Promise.all([before, threads.processorMs()]);
    const [from = 0, to] = await Promise.race([answer, elapsed(clockLeft)]);
    const left = to === undefined ? 0 : Math.min(clockLeft, msMax - (to - from));
    if (ended) return;
    if (left > LEFT_MS) {
      timer = setTimeout(look, left);
      return;
    }
    reject(new PacelineError("unavailable", `it took longer than ${msMax} ms and was stopped`));
    stop();
  };
  timer = setTimeout(look, msMax);
  return {
    late,
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

const elapsed = (ms: number) =>
  new Promise<readonly [undefined, undefined]>((resolve) => {
    setTimeout(() => resolve([undefined, undefined]), Math.max(0, ms)).unref();
  });
