// A round as a task like any other: with its encoder, its noise, its price and what a member reads of it.
import { discreteGaussian } from "../../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import type { Rational } from "../../../privacy/rational.ts";
import { l2SquaredSensitivity } from "../../../privacy/units.ts";
import { chooseChunkLength } from "../../../protocol/vdaf/parameters.ts";
import { columnsOf, type Encoder, standardMap } from "../../../task/encoder.ts";
import type { PlannedTask } from "../../../task/manifest.ts";
import type { SignedDefinition } from "../../../task/metrics/definition.ts";
import { readsOf } from "../../../task/metrics/reads.ts";
import { purposes } from "../../../task/purposes.ts";
import { boundsOf, trainingEncoder } from "../../plan/training/bounds.ts";
import { daysNeeded, metricsOfReading } from "../../plan/training/examples.ts";
import { encodeTraining, type TrainingManifest } from "../../plan/training/manifest.ts";
import { planOf } from "../../plan/training/stream.ts";
import { streamMechanism } from "../stream/mechanism.ts";

export interface RoundTerms {
  /** zCDP of one aggregator's noise in this round; of a stream in all of its rounds. */
  readonly rho: Rational;
  readonly minBatch: number;
  /** First day after the data window. */
  readonly end: number;
}

/** @param definitions of the operator: those that the training reads go with it */
export function roundTask(
  training: TrainingManifest,
  { rho, minBatch, end }: RoundTerms,
  definitions: readonly SignedDefinition[] = [],
): PlannedTask {
  const encoder = trainingEncoder(training, boundsOf(training));
  const { l2Squared } = encoder as Exclude<Encoder, { kind: "product" }>;
  const { name, title, round, features, evaluation, cohort, stream } = training;
  const mechanism =
    stream === undefined
      ? discreteGaussian({ sensitivity: l2SquaredSensitivity(BigInt(l2Squared)), rho })
      : streamMechanism(planOf(training, stream), BigInt(l2Squared), rho);
  const metrics = [...metricsOfReading(training)];
  const source = { kind: "model-update", training: encodeTraining(training), metrics } as const;
  const reads = readsOf({ source, encoder });
  const own = definitions.filter(({ definition }) => reads.has(`${definition.kind} ${definition.id}`));
  return {
    name: `${name}-round-${round.number}`,
    question: `Train "${title}", round ${round.number} of ${round.of}`,
    notice:
      `Your device computes how a shared model of ${features.length} figures of your weeks should change to fit your own ` +
      "weeks, limits the size of that change and splits it into two halves that mean nothing alone. " +
      (evaluation === undefined ? "" : "Some devices, by a coin of their own, tell how well the model does instead. ") +
      (stream === undefined
        ? ""
        : `It takes part in one round of ${stream.separation}, and all rounds are paid together, once. `) +
      `Only the sum over at least ${minBatch} devices is computed, with random noise in it. Purpose: ` +
      purposes["model-training"],
    purpose: "model-training",
    ...(own.length === 0 ? {} : { definitions: own }),
    source,
    encoder,
    map: standardMap(encoder),
    noise: mechanism.event,
    rho: mechanism.rho.toString(),
    window: { start: end - daysNeeded(training), end },
    minBatch,
    batchMax: cohort.most,
    vdaf: vdafOf(encoder),
  };
}

function vdafOf(encoder: Encoder): PlannedTask["vdaf"] {
  if (encoder.kind === "words") return { type: "AdditiveSum", length: encoder.length, bits: encoder.bits };
  const { bound } = encoder as Extract<Encoder, { kind: "vector" }>;
  const shape = { type: "Prio3SumVec", length: columnsOf(encoder), maxMeasurement: 2 * bound } as const;
  return { ...shape, chunkLength: chooseChunkLength(shape) };
}
