// A device's part in a round: it trains on its member's own examples, or judges the model on them where it is held out, and bounds
// what it tells, as a contribution like any other.
import { fromBase64Url, utf8 } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
import { encodeVector, encodeWords } from "../../contribution/vector.ts";
import type { Window } from "../../contribution/window.ts";
import { rotate } from "../../math/rotation.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import type { Examples, Trainer } from "../../ports/training-engine.ts";
import type { MemberDay } from "../../records/types.ts";
import type { Encoder } from "../../task/encoder.ts";
import type { Registry } from "../../task/metrics.ts";
import type { Contribution } from "../../task/stages.ts";
import type { EvaluationPlan } from "../plan/riders.ts";
import { type CheckedTraining, trainingEncoder } from "../plan/training/bounds.ts";
import type { TrainingManifest } from "../plan/training/manifest.ts";
import { isHeldOut } from "./coins.ts";
import { examplesOf } from "./examples.ts";
import { evaluationVector, trainingVector } from "./riders.ts";
import { roundWithin } from "./rounding.ts";

export interface LocalRound {
  readonly checked: CheckedTraining;
  /** Those the round begins with; not changed. */
  readonly weights: Float32Array;
  readonly trainer: Trainer;
  readonly days: readonly MemberDay[];
  /** The days the task pays for, [start, end): no other is read. */
  readonly window: Window;
  readonly registry: Registry;
  readonly entropy: AnyEntropy;
  /** Of this device alone, 16 bytes or more: decides whether it is held out. */
  readonly secret: Uint8Array;
}

/** Null where the member has no example, or the model leaves the finite numbers on them: never refused, and of the same size. */
export function roundContribution(round: LocalRound): Contribution {
  const { checked, entropy } = round;
  const { training, bounds } = checked;
  const encoder = trainingEncoder(training, bounds);
  const joint = jointVector(round);
  if (joint === undefined) return encoded(encoder, undefined);
  const rotated = rotate(joint, fromBase64Url(training.update.rotation));
  for (let i = 0; i < rotated.length; i++) rotated[i] = (rotated[i] as number) * training.update.scale;
  return encoded(encoder, roundWithin(bounds, rotated, entropy));
}

function encoded(encoder: Encoder, vector: readonly number[] | undefined): Contribution {
  if (encoder.kind === "words") return encodeWords(encoder, vector);
  return encodeVector(encoder as Extract<Encoder, { kind: "vector" }>, vector);
}

/** What the member tells, in model units, within the joint clip. */
function jointVector(round: LocalRound): Float64Array | undefined {
  const { checked, weights, trainer, window, registry, secret } = round;
  const { training, bounds } = checked;
  const { evaluation, run } = training;
  const days = round.days.filter(({ day }) => day >= window.start && day < window.end);
  const examples = examplesOf(days, training, window.end, registry);
  if (examples.count === 0) return undefined;
  return orNull(() => {
    if (evaluation !== undefined && isHeldOut(secret, utf8(run), evaluation)) {
      const { correct, rows, loss } = trainer.evaluate(weights, examples);
      const foreseen = foreseenOf(trainer, weights, examples, evaluation);
      return evaluationVector(bounds.riders, evaluation, { right: correct / rows, loss, foreseen });
    }
    return trainingVector(bounds.riders, localUpdate(trainer, training, weights, examples));
  });
}

function foreseenOf(trainer: Trainer, weights: Float32Array, { rows, labels }: Examples, { scores }: EvaluationPlan) {
  if (scores === undefined) return [];
  return Array.from(trainer.predict(weights, rows), (probability, i) => ({ probability, came: labels[i] === 1 }));
}

/** Weights after local training less those before. */
export function localUpdate(
  trainer: Trainer,
  { local }: Pick<TrainingManifest, "local">,
  weights: Float32Array,
  examples: Examples,
): Float32Array {
  const { epochs, batchSize, learningRate, momentum, proximal } = local;
  const trained = weights.slice();
  trainer.train(trained, examples, { epochs, batchSize, learningRate, momentum, proximal: { mu: proximal } });
  for (let i = 0; i < trained.length; i++) trained[i] = (trained[i] as number) - (weights[i] as number);
  return trained;
}

/** A model that overflows on a member's examples: the member has nothing to tell, and nobody hears of it. */
function orNull<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isPacelineError(error) && error.code === "invalid_argument") return undefined;
    throw error;
  }
}
