// The best test there is: how much likelier the answers are with the member than without, as a logarithm (Neyman and Pearson 1933).
import { distributionOf } from "../../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../../privacy/mechanisms/from-event.ts";
import { atOnce, type Runner } from "../jobs.ts";
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
  readonly released: readonly Seen[];
  /** After how many answers the evidence is looked at: rising. */
  readonly after: readonly number[];
  /** Noises that the attacker does not know. */
  readonly draws: 1 | 2;
  readonly runs: number;
  readonly seed: string;
}

/** What the evidence is made of: how an answer is noised, and by how much the member moves it. */
export interface Seen extends Pick<Released, "moves"> {
  readonly plan: Pick<Released["plan"], "noise">;
}

/** Some runs of one side. */
export interface EvidenceJob extends Omit<Game, "runs"> {
  readonly kind: "evidence";
  readonly present: boolean;
  readonly from: number;
  readonly count: number;
}

/** Runs of a job. */
const ROUND = 500;

export async function play(
  { released, after, draws, runs, seed }: Game,
  runner: Runner<EvidenceJob, Float64Array>,
  progress: AttackProgress,
): Promise<Played> {
  // Nothing else of an answer goes to a thread.
  const seen = released.slice(0, after.at(-1) ?? 0).map(({ plan: { noise }, moves }) => ({ plan: { noise }, moves }));
  const jobs = Array.from({ length: Math.ceil(runs / ROUND) }, (_, round) => round * ROUND).flatMap((from) =>
    [true, false].map((present): EvidenceJob => {
      const count = Math.min(ROUND, runs - from);
      return { kind: "evidence", released: seen, after, draws, seed, present, from, count };
    }),
  );
  const empty = () => after.map(() => new Float64Array(runs));
  const played = { present: empty(), absent: empty() };
  let done = 0;
  await atOnce(jobs, runner.size, async (job) => {
    const { present, from, count } = job;
    const all = await runner.run(job);
    for (const [look, evidence] of played[present ? "present" : "absent"].entries())
      evidence.set(all.subarray(look * count, (look + 1) * count), from);
    done += count;
    progress(done, 2 * runs);
  });
  return played;
}

/** @returns the evidence of the job's runs at each look, one look after the other */
export function weigh({ released, after, draws, seed, present, from, count }: EvidenceJob): Float64Array {
  const laws = new Map<string, Law>();
  const all = new Float64Array(after.length * count);
  const evidence = new Float64Array(count);
  for (const [at, { plan, moves }] of released.entries()) {
    const key = JSON.stringify(plan.noise);
    const law = laws.get(key) ?? lawOf(plan.noise, draws);
    laws.set(key, law);
    addTo(evidence, law, present, moves, `${seed}/${present ? "present" : "absent"}/${from}/${at}`);
    const look = after.indexOf(at + 1);
    if (look >= 0) all.set(evidence, look * count);
  }
  return all;
}

interface Law {
  pmf(at: number): number;
  /** As many numbers as there are parties whose noise is not known, each so many. */
  draw(seed: string, count: number): readonly (readonly bigint[])[];
}

function lawOf(noise: Seen["plan"]["noise"], draws: 1 | 2): Law {
  const mechanism = mechanismFrom(noise);
  const { pmf } = distributionOf(mechanism.law(draws));
  return {
    pmf,
    draw: (seed, count) =>
      Array.from({ length: draws }, (_, party) =>
        mechanism.drawNoise(seededEntropy(`${seed}/noise-${party + 1}`), count),
      ),
  };
}

/** Adds one answer's evidence to every run's. */
function addTo(evidence: Float64Array, law: Law, present: boolean, moves: readonly number[], seed: string): void {
  const noises = law.draw(seed, evidence.length * moves.length);
  for (let run = 0; run < evidence.length; run++)
    for (const [cell, move] of moves.entries()) {
      const at = run * moves.length + cell;
      let value = present ? move : 0;
      for (const noise of noises) value += Number(noise[at]);
      // Both are above 0: noise farther out than doubles can tell happens once in e^700.
      evidence[run] = (evidence[run] as number) + Math.log(law.pmf(value - move) / law.pmf(value));
    }
}
