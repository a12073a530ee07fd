// The best test there is: how much likelier the answers are with the member than without, as a logarithm (Neyman and Pearson 1933).
import { distributionOf } from "../../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../../privacy/mechanisms/from-event.ts";
import { seededEntropy } from "../training/entropy.ts";
import type { AttackProgress } from "./options.ts";
import type { Released } from "./released.ts";

export interface Played {
  /** Evidence of each run after so many answers, in the order of `after`. */
  readonly present: readonly Float64Array[];
  readonly absent: readonly Float64Array[];
}

export interface Game {
  /** Answers in the order in which they are given. */
  readonly released: readonly Released[];
  /** After how many answers the evidence is looked at: rising. */
  readonly after: readonly number[];
  /** Noises that the attacker does not know. */
  readonly draws: 1 | 2;
  readonly runs: number;
  readonly seed: string;
}

/** Runs between two words about progress. */
const ROUND = 500;

/** Adds one answer's evidence to every run's. */
type Answer = (evidence: Float64Array, present: boolean, seed: string) => void;

export function play({ released, after, draws, runs, seed }: Game, progress: AttackProgress): Played {
  const answers = released.slice(0, after.at(-1) ?? 0).map((one) => answerOf(one, draws));
  const empty = () => after.map(() => new Float64Array(runs));
  const played = { present: empty(), absent: empty() };
  for (let from = 0; from < runs; from += ROUND) {
    const count = Math.min(ROUND, runs - from);
    for (const side of ["present", "absent"] as const) {
      const evidence = new Float64Array(count);
      for (const [at, answer] of answers.entries()) {
        answer(evidence, side === "present", `${seed}/${side}/${from}/${at}`);
        const look = after.indexOf(at + 1);
        if (look >= 0) played[side][look]?.set(evidence, from);
      }
    }
    progress(from + count, runs);
  }
  return played;
}

function answerOf({ plan, moves }: Released, draws: 1 | 2): Answer {
  const mechanism = mechanismFrom(plan.noise);
  const { pmf } = distributionOf(mechanism.law(draws));
  return (evidence, present, seed) => {
    const wanted = evidence.length * moves.length;
    const noises = Array.from({ length: draws }, (_, party) =>
      mechanism.drawNoise(seededEntropy(`${seed}/noise-${party + 1}`), wanted),
    );
    for (let run = 0; run < evidence.length; run++)
      for (const [cell, move] of moves.entries()) {
        const at = run * moves.length + cell;
        let value = present ? move : 0;
        for (const noise of noises) value += Number(noise[at]);
        // Both are above 0: noise farther out than doubles can tell happens once in e^700.
        evidence[run] = (evidence[run] as number) + Math.log(pmf(value - move) / pmf(value));
      }
  };
}
