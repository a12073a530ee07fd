// More threads for one piece of work: workers of the room's own worker, which end with it. Which thread computes what, and when,
// changes no number: jobs are pure functions, and whoever gives them out puts the answers where they belong.
import { type Remote, wrap } from "comlink";
import type { Runner } from "../../simulate/jobs.ts";

/** What the `api` of a part with jobs has: the function that `withThreads` is given as `here`. */
export interface JobApi<Job, Out> {
  job(job: Job): Promise<Out>;
}

/** As much of ../worker.ts as is called here: it imports the parts that import this. */
interface Opening {
  open(part: string): Promise<unknown>;
}

const THREADS_MAX = 16;

/** @param text of a field: empty for as many as the machine has */
export function threadsIn(text: string): number {
  const count = text.trim() === "" ? navigator.hardwareConcurrency : Number(text);
  return Number.isInteger(count) ? Math.min(THREADS_MAX, Math.max(1, count)) : 1;
}

/**
 * Does `work` with a runner over `size` threads, which are started for it and end with it; on this thread where one is wanted,
 * or where workers may have none of their own.
 * @param part of ../worker.ts, whose `api` has the function `here` as `job`
 * @throws whatever a job or `work` throws; an error where a thread does not start
 */
export async function withThreads<Job, Out, Result>(
  part: string,
  size: number,
  here: (job: Job) => Out | Promise<Out>,
  work: (runner: Runner<Job, Out>) => Promise<Result>,
): Promise<Result> {
  if (size <= 1 || typeof Worker === "undefined") return await work({ size: 1, run: async (job) => await here(job) });
  // The worker's own address: a bundler knows no worker that starts itself.
  const workers = Array.from({ length: size }, () => new Worker(location.href, { type: "module" }));
  const failed = new Promise<never>((_, reject) => {
    for (const worker of workers)
      worker.addEventListener("error", ({ message }) =>
        reject(new Error(`a thread could not be started: ${message || "its script did not load"}`)),
      );
  });
  // Told by whichever job runs then.
  failed.catch(() => undefined);
  type Thread = { readonly opened: Promise<Remote<JobApi<Job, Out>>> };
  const free = workers.map((worker): Thread => ({ opened: wrap<Opening>(worker).open(part) as never }));
  const waiting: ((thread: Thread) => void)[] = [];
  const run = async (job: Job): Promise<Out> => {
    const thread = free.pop() ?? (await new Promise<Thread>((resolve) => waiting.push(resolve)));
    try {
      const answer = thread.opened.then((api) => (api as unknown as JobApi<Job, Out>).job(job));
      return await Promise.race([answer, failed]);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(thread);
      else next(thread);
    }
  };
  try {
    return await work({ size, run });
  } finally {
    for (const worker of workers) worker.terminate();
  }
}
