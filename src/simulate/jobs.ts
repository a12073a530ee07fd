// Work in parts that depend on each other in nothing: where and when each is done changes no number.

/** Where jobs are done: here, or on threads. */
export interface Runner<Job, Out> {
  /** Jobs that run at one time. */
  readonly size: number;
  run(job: Job): Promise<Out>;
}

/** @returns a runner that does each job at once, where it is asked for */
export function doneHere<Job, Out>(job: (job: Job) => Out): Runner<Job, Out> {
  return { size: 1, run: async (one) => job(one) };
}

/**
 * Works through `items` in their order, `size` at one time. @throws whatever `work` throws, once: nothing is begun after it
 */
export async function atOnce<Item>(
  items: readonly Item[],
  size: number,
  work: (item: Item, at: number) => Promise<void>,
): Promise<void> {
  const left = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [at, item] of left) {
      if (failed) return;
      await work(item, at);
    }
  };
  const stop = (error: unknown) => {
    failed = true;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.max(1, size) }, () => lane().catch(stop)));
}
