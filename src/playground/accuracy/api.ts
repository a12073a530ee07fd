// What the room computes off the page's thread: plans, curves and studies.
import type { Figure } from "../../figures/index.ts";
import type { QualityReport } from "../../records/quality.ts";
import { type RunsJob, type StudyResult, simulateRuns, simulateStudy, studyFigures } from "../../simulate/index.ts";
import { type OwnFiles, readOwn } from "../data/read.ts";
import type { Progress } from "../shell/progress.ts";
import { withThreads } from "../shell/threads.ts";
import * as planning from "./planning.ts";

const silent = () => undefined;
const dataOf = async (own: OwnFiles | undefined, progress: Progress = silent) =>
  own === undefined ? undefined : await readOwn(own, progress);

export interface Studied {
  readonly study: StudyResult;
  /** Two a cell: error over ε, answers around the truth. */
  readonly figures: readonly Figure[];
}

export interface StudyAsked {
  readonly sql: string;
  /** Decimals; none where the text has a budget of its own. */
  readonly epsilons: readonly string[];
  readonly members: number;
  readonly runs: number;
  readonly seed: string;
  readonly threads: number;
}

export const api = {
  async read(own: OwnFiles | undefined, progress: Progress): Promise<QualityReport | undefined> {
    return (await dataOf(own, progress))?.report;
  },
  async vocabulary(own: OwnFiles | undefined) {
    return planning.vocabulary(await dataOf(own));
  },
  async check(sql: string, own: OwnFiles | undefined): Promise<planning.Checked> {
    return planning.check(sql, await dataOf(own));
  },
  async suggest(sql: string, at: number, own: OwnFiles | undefined) {
    return planning.suggest(sql, at, await dataOf(own));
  },
  async explain(asked: planning.Asked, own: OwnFiles | undefined) {
    return planning.explain(asked, await dataOf(own));
  },
  async predicted(asked: planning.Asked, own: OwnFiles | undefined) {
    return planning.predictedFigures(asked, await dataOf(own));
  },
  async solve(asked: planning.Asked, error: number, own: OwnFiles | undefined) {
    return planning.solve(asked, error, await dataOf(own));
  },
  async study(asked: StudyAsked, own: OwnFiles | undefined, progress: Progress): Promise<Studied> {
    const { sql, epsilons, members, runs, seed, threads } = asked;
    const data = await dataOf(own);
    const options = {
      question: { sql },
      budgets: epsilons.map((epsilon) => ({ epsilon })),
      members: [members],
      ...{ runs, seed, operator: { definitions: [], lists: {} } },
      ...(data === undefined ? {} : { data }),
    };
    const study = await withThreads("accuracy", threads, simulateRuns, (runner) =>
      simulateStudy(options, runner, progress),
    );
    return { study, figures: studyFigures(study) };
  },
  /** Some of a study's runs, on another thread. */
  async job(job: RunsJob): Promise<Float64Array> {
    return simulateRuns(job);
  },
};
