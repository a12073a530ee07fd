// What the room computes off the page's thread: studies of a training, and what its updates give away.
import type { Figure } from "../../figures/index.ts";
import { residentEngine } from "../../math/tensor/resident.ts";
import {
  type LocalJob,
  plainEngine,
  simulateLocal,
  simulateTrainingStudy,
  type TrainingStudy,
  trainingFigures,
} from "../../simulate/index.ts";
import type { Progress } from "../shell/progress.ts";
import { withThreads } from "../shell/threads.ts";
import type { TrainingAsked } from "./asked.ts";
import { mixFigure } from "./figures.ts";
import { type InversionAsked, type InversionTold, invert } from "./inversion.ts";
import { likenessFigure, weeksFigure } from "./pictures.ts";
import { poseStudy } from "./study.ts";

/** The plain one, of whose bits the WebAssembly one is: the page's policy allows no WebAssembly. */
const engine = residentEngine(plainEngine);
const local = (job: LocalJob) => simulateLocal(engine, job);

export interface Studied {
  readonly study: TrainingStudy;
  readonly figures: readonly Figure[];
}

export interface Inverted {
  readonly told: InversionTold;
  readonly figures: readonly Figure[];
}

export const api = {
  /** Before anything is trained: how different people are. */
  async mix(asked: TrainingAsked): Promise<Figure> {
    const { people, classes } = poseStudy(asked);
    return mixFigure(people, classes);
  },
  async study(asked: TrainingAsked & { readonly threads: number }, progress: Progress): Promise<Studied> {
    const { options } = poseStudy(asked);
    const study = await withThreads("training", asked.threads, local, (runner) =>
      simulateTrainingStudy(options, { size: runner.size, local: runner.run }, plainEngine, progress),
    );
    return { study, figures: trainingFigures(study) };
  },
  /** A part of a round, on another thread. */
  async job(job: LocalJob): Promise<Float64Array> {
    return local(job);
  },
  async invert(asked: InversionAsked, progress: Progress): Promise<Inverted> {
    const told = invert(asked, progress);
    return { told, figures: [weeksFigure(told), likenessFigure(told)] };
  },
};
