// The devices' part of a round, on one thread: one resident model trains on person after person, and only their sum comes back. Sums
// are of whole numbers, exactly, so a round has the same bits however people are spread over threads.
import { fail } from "../../../base/errors.ts";
import { localUpdate } from "../../../learning/device/contribution.ts";
import { evaluationVector, trainingVector } from "../../../learning/device/riders.ts";
import type { EvaluationPlan, RiderLayout } from "../../../learning/plan/riders.ts";
import type { TrainingManifest } from "../../../learning/plan/training/manifest.ts";
import type { Architecture, Trainer, TrainingEngine } from "../../../ports/training-engine.ts";
import { examplesOf, type TrainingPool } from "./pool.ts";

/** How a device trains, as a plan fixes it. */
export type LocalTraining = TrainingManifest["local"];

/** Plain data: it crosses to a thread. */
export interface LocalJob {
  readonly architecture: Architecture;
  readonly local: LocalTraining;
  readonly layout: RiderLayout;
  readonly evaluation?: EvaluationPlan;
  readonly weights: Float32Array;
  readonly pool: TrainingPool;
  readonly people: Uint32Array;
  /** How many members with this person's data train, and how many are held out; both in the order of `people`. */
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
}

/**
 * Units of a joint clip: sums over 2^20 members stay below 2^53, where doubles are exact, and a unit is far below any rounding of a
 * device's.
 */
const UNITS = 2 ** 32;

/** What a whole number of `simulateLocal`'s sum is worth, in model units. */
export function unitOf({ jointClip }: RiderLayout): number {
  return jointClip / UNITS;
}

/** @returns the sum of the members' joint vectors in whole units: `layout.length` numbers */
export function simulateLocal(engine: TrainingEngine, job: LocalJob): Float64Array {
  const { architecture, layout, people, training, heldOut } = job;
  const trainer = engine.open(architecture);
  if (trainer === undefined) return fail("unsupported", `the engine ${engine.name} has not all of the model's layers`);
  const sum = new Float64Array(layout.length);
  // One for all: a new one for each person would take as long as clipping does.
  const vector = new Float64Array(layout.length);
  const perUnit = 1 / unitOf(layout);
  const add = (vector: Float64Array, times: number) => {
    // Half up, as Math.round, which is slower.
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + times * Math.floor((vector[i] as number) * perUnit + 0.5);
  };
  for (const [at, person] of people.entries()) {
    const [trains, evaluates] = [training[at] as number, heldOut[at] as number];
    if (trains > 0) add(trainedVector(trainer, job, person, vector), trains);
    if (evaluates > 0) add(evaluatedVector(trainer, job, person), evaluates);
  }
  return sum;
}

function trainedVector(trainer: Trainer, job: LocalJob, person: number, out: Float64Array): Float64Array {
  const { weights, layout, pool } = job;
  const examples = examplesOf(pool, person);
  // Who has nothing to learn from sends a null contribution.
  if (examples.rows.length === 0) return out.fill(0);
  return trainingVector(layout, localUpdate(trainer, job, weights, examples), out);
}

function evaluatedVector(trainer: Trainer, job: LocalJob, person: number): Float64Array {
  const { weights, layout, pool, evaluation } = job;
  const examples = examplesOf(pool, person);
  if (evaluation === undefined || examples.rows.length === 0) return new Float64Array(layout.length);
  const { rows, correct, loss } = trainer.evaluate(weights, examples);
  return evaluationVector(layout, evaluation, { right: correct / rows, loss });
}
