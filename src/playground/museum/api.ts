// What the room computes off the page's thread: one exhibit, or all of them one after the other.
import type { Figure } from "../../figures/index.ts";
import type { Progress } from "../shell/progress.ts";
import { withThreads } from "../shell/threads.ts";
import { exhibitIds } from "./abouts.ts";
import { auditExhibit, type ExhibitOptions, type ExhibitResult } from "./audit.ts";
import { allFigure, exhibitFigure } from "./figures.ts";
import { type ScoresJob, scoresOf } from "./scores.ts";

export interface Shown {
  readonly result: ExhibitResult;
  readonly figure: Figure;
}

export const api = {
  async run(options: ExhibitOptions, threads: number, progress: Progress): Promise<Shown> {
    const result = await withThreads("museum", threads, scoresOf, (runner) => auditExhibit(options, progress, runner));
    return { result, figure: exhibitFigure(result) };
  },
  async all(options: Omit<ExhibitOptions, "exhibit">, threads: number, progress: Progress): Promise<Figure> {
    return await withThreads("museum", threads, scoresOf, async (runner) => {
      const results: ExhibitResult[] = [];
      for (const [at, exhibit] of exhibitIds.entries()) {
        const told: Progress = (done, total) => progress(at + done / total, exhibitIds.length);
        results.push(await auditExhibit({ ...options, exhibit }, told, runner));
      }
      return allFigure(results);
    });
  },
  /** Some runs, on another thread. */
  async job(job: ScoresJob): Promise<Float64Array> {
    return await scoresOf(job);
  },
};
