// What a member adds to a masked sum: its bounded update and its own share of the noise. A member with nothing to tell, or at its limit,
// adds zeros and as much noise: as many bytes. Who has no days of the training answers sooner, which the coordinator can measure.
import { invariant } from "../../base/errors.ts";
import { roundContribution } from "../../learning/device/contribution.ts";
import { shareOfNoise } from "../../learning/masked/noise.ts";
import { toWords } from "../../math/words.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import { loadedDays } from "../member-data.ts";
import type { Settings } from "../options.ts";
import type { RoundModel } from "../report-job.ts";
import { trainerFor } from "../round-model.ts";
import type { Invited } from "./judge.ts";

export interface OwnVector {
  readonly words: Uint8Array;
  /** Why it adds nothing, in words for the member. */
  readonly nullBecause: string | null;
}

/** @param members of the round's roster @param empty why nothing is added whatever the days say */
export async function ownVector(
  settings: Settings,
  { manifest, checked }: Invited,
  { weights, secret }: RoundModel,
  members: number,
  empty: string | null,
): Promise<OwnVector> {
  const { entropy } = settings.platform;
  const { training, bounds, sigmaSquared } = checked;
  const days = await loadedDays(settings);
  const trainer = trainerFor(settings, checked);
  const { vector, isNull } = roundContribution({
    ...{ checked, days: days ?? [], window: manifest.window, registry: registryOf(manifest) },
    ...{ weights, secret, trainer, entropy },
  });
  const noise = shareOfNoise(training.sharing, members, sigmaSquared, bounds).drawShare(entropy);
  invariant(noise.length === bounds.dimension && vector.length === bounds.dimension, "one number a cell");
  const values = noise.map((own, i) => Number(own) + (empty === null ? (vector[i] as number) : 0));
  const none =
    days === undefined
      ? "the app had loaded no days when the round came to it"
      : "your days hold too few weeks to learn from";
  return { words: toWords(values, training.sharing.bits), nullBecause: empty ?? (isNull ? none : null) };
}
