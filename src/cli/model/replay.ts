// The weights of a training computed again, from its seed and its rounds' releases, by the function that its coordinator uses. Every
// round's manifest must be the one that follows from the round before.
import { toBase64Url, utf8 } from "../../base/bytes.ts";
import { noiseSdOf } from "../../learning/masked/release.ts";
import { encodeTraining, type TrainingManifest } from "../../learning/plan/training/manifest.ts";
import { hashWeights, initialWeights } from "../../learning/plan/weights.ts";
import { newHistory } from "../../learning/server/decisions/history.ts";
import { startOptimiser } from "../../learning/server/optimisers/index.ts";
import { closeRound, type Standing } from "../../learning/server/rounds/close.ts";
import { nodeCrypto } from "../../platform/node/index.ts";
import type { VerifiedModel, VerifiedRound } from "../../verify/model.ts";

export type Replayed =
  | { readonly weights: Float32Array<ArrayBuffer> }
  /** Why it cannot be computed again. */
  | { readonly because: string };

/** @param seed of the weights it began with; default: the training's name, as where an author gave none */
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
  for (const [i, round] of rounds.entries()) {
    const { release } = round;
    const shown = trainings[i] as TrainingManifest;
    // What came to nothing meanwhile moved no weight, and follows from nothing but the parties' word.
    if (shown.abandoned) standing = { ...standing, training: { ...standing.training, abandoned: shown.abandoned } };
    if (encodeTraining(standing.training) !== encodeTraining(shown))
      return {
        because: `round ${i + 1} does not follow from the round before it: an operator took the training back, or changed it`,
      };
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
    standing = next;
  }
  return { weights: Float32Array.from(standing.weights) };
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
