// What device, helper and anyone who verifies check of a task that trains, each for itself, from public facts; and what a device
// checks of the weights that come beside it.
import { canonicalJson } from "../../../base/canonical.ts";
import { fail, isPacelineError } from "../../../base/errors.ts";
import type { Manifest } from "../../../task/manifest.ts";
import { registryOf } from "../../../task/metrics/definition.ts";
import { checkedWork } from "../architecture.ts";
import { checkModelWeights } from "../weights.ts";
import { boundsOf, type CheckedTraining, checkOverflow, type TrainingBounds, trainingEncoder } from "./bounds.ts";
import { checkReading, daysNeeded, metricsOfReading, outputOf } from "./examples.ts";
import { decodeTraining, type TrainingManifest } from "./manifest.ts";
import { checkOverlap, stepsOf } from "./overlap.ts";
import { checkStream } from "./stream.ts";

/** With a server's step of 100 times what one member may contribute, a model is thrown, not trained. */
const MOVE_FACTOR_MAX = 100;

/**
 * A training's own bounds must be the encoder's, or the noise would be made for another sensitivity; the window must hold every day
 * that is read, or weeks would be read that no budget pays for; its metrics must be those that the task states; and no layer, and no
 * amount of work, may be of use for anything but training.
 * @returns undefined for a manifest that asks for a statistic. @throws PacelineError manifest_refused
 */
export function checkTraining(manifest: Manifest): CheckedTraining | undefined {
  const { source } = manifest;
  if (source.kind !== "model-update") return undefined;
  const training = decodeTraining(source.training);
  // Its noise, its price and its coordinator are in another manifest: as a task, it would be unmasked and have no noise of its own.
  if (training.sharing.kind === "masked")
    fail("manifest_refused", "a training whose updates are masked is no task of two aggregators");
  try {
    return { training, bounds: checkParts(manifest, source.metrics, training) };
  } catch (error) {
    if (isPacelineError(error) && error.code !== "manifest_refused")
      fail("manifest_refused", error.message, { cause: error });
    throw error;
  }
}

function checkParts(manifest: Manifest, stated: readonly string[], training: TrainingManifest): TrainingBounds {
  const bounds = checkTrainingParts(manifest, stated, training);
  const { minBatch, batchMax } = manifest;
  const { cohort } = training;
  checkStream(manifest, training, bounds.l2Squared);
  checkOverflow(training, bounds, Number(manifest.rho) / 1e9);
  if (batchMax !== cohort.most || minBatch > cohort.most)
    fail(
      "manifest_refused",
      `a round of ${minBatch} to ${batchMax ?? "any number of"} reports is not what the training is laid out for`,
    );
  return bounds;
}

/**
 * What holds of a training in any trust mode: what it reads, its model, its encoder and its work.
 * @param stated the metrics that its manifest says it reads @throws PacelineError manifest_refused
 */
export function checkTrainingParts(
  manifest: Pick<Manifest, "encoder" | "window" | "definitions">,
  stated: readonly string[],
  training: TrainingManifest,
): TrainingBounds {
  const refuse = (why: string): never => fail("manifest_refused", why);
  const { encoder, window } = manifest;
  const { features, label, architecture, examples, local, round, update, moveMax, stream, sharing } = training;
  checkReading(training, registryOf(manifest));
  if (canonicalJson(metricsOfReading(training)) !== canonicalJson([...stated]))
    refuse("the training reads other metrics than its task states");
  const bounds = boundsOf(training);
  if (bounds.layout.inputs !== features.length)
    refuse(`the model takes ${bounds.layout.inputs} numbers, the training has ${features.length} features`);
  const output = outputOf(label);
  if (architecture.output.kind !== output.kind || architecture.output.units !== output.units)
    refuse(`a label of kind ${label.kind} needs a ${output.kind} output of ${output.units}`);
  if (training.evaluation?.scores !== undefined && !(output.kind === "logistic" && output.units === 1))
    refuse("bins of a probability are asked of a model that does not say how likely one thing is");
  if (canonicalJson(encoder) !== canonicalJson(trainingEncoder(training, bounds)))
    refuse("the training's bounds are not the encoder's");
  const needed = daysNeeded(training);
  if (window.end - window.start < needed)
    refuse(`the training reads ${needed} days, the window that is paid for has ${window.end - window.start}`);
  checkedWork(bounds.layout, examples.count, local.epochs);
  if (stream !== undefined && sharing.kind !== "additive")
    refuse("a stream is of two aggregators with additive shares");
  if (round.number > round.of) refuse("the training is past its last round");
  checkOverlap(training);
  if (moveMax > MOVE_FACTOR_MAX * update.clip)
    refuse(`the server could move the model by ${moveMax} in a round, a member by ${update.clip}`);
  return bounds;
}

/** What a device remembers of the last round of a training that it saw. */
export interface SeenModel {
  readonly round: TrainingManifest["round"];
  /** `stepsOf` it. */
  readonly steps: number;
  readonly weights: Float32Array;
}

const NEARLY = 1 + 1e-6;
/** After a way back, rounds are counted from 1. */
const FIRST = 2;

/**
 * Finite weights without a layer of bins, and no further from those of the last round that was seen than the rounds since may have
 * moved them: weights that jump are how single members are made to stand out.
 * @param weights whose hash is the training's @throws PacelineError manifest_refused
 */
export function checkWeights(
  { training, bounds }: CheckedTraining,
  weights: Float32Array,
  seen: SeenModel | undefined,
): void {
  checkModelWeights(bounds.layout, weights);
  if (seen === undefined || seen.weights.length !== weights.length) return;
  const { number, rollbacks } = training.round;
  const now = stepsOf(training);
  let squared = 0;
  for (let i = 0; i < weights.length; i++) squared += ((weights[i] as number) - (seen.weights[i] as number)) ** 2;
  const before = seen.round;
  // Of rounds that overlap, one that began earlier may be answered later.
  if ((training.overlap === undefined && number < before.number) || rollbacks < before.rollbacks)
    fail("manifest_refused", `round ${number} of a training whose round ${before.number} was seen`);
  // Taken back, a round that was open is asked again with an earlier model.
  if (now === seen.steps && rollbacks === before.rollbacks && squared > 0)
    fail("manifest_refused", `round ${number} of the training comes with another model than before`);
  // After a way back, both models are within their rounds of the first one.
  const steps = rollbacks === before.rollbacks ? Math.abs(now - seen.steps) : now + seen.steps + FIRST;
  const most = steps * training.moveMax;
  if (!(Math.sqrt(squared) <= most * NEARLY))
    fail(
      "manifest_refused",
      `the model has moved by ${Math.sqrt(squared)} since round ${before.number}, at most ${most} is stated`,
    );
}
