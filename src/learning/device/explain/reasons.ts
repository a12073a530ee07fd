// A model's use: on the member's own device, on the member's own days, with its reasons. Nothing of it is sent.
import { fail } from "../../../base/errors.ts";
import type { Trainer, TrainingEngine } from "../../../ports/training-engine.ts";
import type { MemberDay } from "../../../records/types.ts";
import type { Registry } from "../../../task/metrics.ts";
import type { ModelFile } from "../../plan/model/file.ts";
import type { Feature } from "../../plan/training/examples.ts";
import { featureRow } from "../examples.ts";
import { explainRow } from "./contributions.ts";

export interface Reason {
  readonly feature: string;
  readonly title: string;
  /** Part of the score: of log-odds, of a class's lead over the average class, or of a value. */
  readonly contribution: number;
}

export interface Reasons {
  readonly title: string;
  readonly kind: "linear" | "logistic" | "softmax";
  /** The output that is explained: of classes the likeliest. */
  readonly output: string;
  /** A probability, or for a linear model the value, in the label's own units where it has any. */
  readonly prediction: number;
  /** The same of a member all of whose figures are at the public centre, which is where a missing one is put. */
  readonly usual: number;
  /** The largest first. They add up to the difference of the scores, but for `gap`. */
  readonly reasons: readonly Reason[];
  readonly gap: number;
  /** Whether the parts are exact but for rounding, and not an integral to a tolerance. */
  readonly exact: boolean;
}

/**
 * @param today first day after the last day of data
 * @throws PacelineError unsupported for a model whose card does not say what its features are made of
 */
export function scoreByModel(
  { card, weights }: ModelFile,
  days: readonly MemberDay[],
  today: number,
  { registry, engine }: { readonly registry: Registry; readonly engine: TrainingEngine },
): Reasons {
  const { architecture, features } = card;
  const trainer = engine.open(architecture);
  const defined = features.filter((feature): feature is Feature => "value" in feature);
  if (trainer === undefined || defined.length !== trainer.inputs)
    return fail("unsupported", "the model's card does not say how its features are made of a member's days");
  return reasonsOf(card, trainer, weights, featureRow(days, defined, today, registry));
}

/** @param row standardised, of a model whose card names its features */
export function reasonsOf(
  { architecture, features, outputs, title, label }: ModelFile["card"],
  trainer: Trainer,
  weights: Float32Array,
  row: Float32Array,
): Reasons {
  const usualRow = new Float32Array(trainer.inputs);
  const predicted = trainer.predict(weights, row);
  const likeliest = predicted.indexOf(Math.max(...predicted));
  const output = architecture.output.kind === "softmax" ? likeliest : 0;
  const inUnits = (value: number) => (label?.kind === "value" ? value * label.spread + label.centre : value);
  const { contributions, gap, exact } = explainRow({ trainer, architecture, weights, row, output });
  const reasons = features.map((feature, j): Reason => {
    return { feature: feature.name, title: feature.title, contribution: contributions[j] as number };
  });
  return {
    ...{ title, kind: architecture.output.kind, output: outputs[output] as string },
    prediction: inUnits(predicted[output] as number),
    usual: inUnits(trainer.predict(weights, usualRow)[output] as number),
    reasons: reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    ...{ gap, exact },
  };
}
