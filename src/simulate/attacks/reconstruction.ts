// Reconstruction (Dinur and Nissim 2003; Dwork, McSherry and Talwar 2007): counts of many subsets, and the secret bits that fit
// them best. Subsets are the attacker's choice here, which nobody has who may only ask for groups of listed values.
import { discreteLaplace } from "../../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { rational } from "../../privacy/rational.ts";
import { l1Sensitivity } from "../../privacy/units.ts";
import { Random } from "../random.ts";
import { seededEntropy } from "../training/entropy.ts";
import { boundedLeastSquares } from "./least-squares.ts";
import type { AttackOptions, AttackProgress } from "./options.ts";

/** Secret bits. */
export const PEOPLE = 64;
/** Each run guesses all bits. */
export const runsOf = ({ runs }: Pick<AttackOptions, "runs">): number => Math.max(4, Math.ceil(runs / PEOPLE));

export interface Rebuilt {
  /** After how many answers. */
  readonly answers: number;
  /** Of `guesses`, with no noise and with noise. */
  readonly exact: number;
  readonly noised: number;
  readonly guesses: number;
}

/** @param after numbers of answers, rising */
export function rebuild(
  { epsilon, knows, seed, runs }: AttackOptions,
  after: readonly number[],
  progress: AttackProgress,
): readonly Rebuilt[] {
  const mechanism = discreteLaplace({ epsilon: decimal(epsilon), sensitivity: l1Sensitivity(1n) });
  const most = after.at(-1) ?? 0;
  const rounds = runsOf({ runs });
  const right = after.map(() => ({ exact: 0, noised: 0 }));
  for (let run = 0; run < rounds; run++) {
    const random = new Random(`${seed}/${run}/bits`);
    const bits = Array.from({ length: PEOPLE }, () => random.below(2));
    const subsets = Array.from({ length: most }, () => Uint8Array.from({ length: PEOPLE }, () => random.below(2)));
    const counts = subsets.map((subset) => bits.reduce((sum, bit, i) => sum + bit * (subset[i] as number), 0));
    const noise = new Array<number>(most).fill(0);
    for (const party of knows === "nothing" ? [1, 2] : [1])
      for (const [at, drawn] of mechanism.drawNoise(seededEntropy(`${seed}/${run}/noise-${party}`), most).entries())
        noise[at] = (noise[at] as number) + Number(drawn);
    for (const [at, answers] of after.entries()) {
      const seen = subsets.slice(0, answers);
      const guessed = (answer: (i: number) => number) =>
        boundedLeastSquares(
          seen,
          Float64Array.from({ length: answers }, (_, i) => answer(i)),
        ).reduce((sum, x, i) => sum + (x >= 0.5 === (bits[i] === 1) ? 1 : 0), 0);
      const tally = right[at] as (typeof right)[number];
      tally.exact += guessed((i) => counts[i] as number);
      tally.noised += guessed((i) => (counts[i] as number) + (noise[i] as number));
    }
    progress(run + 1, rounds);
  }
  return after.map((answers, at) => ({ answers, ...(right[at] as (typeof right)[number]), guesses: rounds * PEOPLE }));
}

/** Nano-ρ of one count, as the ledgers debit it. */
export function priceOf(epsilon: string): bigint {
  return discreteLaplace({ epsilon: decimal(epsilon), sensitivity: l1Sensitivity(1n) }).rho;
}

function decimal(text: string) {
  const [whole = "0", digits = ""] = text.split(".");
  return rational(BigInt(whole + digits), 10n ** BigInt(digits.length));
}
