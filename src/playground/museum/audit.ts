// An exhibit is run many times on two neighbours, as it was and as Paceline does it, and both promises are audited alike.
import { fail } from "../../base/errors.ts";
import { type Audit, auditScores, claimedOf } from "../../privacy/index.ts";
import { Random } from "../../simulate/random.ts";
import { seededEntropy } from "../../simulate/training/entropy.ts";
import { type ExhibitId, exhibitIds } from "./abouts.ts";
import type { Trial } from "./exhibit.ts";
import { trials } from "./trials.ts";

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
/** Between two words about progress. */
const ROUND = 250;

/** @throws PacelineError invalid_argument */
export async function auditExhibit(
  options: ExhibitOptions,
  progress: Progress = () => undefined,
): Promise<ExhibitResult> {
  const { exhibit, runs, seed, confidence } = options;
  if (!exhibitIds.includes(exhibit)) fail("invalid_argument", `the exhibits are ${exhibitIds.join(", ")}`);
  if (!(Number.isInteger(runs) && runs >= RUNS[0] && runs <= RUNS[1]))
    fail("invalid_argument", `runs: a whole number from ${RUNS[0]} to ${RUNS[1]}`);
  if (seed.length > 200) fail("invalid_argument", "a seed has at most 200 characters");
  if (!(confidence >= 0.5 && confidence < 1)) fail("invalid_argument", "the confidence lies between 0.5 and 1");
  const judge = async (name: "defect" | "ours", done: number) => {
    const trial = await trials[exhibit][name]();
    const told = (part: number) => progress(done + part, 4 * runs);
    const scores = scoresOf(trial, runs, `${seed}/${exhibit}/${name}`, told);
    return judged(trial, auditScores(trial.claim, scores, { confidence, among: BOUNDS }));
  };
  return { options, defect: await judge("defect", 0), ours: await judge("ours", 2 * runs) };
}

function scoresOf(trial: Trial, runs: number, seed: string, told: (done: number) => void) {
  const of = (present: boolean, before: number) => {
    const side = `${seed}/${present ? "present" : "absent"}`;
    const chance = { random: new Random(side), entropy: seededEntropy(`${side}/bytes`) };
    return Float64Array.from({ length: runs }, (_, run) => {
      if (run % ROUND === 0) told(before + run);
      return trial.score(present, chance);
    });
  };
  const scores = { present: of(true, 0), absent: of(false, runs) };
  told(2 * runs);
  return scores;
}

function judged({ claim, exact }: Trial, { audited, crossed, judged: counts }: Audit): Judged {
  const overstated = exact !== undefined && claimedOf(claim) > exact * (1 + 1e-6);
  return { claim, audited, crossed, judged: counts, overstated, ...(exact === undefined ? {} : { exact }) };
}
