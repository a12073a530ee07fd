// The draft that a round's manifest follows from: to begin the same training again, or to simulate it.
import { formulaOf } from "../../../task/expression.ts";
import type { TrainingDraft } from "./draft.ts";
import type { TrainingManifest } from "./manifest.ts";

/** What of a round's task is not in its training. */
export interface RedraftTerms {
  /** zCDP in whole billionths, of the round or of all rounds of a stream. */
  readonly nanoRho: bigint;
  readonly minBatch: number;
}

/**
 * Left out are the last day, so that it is a training of newer days, and the seed of the first weights, which a manifest does not hold:
 * they are then those of the name. A clip that followed the updates is that of the round.
 */
export function redraft(training: TrainingManifest, { nanoRho, minBatch }: RedraftTerms): TrainingDraft {
  const { name, title, features, label, examples, architecture, round, local, update, sharing, stream, overlap } =
    training;
  const { adaptiveClip, evaluation, optimiser, decisions, moveMax, cohort } = training;
  const masked = sharing.kind === "masked" ? sharing : undefined;
  return {
    ...{ name, title, examples, local, optimiser, decisions, moveMax },
    features: features.map((feature) => ({ ...feature, value: formulaOf(feature.value) })),
    label: { ...label, value: formulaOf(label.value) },
    layers: architecture.layers,
    rounds: round.of,
    ...(overlap && { overlap: overlap.most }),
    clip: update.clip,
    sharing: sharing.kind,
    ...(sharing.kind === "verified" ? {} : { bits: sharing.bits }),
    ...(masked && {
      masked: {
        ...{ corrupt: masked.corrupt / 1000, dropouts: masked.dropouts / 1000 },
        ...{ joinSeconds: masked.joinSeconds, stageSeconds: masked.stageSeconds },
      },
    }),
    ...(adaptiveClip && { adaptiveClip }),
    ...(evaluation && { evaluation }),
    ...(stream === undefined
      ? { rhoPerRound: decimalOf(nanoRho) }
      : {
          stream: {
            ...{
              rho: decimalOf(nanoRho),
              separation: stream.separation,
              bands: Math.max(2, stream.coefficients.length),
            },
            days: Math.ceil((stream.until - stream.opens) / DAY),
          },
        }),
    cohort: { expected: cohort.expected, least: masked?.least ?? minBatch, most: cohort.most },
  };
}

const DAY = 86_400;

/** "0.02" of 20,000,000. */
function decimalOf(nano: bigint): string {
  const digits = `${nano}`.padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, "");
}
