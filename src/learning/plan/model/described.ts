// What a round's plan says of the model that it trains: as much of a model file's card as follows from it.
import { parseJson } from "../../../base/json.ts";
import * as z from "../../../base/schema.ts";
import type { Architecture } from "../../../ports/training-engine.ts";
import { decodePlan } from "../plan.ts";
import type { Feature, Label } from "../training/examples.ts";
import { decodeTraining } from "../training/manifest.ts";

export interface Planned {
  readonly name: string;
  readonly title: string;
  readonly architecture: Architecture;
  readonly features: Feature[];
  readonly label: Label;
  /** Names of the outputs, one each. */
  readonly outputs: string[];
  /** Of all rounds of one training; null where plans do not name it. */
  readonly run: string | null;
  readonly round: number;
  /** Weights before the round, and what they become by its release, where the plan itself says both. */
  readonly weights?: { readonly before: readonly number[]; after(released: readonly number[]): readonly number[] };
}

/** @param text a plan as a manifest carries it. @throws PacelineError manifest_refused */
export function plannedBy(text: string): Planned {
  const json = parseJson(text, "the training plan", "manifest_refused");
  const versioned = z.safeParse(z.looseObject({ version: z.int() }), json);
  return versioned.success && versioned.data.version === 1 ? ofFirst(text) : ofSecond(text);
}

/** A logistic model of features that are metrics. */
function ofFirst(text: string): Planned {
  const { name, title, features, label, round, weights, learningRate, scale, denominator } = decodePlan(text);
  const { metric, ...rest } = label;
  const step = learningRate / (scale * denominator);
  return {
    ...{ name, title, round, run: null, outputs: [title] },
    architecture: { input: [features.length], layers: [], output: { kind: "logistic", units: 1 } },
    features: features.map(({ metric, ...feature }) => ({ ...feature, value: { metric } })),
    label: { ...rest, title, value: { metric } },
    weights: { before: weights, after: (released) => weights.map((w, j) => w + step * (released[j] as number)) },
  };
}

function ofSecond(text: string): Planned {
  const { name, title, architecture, features, label, run, round } = decodeTraining(text);
  return { name, title, architecture, features, label, outputs: outputsOf(title, label), run, round: round.number };
}

function outputsOf(title: string, label: Label): string[] {
  if (label.kind !== "class") return [label.kind === "value" ? label.title : title];
  const { edges } = label;
  const between = edges.slice(1).map((edge, i) => `${label.title} ${edges[i]} to ${edge}`);
  return [`${label.title} below ${edges[0]}`, ...between, `${label.title} ${edges.at(-1)} and above`];
}
