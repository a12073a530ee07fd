// A pool of worker threads behind comlink: least busy first, replaced when they die.
import { type ResourceLimits, Worker } from "node:worker_threads";
import { type Remote, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { fail, PacelineError } from "../../base/errors.ts";
import type { Promised, Workers } from "../../ports/workers.ts";
import { carryErrors } from "../worker-errors.ts";

interface Slot<Api> {
  readonly worker: Worker;
  readonly remote: Remote<Api>;
  /** The rejections of the running calls, for when the thread ends: comlink itself would wait for ever. */
  readonly running: Set<(error: PacelineError) => void>;
}

function startSlot<Api>(url: URL, resourceLimits: ResourceLimits, onExit: (slot: Slot<Api>) => void): Slot<Api> {
  const worker = new Worker(url, { resourceLimits });
  const slot: Slot<Api> = { worker, remote: wrap<Api>(nodeEndpoint(worker)), running: new Set() };
  let cause: unknown;
  worker.on("error", (error) => {
    cause = error;
  });
  worker.on("exit", (code) => {
    onExit(slot);
    const reason = cause instanceof Error ? cause.message : `exit code ${code}`;
    const error = new PacelineError("unavailable", `a worker thread ended: ${reason}`, { cause });
    for (const reject of slot.running) reject(error);
  });
  // Idle workers do not keep the process alive, busy ones must.
  worker.unref();
  return slot;
}

/** Runs one call on a worker, and settles even when the worker dies. */
function runOn<Api, Result>(slot: Slot<Api>, task: (worker: Promised<Api>) => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (slot.running.size === 0) slot.worker.ref();
    slot.running.add(reject);
    // asynchronous, so that a task that throws at once is no exception
    const call = async () => await task(slot.remote as Promised<Api>);
    call()
      .finally(() => {
        slot.running.delete(reject);
        if (slot.running.size === 0) slot.worker.unref();
      })
      .then(resolve, reject);
  });
}

export interface WorkerThreads<Api> extends Workers<Api> {
  /** Milliseconds that its threads have had of a processor; undefined where Node does not say (before 24.6). */
  processorMs(): Promise<number | undefined>;
}

/**
 * Starts workers as they are needed, `size` at most.
 * @param url a module that calls `exposeToPool`
 * @param limits of each thread: one that needs more memory dies, and its calls fail
 */
export function startPool<Api>(url: URL | string, size: number, limits: ResourceLimits = {}): WorkerThreads<Api> {
  if (!Number.isInteger(size) || size < 1) fail("invalid_argument", `a pool of ${size} workers`);
  carryErrors();
  const module = new URL(url);
  const slots = new Set<Slot<Api>>();
  let closed = false;

  function leastBusy(): Slot<Api> {
    let best: Slot<Api> | undefined;
    for (const slot of slots) if (best === undefined || slot.running.size < best.running.size) best = slot;
    if (best !== undefined && (best.running.size === 0 || slots.size === size)) return best;
    const fresh = startSlot<Api>(module, limits, (slot) => slots.delete(slot));
    slots.add(fresh);
    return fresh;
  }

  return {
    size,
    async run(task) {
      if (closed) fail("unavailable", "the worker pool is closed");
      return await runOn(leastBusy(), task);
    },
    async processorMs() {
      const used = await Promise.all([...slots].map(({ worker }) => worker.cpuUsage?.().catch(() => undefined)));
      const known = used.filter((each) => each !== undefined);
      if (known.length < used.length) return undefined;
      return known.reduce((sum, { user, system }) => sum + (user + system) / 1000, 0);
    },
    async close() {
      closed = true;
      await Promise.all([...slots].map(({ worker }) => worker.terminate()));
    },
  };
}
