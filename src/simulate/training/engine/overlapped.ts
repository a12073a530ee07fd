// A training whose rounds overlap, in simulation: by a schedule, out of the functions that one round after the other takes too.
import { fail } from "../../../base/errors.ts";
import { riderLayout } from "../../../learning/plan/riders.ts";
import { overlapFault } from "../../../learning/plan/training/overlap.ts";
import { startOptimiser } from "../../../learning/server/optimisers/index.ts";
import { splitRiders } from "../../../learning/server/riders.ts";
import { stalenessWeight } from "../../../learning/server/rounds/staleness.ts";
import type { ScheduledRound } from "./arrivals.ts";
import { releases } from "./noise.ts";
import type { TrainingPool } from "./pool.ts";
import { type LocalRunner, type Model, moved, sumOver, type TrainingSetup } from "./rounds.ts";

/** @throws PacelineError invalid_argument for a training whose rounds go one after the other */
export function checkOverlapped({ stream, adaptiveClip, decisions = {}, evaluation }: TrainingSetup): void {
  const fault = overlapFault({ stream, decisions, ...(adaptiveClip && { adaptiveClip }) });
  if (fault !== undefined) fail("invalid_argument", fault);
  if (evaluation !== undefined)
    fail("invalid_argument", "overlapping rounds are simulated without members who are held out: leave out evaluation");
}

/**
 * @param expected what sums are divided by @param after called with the model once each release is in it
 * @returns the weights after the last release
 */
export async function simulateOverlapped(
  setup: TrainingSetup,
  pool: TrainingPool,
  { rounds, expected, seed }: { rounds: readonly ScheduledRound[]; expected: number; seed: string },
  runner: LocalRunner,
  after: (weights: Float32Array, round: ScheduledRound) => void,
): Promise<Float32Array> {
  checkOverlapped(setup);
  const { initial, optimiser, clip } = setup;
  const release = releases({ ...setup, source: setup.noise, stream: undefined, seed });
  const layout = riderLayout({ ...setup, cells: initial.length });
  let model: Model = {
    weights: Float64Array.from(initial),
    state: startOptimiser(optimiser, initial.length),
    clip,
  };
  const models = [model.weights];
  for (const [step, round] of rounds.entries()) {
    const weights = models[round.steps] ?? fail("internal", "a round begins on a model that there is");
    const cohort = cohortOf(round, pool.people);
    const sum = await sumOver({ setup, pool, weights, layout, cohort }, runner);
    const released = release(round.number, layout, sum, cohort.present);
    const weight = stalenessWeight(step - round.steps);
    const mean = splitRiders(layout, released.sum).update.map((cell) => weight * (cell / expected));
    model = { ...moved(setup, model, mean), clip };
    models.push(model.weights);
    after(Float32Array.from(model.weights), round);
  }
  return Float32Array.from(model.weights);
}

/** A cohort larger than its people repeats them. */
function cohortOf({ answered }: ScheduledRound, people: number) {
  const training = new Uint32Array(people);
  let present = 0;
  for (const [member, came] of answered.entries()) {
    training[member % people] = (training[member % people] as number) + came;
    present += came;
  }
  return { training, heldOut: new Uint32Array(people), present };
}
