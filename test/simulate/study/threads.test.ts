// The same numbers, to the last bit, on one thread, two, three, and here; and no others for another point's sake.
import { expect, test } from "vitest";
import { startPool } from "../../../src/platform/node/workers.ts";
import { type RunsJob, type StudyOptions, simulateRuns, simulateStudy } from "../../../src/simulate/index.ts";
import { noOperator } from "../../../src/task/metrics/definition.ts";

const options: StudyOptions = {
  question: { sql: "SELECT MEDIAN(rhr), COUNT(*) FROM member_week GROUP BY site" },
  budgets: [{ epsilon: "0.5" }, { epsilon: "2" }],
  members: [100, 400],
  runs: 50,
  seed: "threads",
  operator: noOperator,
};

async function onThreads(size: number, asked = options): Promise<string> {
  const pool = startPool<{ simulateRuns(job: RunsJob): Float64Array }>(import.meta.resolve("#workers/simulator"), size);
  try {
    const study = await simulateStudy(asked, { size, run: (job) => pool.run((worker) => worker.simulateRuns(job)) });
    return JSON.stringify(study);
  } finally {
    await pool.close();
  }
}
const here = async (asked: StudyOptions) =>
  await simulateStudy(asked, { size: 1, run: async (job) => simulateRuns(job) });

test("threads change no bit", { timeout: 120_000 }, async () => {
  const alone = JSON.stringify(await here(options));
  for (const size of [1, 2, 3]) expect(await onThreads(size)).toBe(alone);
  expect(JSON.stringify(await here({ ...options, seed: "others" }))).not.toBe(alone);
});

test("a point is the same whatever the other points are", { timeout: 60_000 }, async () => {
  const { points } = await here(options);
  const [, budget] = options.budgets;
  const one = await here({ ...options, budgets: budget === undefined ? [] : [budget], members: [400] });
  expect(points.at(-1)).toEqual(one.points[0]);
});

test("jobs in any order, of any length", async () => {
  const jobs: RunsJob[] = [];
  await simulateStudy(
    { ...options, budgets: [{ epsilon: "1" }], members: [100], runs: 20 },
    {
      size: 1,
      run: async (job) => {
        jobs.push(job);
        return simulateRuns(job);
      },
    },
  );
  const [job] = jobs as [RunsJob];
  const whole = simulateRuns(job);
  const parts = [13, 7, 1, 0].map((from, at, all) =>
    simulateRuns({ ...job, from, to: at === 0 ? 20 : (all[at - 1] as number) }),
  );
  expect(Buffer.from(Float64Array.from(parts.reverse().flatMap((part) => [...part])).buffer)).toEqual(
    Buffer.from(whole.buffer),
  );
});

test("what a runner throws ends the study, and nothing is started after it", async () => {
  let started = 0;
  const broken = simulateStudy(options, {
    size: 2,
    run: async () => {
      started += 1;
      throw new Error("a thread ended");
    },
  });
  await expect(broken).rejects.toThrow("a thread ended");
  expect(started).toBeLessThanOrEqual(2);
});
