// A masked round as a manifest: with its encoder, the noise of its members, its price and what a member reads of it.
import { fail } from "../../../base/errors.ts";
import { nanoRhoAtLeast } from "../../../privacy/accounting/nano-rho.ts";
import type { MaskedManifest } from "../../../task/masked/manifest.ts";
import type { SignedDefinition } from "../../../task/metrics/definition.ts";
import { readsOf } from "../../../task/metrics/reads.ts";
import { purposes } from "../../../task/purposes.ts";
import { timesOf } from "../../masked/check.ts";
import { maskedNotice } from "../../masked/claims.ts";
import { rangeOf } from "../../masked/counts.ts";
import { priceOf, varianceFor } from "../../masked/noise.ts";
import { boundsOf, trainingEncoder } from "../../plan/training/bounds.ts";
import { daysNeeded, metricsOfReading } from "../../plan/training/examples.ts";
import { encodeTraining, type TrainingManifest } from "../../plan/training/manifest.ts";
import type { RoundTerms } from "./task.ts";

export interface MaskedRoundOptions extends RoundTerms {
  /** The round's identity, base64url. */
  readonly queryHash: string;
  /** Unix seconds from which members may join. */
  readonly opens: number;
  readonly coordinatorUrl: string;
  /** Of the operator: those that the training reads go with it. */
  readonly definitions?: readonly SignedDefinition[];
}

/** @throws PacelineError manifest_refused */
export function maskedRound(training: TrainingManifest, options: MaskedRoundOptions): MaskedManifest {
  const { rho, minBatch, end, queryHash, opens, coordinatorUrl, definitions = [] } = options;
  const { sharing, cohort, name, title, round, features, evaluation } = training;
  if (sharing.kind !== "masked") return fail("internal", "a masked round of a training that is not masked");
  const bounds = boundsOf(training);
  const encoder = trainingEncoder(training, bounds);
  if (encoder.kind !== "words") return fail("internal", "masked updates are words");
  const sigmaSquared = varianceFor(sharing, cohort.most, nanoRhoAtLeast(rho), bounds);
  const metrics = [...metricsOfReading(training)];
  const source = { kind: "model-update", training: encodeTraining(training), metrics } as const;
  const reads = readsOf({ source, encoder });
  const own = definitions.filter(({ definition }) => reads.has(`${definition.kind} ${definition.id}`));
  return {
    ...{ paceline: "masked round", version: 1, trustMode: "one-coordinator", purpose: "model-training" },
    name: `${name}-round-${round.number}`,
    question: `Train "${title}", round ${round.number} of ${round.of}`,
    notice:
      `Your device computes how a shared model of ${features.length} figures of your weeks should change to fit your own weeks, and limits the size of that change. ` +
      (evaluation === undefined ? "" : "Some devices, by a coin of their own, tell how well the model does instead. ") +
      `${maskedNotice(sharing)} Purpose: ${purposes["model-training"]}`,
    queryHash,
    ...(own.length === 0 ? {} : { definitions: own }),
    ...{ source, encoder },
    noise: {
      ...{ mechanism: "distributed-discrete-gaussian", unit: "member", neighbouring: "zero-out" },
      sigmaSquared: sigmaSquared.toString(),
    },
    rho: priceOf(rangeOf(sharing, cohort.most), sigmaSquared, bounds).toString(),
    window: { start: end - daysNeeded(training), end },
    joining: timesOf(sharing, opens),
    minBatch,
    coordinator: { url: coordinatorUrl },
  };
}
