// The app's worker, for what takes processor time: started by the first call, ended when it has nothing to do for a while. What it
// cannot do, or where it does not start, is done here: it computes nothing that this thread could not.
import { type ProxyMarked, proxy, type Remote, wrap } from "comlink";
import { fail } from "../base/errors.ts";
import { carryErrors } from "../platform/worker-errors.ts";
import type { ReadFile } from "./read-file.ts";
import type { MadeReport, ReportJob } from "./report-job.ts";

export { proxy };

/** What a worker does: paceline/worker exposes it. */
export interface DeviceWork {
  /** That it is there: a script without it would be waited for until the page goes. */
  hello(): Promise<true>;
  read(file: Blob, path: string, onBytes: ((bytes: number) => void) & ProxyMarked): Promise<ReadFile>;
  report(job: ReportJob): Promise<MadeReport>;
}

/** Between two calls of one sync. */
const IDLE_MS = 3000;
/** For a script to be fetched and to answer, on a slow phone. */
const START_MS = 15_000;

interface Thread {
  readonly worker: Worker;
  readonly work: Remote<DeviceWork>;
  /** How each running call learns that the thread has ended. */
  readonly calls: Set<() => void>;
  idle: ReturnType<typeof setTimeout> | undefined;
}

const threads = new WeakMap<() => Worker, Thread>();

/**
 * @param start of the app: one thread serves all calls that give the same
 * @param signal ends the thread, and with it every call that runs on it
 * @throws what the work throws; the signal's reason
 */
export async function offThread<T>(
  start: () => Worker,
  job: {
    readonly there: (work: Remote<DeviceWork>) => Promise<T>;
    readonly here: () => Promise<T>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<T> {
  const { there, here, signal } = job;
  signal?.throwIfAborted();
  const thread = threadOf(start);
  if (thread === undefined) return await here();
  clearTimeout(thread.idle);
  const stopped = Promise.withResolvers<"ended">();
  const ended = () => stopped.resolve("ended");
  const aborted = () => {
    stopped.reject(signal?.reason);
    endThread(start, thread);
  };
  thread.calls.add(ended);
  signal?.addEventListener("abort", aborted);
  try {
    const done = there(thread.work).then((value) => ({ value }));
    // Of a thread that has ended nobody waits for an answer.
    done.catch(() => undefined);
    const outcome = await Promise.race([done, stopped.promise]);
    return outcome === "ended" ? await here() : outcome.value;
  } finally {
    signal?.removeEventListener("abort", aborted);
    thread.calls.delete(ended);
    if (thread.calls.size === 0 && threads.get(start) === thread) {
      thread.idle = setTimeout(() => endThread(start, thread), IDLE_MS);
      // Node's keeps a process alive.
      (thread.idle as { unref?: () => void }).unref?.();
    }
  }
}

function endThread(start: () => Worker, thread: Thread): void {
  if (threads.get(start) === thread) threads.delete(start);
  thread.worker.terminate();
  clearTimeout(thread.idle);
  for (const ended of thread.calls) ended();
}

/** @returns undefined where none can be started */
function threadOf(start: () => Worker): Thread | undefined {
  const known = threads.get(start);
  if (known !== undefined) return known;
  let worker: Worker;
  try {
    worker = start();
  } catch {
    return undefined;
  }
  if (typeof worker?.postMessage !== "function") fail("invalid_argument", "worker must give a Worker");
  carryErrors();
  const thread: Thread = { worker, work: wrap<DeviceWork>(worker), calls: new Set(), idle: undefined };
  // A script that is not there, or that the page's content policy forbids; then, too, what it throws while it loads.
  worker.addEventListener("error", () => endThread(start, thread));
  const late = setTimeout(() => endThread(start, thread), START_MS);
  void thread.work.hello().then(() => clearTimeout(late));
  threads.set(start, thread);
  return thread;
}
