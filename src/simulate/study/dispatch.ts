// All runs of a study in jobs, on as many threads as there are. Which thread computes what, and when, changes no number.
import { type Budget, nameOfBudget } from "./options.ts";
import type { Pool, StudiedPlan } from "./pool.ts";
import { type RunsJob, WIDTH } from "./runs.ts";
import { type CellSummary, summarise, type Truth } from "./summary.ts";

export interface Runner {
  /** Jobs that run at one time. */
  readonly size: number;
  /** `simulateRuns`, here or on a thread. */
  run(job: RunsJob): Promise<Float64Array>;
}

export interface Point {
  readonly budget: Budget;
  readonly members: number;
  readonly plan: StudiedPlan & { readonly rho: string };
  readonly pool: Pool;
  readonly truths: readonly Truth[];
}

/** Runs of one job: few enough that progress moves and an end is felt, whatever the number of threads. */
const RUNS_A_JOB = 20;

/** @returns each point's summary @throws whatever the runner throws, once: no job is started after it */
export async function runPoints(
  points: readonly Point[],
  { runs, seed, floor }: { readonly runs: number; readonly seed: string; readonly floor: number },
  runner: Runner,
  progress: (done: number, total: number) => void,
): Promise<readonly (readonly CellSummary[])[]> {
  const jobs = points.flatMap((_, point) =>
    Array.from({ length: Math.ceil(runs / RUNS_A_JOB) }, (__, at) => ({
      point,
      from: at * RUNS_A_JOB,
      to: Math.min(runs, (at + 1) * RUNS_A_JOB),
    })),
  );
  const total = points.length * runs;
  const numbers = new Map<number, { readonly all: Float64Array; left: number }>();
  const finished = new Array<readonly CellSummary[]>(points.length);
  let [next, done] = [0, 0];
  const work = async () => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) {
      const { budget, members, plan, pool, truths } = points[job.point] as Point;
      const keys = truths.map(({ key }) => key);
      const { name, source, encoder, noise, definitions } = plan;
      const own = numbers.get(job.point) ?? { all: new Float64Array(runs * keys.length * WIDTH), left: runs };
      numbers.set(job.point, own);
      const part = await runner.run({
        plan: { name, source, encoder, noise, ...(definitions === undefined ? {} : { definitions }) },
        pool,
        seed: `${seed}/${nameOfBudget(budget)}/${members} members`,
        members,
        floor,
        keys,
        from: job.from,
        to: job.to,
      });
      own.all.set(part, job.from * keys.length * WIDTH);
      own.left -= job.to - job.from;
      done += job.to - job.from;
      progress(done, total);
      if (own.left > 0) continue;
      finished[job.point] = summarise(own.all, truths);
      numbers.delete(job.point);
    }
  };
  const stop = (error: unknown) => {
    next = jobs.length;
    throw error;
  };
  await Promise.all(Array.from({ length: Math.max(1, runner.size) }, () => work().catch(stop)));
  return finished;
}
