// Rounds of a training that overlap, put in the order in which their releases moved the model: the order of the coordinator's signed
// log. How far behind each was follows from that order and from what the manifests say of their models, both signed.
import { fail } from "../base/errors.ts";
import type { TrainingManifest } from "../learning/plan/training/manifest.ts";

interface Shown {
  readonly training: TrainingManifest;
  /** Index of its release in the coordinator's log. */
  readonly at: number;
}

/** @returns them in the order of the log; of a training whose rounds go one after the other, as they were given */
export function inLogOrder<T extends Shown>(rounds: readonly T[]): readonly T[] {
  return rounds[0]?.training.overlap === undefined ? rounds : [...rounds].sort((a, b) => a.at - b.at);
}

/**
 * Server steps between each round's model and the one that its release moved, τ of `learning/server/rounds/staleness.ts`.
 * @param rounds in the order of the log
 * @throws PacelineError verification_failed where order, numbers or steps cannot be those of one training
 */
export function stepsBehind(rounds: readonly Shown[]): readonly number[] {
  const most = rounds[0]?.training.overlap?.most;
  if (most === undefined) return wrong("rounds that go one after the other are behind nothing");
  checkNumbers(rounds, most);
  const behind: number[] = [];
  /** Steps of the model that the next release moves, and where it stood when the training was last taken back. */
  let [position, rollbacks, taken] = [0, 0, 0];
  for (const [i, { training }] of rounds.entries()) {
    const { overlap, round } = training;
    const steps = overlap?.steps ?? 0;
    if (round.rollbacks < rollbacks) wrong(`bundle ${i + 1} is of before the training was taken back, and comes after`);
    if (round.rollbacks > rollbacks) {
      // Whatever was open then was given up: the first release since is of a round that began on the model gone back to.
      if (steps > position) wrong(`the training was taken back to a model with ${steps} steps, and had ${position}`);
      [position, rollbacks, taken] = [steps, round.rollbacks, steps];
    }
    if (steps < taken) wrong(`bundle ${i + 1} was open when the training was taken back: such rounds are given up`);
    if (steps > position)
      wrong(`bundle ${i + 1} began on a model with ${steps} steps behind it, and ${position} were made by then`);
    behind.push(position - steps);
    position += 1;
  }
  checkOpen(behind, most);
  return behind;
}

function checkNumbers(rounds: readonly Shown[], most: number): void {
  const seen = new Set<number>();
  for (const [i, { training, at }] of rounds.entries()) {
    const { number } = training.round;
    if (training.overlap?.most !== most) wrong(`bundle ${i + 1} says otherwise how many rounds may be open`);
    if (seen.has(number)) wrong(`bundle ${i + 1} is of round ${number}, as another one is`);
    seen.add(number);
    if (i > 0 && at <= (rounds[i - 1] as Shown).at)
      wrong(`bundle ${i + 1} is not later in the log than the one before`);
  }
}

/** Of a round, those that were open when it was asked are all that began before and were released later. */
function checkOpen(behind: readonly number[], most: number): void {
  const begun = behind.map((steps, i) => i - steps);
  for (const from of new Set(begun)) {
    const open = begun.filter((one, i) => one <= from && i >= from).length;
    if (open > most) wrong(`${open} rounds were open at one time, and the training says ${most}`);
  }
}

const wrong = (what: string): never => fail("verification_failed", what);
