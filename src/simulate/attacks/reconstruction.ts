// Reconstruction (Dinur and Nissim 2003; Dwork, McSherry and Talwar 2007): counts of many subsets, and the secret bits that fit
// them best, by a linear program as in those papers and by least squares. Of one Laplace noise the linear program's fit is the
// likeliest; of the sum of two the two fits are alike. Subsets are the attacker's choice here, which nobody has who may only ask
// for groups of listed values.
import { discreteLaplace } from "../../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../privacy/rational.ts";
import { l1Sensitivity } from "../../privacy/units.ts";
import { atOnce, type Runner } from "../jobs.ts";
import { Random } from "../random.ts";
import { seededEntropy } from "../training/entropy.ts";
import { leastAbsolute } from "./least-absolute.ts";
import { boundedLeastSquares } from "./least-squares.ts";
import type { AttackOptions, AttackProgress } from "./options.ts";

/** Secret bits. */
export const PEOPLE = 64;
/** Each run guesses all bits. */
export const runsOf = ({ runs }: Pick<AttackOptions, "runs">): number => Math.max(4, Math.ceil(runs / PEOPLE));

export interface Rebuilt {
  /** After how many answers. */
  readonly answers: number;
  /** Right ones of `guesses`: with no noise; and with noise, by least squares and by the linear program. */
  readonly exact: number;
  readonly squares: number;
  readonly absolute: number;
  readonly guesses: number;
}

type Asked = Pick<AttackOptions, "epsilon" | "knows" | "seed">;

/** Some runs. */
export interface RebuildJob extends Asked {
  readonly kind: "rebuild";
  readonly after: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Runs of a job. */
const ROUND = 4;

/** @param after numbers of answers, rising */
export async function rebuild(
  { epsilon, knows, seed, runs }: AttackOptions,
  after: readonly number[],
  runner: Runner<RebuildJob, Float64Array>,
  progress: AttackProgress,
): Promise<readonly Rebuilt[]> {
  const rounds = runsOf({ runs });
  const jobs = Array.from({ length: Math.ceil(rounds / ROUND) }, (_, at): RebuildJob => {
    const [from, to] = [at * ROUND, Math.min(rounds, (at + 1) * ROUND)];
    return { kind: "rebuild", epsilon, knows, seed, after, from, to };
  });
  const right = new Float64Array(3 * after.length);
  let done = 0;
  await atOnce(jobs, runner.size, async (job) => {
    for (const [at, count] of (await runner.run(job)).entries()) right[at] = (right[at] as number) + count;
    done += job.to - job.from;
    progress(done, rounds);
  });
  return after.map((answers, at) => {
    const [exact = 0, squares = 0, absolute = 0] = right.subarray(3 * at);
    return { answers, exact, squares, absolute, guesses: rounds * PEOPLE };
  });
}

/** @returns right guesses after so many answers: exact ones, by squares, by absolute values; then after the next */
export function rebuildRuns({ epsilon, knows, seed, after, from, to }: RebuildJob): Float64Array {
  const mechanism = discreteLaplace({ epsilon: decimal(epsilon), sensitivity: l1Sensitivity(1n) });
  const most = after.at(-1) ?? 0;
  const right = new Float64Array(3 * after.length);
  for (let run = from; run < to; run++) {
    const random = new Random(`${seed}/${run}/bits`);
    const bits = Array.from({ length: PEOPLE }, () => random.below(2));
    const subsets = Array.from({ length: most }, () => Uint8Array.from({ length: PEOPLE }, () => random.below(2)));
    const counts = Float64Array.from(subsets, (subset) =>
      bits.reduce((sum, bit, i) => sum + bit * (subset[i] as number), 0),
    );
    const noised = counts.slice();
    for (const party of knows === "nothing" ? [1, 2] : [1])
      for (const [at, drawn] of mechanism.drawNoise(seededEntropy(`${seed}/${run}/noise-${party}`), most).entries())
        noised[at] = (noised[at] as number) + Number(drawn);
    const rightOf = (guess: Float64Array) =>
      guess.reduce((sum, x, i) => sum + (x >= 0.5 === (bits[i] === 1) ? 1 : 0), 0);
    for (const [at, answers] of after.entries()) {
      const seen = subsets.slice(0, answers);
      const found = [
        boundedLeastSquares(seen, counts.subarray(0, answers)),
        boundedLeastSquares(seen, noised.subarray(0, answers)),
        leastAbsolute(seen, noised.subarray(0, answers)).x,
      ];
      for (const [k, guess] of found.entries()) right[3 * at + k] = (right[3 * at + k] as number) + rightOf(guess);
    }
  }
  return right;
}

/** Nano-ρ of one count, as the ledgers debit it. */
export function priceOf(epsilon: string): bigint {
  return discreteLaplace({ epsilon: decimal(epsilon), sensitivity: l1Sensitivity(1n) }).rho;
}

function decimal(text: string) {
  const [whole = "0", digits = ""] = text.split(".");
  return rational(BigInt(whole + digits), 10n ** BigInt(digits.length));
}
