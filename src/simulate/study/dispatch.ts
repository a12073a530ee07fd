// All runs of a study in jobs, on as many threads as there are. Which thread computes what, and when, changes no number.
import { atOnce, type Runner as RunnerOf } from "../jobs.ts";
import { type Budget, nameOfBudget } from "./options.ts";
import type { Pool, StudiedPlan } from "./pool.ts";
import { type RunsJob, WIDTH } from "./runs.ts";
import { type CellSummary, summarise, type Truth } from "./summary.ts";

/** `simulateRuns`, here or on threads. */
export type Runner = RunnerOf<RunsJob, Float64Array>;

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
  let done = 0;
  await atOnce(jobs, runner.size, async ({ point, from, to }) => {
    const { budget, members, plan, pool, truths } = points[point] as Point;
    const keys = truths.map(({ key }) => key);
    const { name, source, encoder, noise, definitions } = plan;
    const own = numbers.get(point) ?? { all: new Float64Array(runs * keys.length * WIDTH), left: runs };
    numbers.set(point, own);
    const part = await runner.run({
      plan: { name, source, encoder, noise, ...(definitions === undefined ? {} : { definitions }) },
      pool,
      seed: `${seed}/${nameOfBudget(budget)}/${members} members`,
      members,
      floor,
      keys,
      from,
      to,
    });
    own.all.set(part, from * keys.length * WIDTH);
    own.left -= to - from;
    done += to - from;
    progress(done, total);
    if (own.left > 0) return;
    finished[point] = summarise(own.all, truths);
    numbers.delete(point);
  });
  return finished;
}
