// What every exhibit is: a known mistake that runs, and what Paceline does in its place. A folder of the same files each:
//   about.ts   words and public sources
//   defect.ts  the mechanism as it was promised and as it was, written anew: small, and as close as the mistake needs
//   ours.ts    the same task by Paceline's own code, with Paceline's own promise
// All of it is simulation: a score is made of seeded numbers that no service accepts as noise.
import type { SeededEntropy } from "../../ports/entropy.ts";
import type { Claim } from "../../privacy/index.ts";
import type { Random } from "../../simulate/random.ts";

export interface Source {
  readonly what: string;
  readonly where: string;
}

export interface About {
  readonly title: string;
  /** In a figure. */
  readonly short: string;
  /** What was promised. */
  readonly promise: string;
  /** What was so, and why. */
  readonly mistake: string;
  /** What is run here. */
  readonly here: string;
  /** What Paceline does. */
  readonly ours: string;
  /** What the mistake costs: privacy, or budget that is counted twice. */
  readonly costs: "privacy" | "budget";
  readonly sources: readonly Source[];
}

/** Seeded randomness of one run after the other. */
export interface Chance {
  readonly random: Random;
  readonly entropy: SeededEntropy;
}

export interface Trial {
  readonly claim: Claim;
  /** What there is, of the claim's kind, computed; infinite where an output gives everything away. */
  readonly exact?: number;
  /** The attacker's score of one run on one of two neighbours: larger speaks for the first. */
  score(present: boolean, chance: Chance): number;
}

export type MakeTrial = () => Trial | Promise<Trial>;
