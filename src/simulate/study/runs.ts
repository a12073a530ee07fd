// Runs of one point: a cohort is drawn, its contributions are added up, both aggregators' exact noise is added, and the answer
// is read as an analyst's would be. What a run draws follows from the seed, the point and the run's own number alone, so
// runs may be computed in any order and anywhere, and are the same numbers to the last bit.
import { cellsOf } from "../../estimate/answers.ts";
import type { Cell } from "../../estimate/cell.ts";
import { discreteLaplace } from "../../privacy/mechanisms/discrete-laplace/mechanism.ts";
import { mechanismFrom } from "../../privacy/mechanisms/from-event.ts";
import { rational } from "../../privacy/rational.ts";
import { l1Sensitivity } from "../../privacy/units.ts";
import type { StatisticsSource } from "../../task/statistics.ts";
import { Random } from "../random.ts";
import { seededEntropy } from "../training/entropy.ts";
import type { Pool, StudiedPlan } from "./pool.ts";

/** Plain data: it crosses to a thread. */
export interface RunsJob {
  readonly plan: Pick<StudiedPlan, "name" | "source" | "encoder" | "noise" | "definitions">;
  readonly pool: Pool;
  /** Of the point: its runs add their numbers to it. */
  readonly seed: string;
  /** Devices that answer in each run, null reports included. */
  readonly members: number;
  /** Groups that may have fewer contributors are hidden. */
  readonly floor: number;
  /** The cells in the order of the numbers that come back. */
  readonly keys: readonly string[];
  /** Runs from … to below to. */
  readonly from: number;
  readonly to: number;
}

/** Numbers of one cell of one run: estimate, interval95, privacyInterval95, the same cohort's value without noise, hidden or not. */
export const WIDTH = 7;

/** @returns run by run, cell by cell, `WIDTH` numbers; NaN where the cohort has no such value */
export function simulateRuns(job: RunsJob): Float64Array {
  const { plan, pool, keys, from, to, members, floor } = job;
  const place = new Map(keys.map((key, index) => [key, index]));
  const numbers = new Float64Array((to - from) * keys.length * WIDTH).fill(Number.NaN);
  const mechanism = mechanismFrom(plan.noise);
  for (let run = from; run < to; run++) {
    const seed = `${job.seed}/${run}`;
    const sums = cohortSums(pool, members, new Random(`${seed}/cohort`));
    const noises = [1, 2].map((party) => mechanism.drawNoise(seededEntropy(`${seed}/noise-${party}`), pool.rows));
    const values = sums.map((sum, row) => sum + noises.reduce((all, noise) => all + Number(noise[row]), 0));
    const offset = (run - from) * keys.length * WIDTH;
    const at = ({ key }: Cell) => offset + (place.get(key) as number) * WIDTH;
    for (const cell of readCells(plan, values, floor)) {
      const { estimate, interval95, privacyInterval95 } = cell.estimate;
      const hidden = cell.suppressed === undefined ? 0 : 1;
      numbers.set([estimate, ...interval95, ...privacyInterval95, Number.NaN, hidden], at(cell));
    }
    for (const cell of exactCells(plan, sums)) numbers[at(cell) + 5] = exactValue(cell);
  }
  return numbers;
}

/** Each of the `members` is somebody of the pool, drawn with replacement. */
function cohortSums({ members: size, rows, starts, at, adds }: Pool, members: number, random: Random): number[] {
  const sums = new Array<number>(rows).fill(0);
  for (let drawn = 0; drawn < members; drawn++) {
    const who = random.below(size);
    const end = starts[who + 1] as number;
    for (let k = starts[who] as number; k < end; k++)
      sums[at[k] as number] = (sums[at[k] as number] as number) + (adds[k] as number);
  }
  return sums;
}

/** As an analyst reads them, but with every value of a list: which ones come first differs from run to run. */
function readCells(plan: RunsJob["plan"], values: readonly number[], floor: number): readonly Cell[] {
  const { source, encoder } = plan;
  if (source.kind !== "statistics") return [];
  return cellsOf({ ...plan, encoder, source: everyLine(source), draws: 2, values: [...values] }, { floor });
}

export function everyLine(source: StatisticsSource): StatisticsSource {
  const answers = source.answers.map((answer) => (answer.statistic === "top" ? { ...answer, limit: 256 } : answer));
  return { ...source, answers };
}

/** Noise that is 0 but for one time in e^1000000: through the estimators' own code, what they estimate. */
const silent = discreteLaplace({ epsilon: rational(1_000_000n, 1n), sensitivity: l1Sensitivity(1n) }).event;

/** What the estimators estimate: the clipped, bucketed values themselves. @param sums may be no integers */
export function exactCells(plan: RunsJob["plan"], sums: readonly number[]): readonly Cell[] {
  return readCells({ ...plan, noise: silent }, sums, 0);
}

/** NaN where there are no members whose value it would be: the estimators then say so by the whole range. */
export function exactValue({ estimate: { estimate, privacyInterval95, privacyNoiseSd } }: Cell): number {
  const half = (privacyInterval95[1] - privacyInterval95[0]) / 2;
  return half > 0 && privacyNoiseSd >= half ? Number.NaN : estimate;
}
