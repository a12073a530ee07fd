// What the room computes off the page's thread: attacks, from beginning to end.
import type { Figure } from "../../figures/index.ts";
import {
  type AttackJob,
  type AttackOptions,
  type AttackResult,
  attackFigures,
  simulateAttack,
  simulateAttackJob,
} from "../../simulate/index.ts";
import type { Progress } from "../shell/progress.ts";
import { withThreads } from "../shell/threads.ts";

export interface Attacked {
  readonly result: AttackResult;
  readonly figures: readonly Figure[];
}

export const api = {
  async run(options: AttackOptions, threads: number, progress: Progress): Promise<Attacked> {
    const result = await withThreads("attacks", threads, simulateAttackJob, (runner) =>
      simulateAttack(options, progress, runner),
    );
    return { result, figures: attackFigures(result) };
  },
  /** Some runs, on another thread. */
  async job(job: AttackJob): Promise<Float64Array> {
    return simulateAttackJob(job);
  },
};
