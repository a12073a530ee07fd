// The weights of a training computed again, from its seed and its rounds' releases, by the function that its coordinator uses. Every
// round's manifest must be the one that follows from the round before or, where rounds overlap, from those that were in the model that
// it began with.
import { toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { noiseSdOf } from "../../learning/masked/release.ts";
import { encodeTraining, type TrainingManifest } from "../../learning/plan/training/manifest.ts";
import { hashWeights, initialWeights } from "../../learning/plan/weights.ts";
import { newHistory } from "../../learning/server/decisions/history.ts";
import { startOptimiser } from "../../learning/server/optimisers/index.ts";
import { closeRound, type Standing } from "../../learning/server/rounds/close.ts";
import { rotationOf } from "../../learning/server/rounds/rotation.ts";
import { nodeCrypto } from "../../platform/node/index.ts";
import type { VerifiedModel, VerifiedRound } from "../../verify/model.ts";

export type Replayed =
  | { readonly weights: Float32Array<ArrayBuffer> }
  /** Why it cannot be computed again. */
  | { readonly because: string };

/**
 * @param seed of the weights it began with; default: the training's name, as where an author gave none
 * @throws PacelineError verification_failed where rounds overlap and one began on another model than their releases make
 */
export async function replay(
  { rounds, trainings }: Pick<VerifiedModel, "rounds" | "trainings">,
  seed?: string,
): Promise<Replayed> {
  const first = trainings[0] as TrainingManifest;
  const initial = initialWeights(first.architecture, utf8(seed ?? first.name));
  const hash = toBase64Url(await hashWeights(nodeCrypto, initial));
  if (hash !== first.weights)
    return { because: `the weights that the first round began with have another seed than "${seed ?? first.name}"` };
  const models = new Map<string, Float32Array>([[hash, initial]]);
  const optimiser = startOptimiser(first.optimiser, initial.length);
  let standing: Standing = {
    training: first,
    weights: initial,
    optimiser,
    history: newHistory,
    decoded: [],
    line: [hash],
  };
  /** What came next when the model had so many steps behind it. */
  const stood = [first];
  for (const [i, round] of rounds.entries()) {
    const { release } = round;
    const shown = trainings[i] as TrainingManifest;
    const expected = await roundAfter(stood[shown.overlap?.steps ?? i], shown);
    if (encodeTraining(expected) !== encodeTraining(shown)) return unlike(i + 1, expected, shown);
    if (shown.overlap === undefined) standing = { ...standing, training: expected };
    const variance = varianceOf(round);
    const { next } = await closeRound(
      nodeCrypto,
      standing,
      { training: shown, values: release.values, variance },
      async (of) => {
        return models.get(of) as Float32Array;
      },
    );
    models.set(next.training.weights, next.weights);
    stood.push(next.training);
    standing = next;
  }
  return { weights: Float32Array.from(standing.weights) };
}

/** The round that is shown, as it follows from what stood when it was decided on. */
async function roundAfter(stood: TrainingManifest | undefined, shown: TrainingManifest): Promise<TrainingManifest> {
  if (stood === undefined) return fail("verification_failed", "a round began on a model that there was not yet");
  // What came to nothing meanwhile moved no weight, and follows from nothing but the parties' word.
  const named = shown.abandoned && { abandoned: shown.abandoned };
  if (shown.overlap === undefined) return { ...stood, ...named };
  const { abandoned: _, ...rest } = stood;
  const { number } = shown.round;
  const rotation = await rotationOf(nodeCrypto, { run: stood.run, number, weights: stood.weights });
  return { ...rest, ...named, round: { ...stood.round, number }, update: { ...stood.update, rotation } };
}

function unlike(place: number, expected: TrainingManifest, shown: TrainingManifest): Replayed {
  if (shown.overlap === undefined || shown.round.rollbacks !== expected.round.rollbacks)
    return {
      because: `round ${place} does not follow from the round before it: an operator took the training back, or changed it`,
    };
  return fail(
    "verification_failed",
    `bundle ${place}, of round ${shown.round.number}, did not begin on the model that ${shown.overlap.steps} releases make in the log's order, each weighed by how far behind it was`,
  );
}

/** Of the noise in one value, as its coordinator had it. */
function varianceOf(round: VerifiedRound): number {
  if ("checked" in round) {
    const { checked, release } = round;
    return noiseSdOf(checked.training.sharing, checked.sigmaSquared, release.members.joined).most ** 2;
  }
  const { noise } = round.manifest;
  return noise.mechanism === "discrete-gaussian" ? 2 * fraction(noise.sigmaSquared) : 0;
}

function fraction(text: string): number {
  const [num = "0", den = "1"] = text.split("/");
  return Number(num) / Number(den);
}
