// An exhibit is run many times on two neighbours, as it was and as Paceline does it, and both promises are audited alike.
import { fail } from "../../base/errors.ts";
import { type Audit, auditScores, claimedOf } from "../../privacy/index.ts";
import { atOnce, type Runner } from "../../simulate/jobs.ts";
import { type ExhibitId, exhibitIds } from "./abouts.ts";
import type { Trial } from "./exhibit.ts";
import { type ScoresJob, scoresOf, trialOf } from "./scores.ts";

export interface ExhibitOptions {
  readonly exhibit: ExhibitId;
  /** Runs on each neighbour. */
  readonly runs: number;
  readonly seed: string;
  /** That all bounds of the whole museum hold together. */
  readonly confidence: number;
}

export interface Judged extends Pick<Audit, "claim" | "audited" | "crossed" | "judged"> {
  /** What there is, where it can be computed. */
  readonly exact?: number;
  /** More is promised as spent than there is, by more than rounding. */
  readonly overstated: boolean;
}

export interface ExhibitResult {
  readonly options: ExhibitOptions;
  readonly defect: Judged;
  readonly ours: Judged;
}

export type Progress = (done: number, total: number) => void;

/** Both trials of each exhibit. */
export const BOUNDS = 2 * exhibitIds.length;
const RUNS = [200, 50_000] as const;
/** Runs of a job. */
const ROUND = 250;

/** @param runner where the runs are done, of which the numbers do not depend @throws PacelineError invalid_argument */
export async function auditExhibit(
  options: ExhibitOptions,
  progress: Progress = () => undefined,
  runner: Runner<ScoresJob, Float64Array> = { size: 1, run: scoresOf },
): Promise<ExhibitResult> {
  const { exhibit, runs, seed, confidence } = options;
  if (!exhibitIds.includes(exhibit)) fail("invalid_argument", `the exhibits are ${exhibitIds.join(", ")}`);
  if (!(Number.isInteger(runs) && runs >= RUNS[0] && runs <= RUNS[1]))
    fail("invalid_argument", `runs: a whole number from ${RUNS[0]} to ${RUNS[1]}`);
  if (seed.length > 200) fail("invalid_argument", "a seed has at most 200 characters");
  if (!(confidence >= 0.5 && confidence < 1)) fail("invalid_argument", "the confidence lies between 0.5 and 1");
  const scores = { defect: sides(runs), ours: sides(runs) };
  const jobs = whiches.flatMap((which) =>
    [true, false].flatMap((present) =>
      Array.from({ length: Math.ceil(runs / ROUND) }, (_, at): ScoresJob => {
        const from = at * ROUND;
        return { exhibit, which, present, seed, from, count: Math.min(ROUND, runs - from) };
      }),
    ),
  );
  let done = 0;
  progress(done, 4 * runs);
  await atOnce(jobs, runner.size, async (job) => {
    scores[job.which][job.present ? "present" : "absent"].set(await runner.run(job), job.from);
    done += job.count;
    progress(done, 4 * runs);
  });
  const judge = async (which: (typeof whiches)[number]) => {
    const trial = await trialOf(exhibit, which);
    return judged(trial, auditScores(trial.claim, scores[which], { confidence, among: BOUNDS }));
  };
  return { options, defect: await judge("defect"), ours: await judge("ours") };
}

const whiches = ["defect", "ours"] as const;
const sides = (runs: number) => ({ present: new Float64Array(runs), absent: new Float64Array(runs) });

function judged({ claim, exact }: Trial, { audited, crossed, judged: counts }: Audit): Judged {
  const overstated = exact !== undefined && claimedOf(claim) > exact * (1 + 1e-6);
  return { claim, audited, crossed, judged: counts, overstated, ...(exact === undefined ? {} : { exact }) };
}
