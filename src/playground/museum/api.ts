// What the room computes off the page's thread: one exhibit, or all of them one after the other.
import type { Figure } from "../../figures/index.ts";
import type { Progress } from "../shell/progress.ts";
import { exhibitIds } from "./abouts.ts";
import { auditExhibit, type ExhibitOptions, type ExhibitResult } from "./audit.ts";
import { allFigure, exhibitFigure } from "./figures.ts";

export interface Shown {
  readonly result: ExhibitResult;
  readonly figure: Figure;
}

export const api = {
  async run(options: ExhibitOptions, progress: Progress): Promise<Shown> {
    const result = await auditExhibit(options, progress);
    return { result, figure: exhibitFigure(result) };
  },
  async all(options: Omit<ExhibitOptions, "exhibit">, progress: Progress): Promise<Figure> {
    const results: ExhibitResult[] = [];
    for (const [at, exhibit] of exhibitIds.entries())
      results.push(
        await auditExhibit({ ...options, exhibit }, (done, total) => progress(at + done / total, exhibitIds.length)),
      );
    return allFigure(results);
  },
};
