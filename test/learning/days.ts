// Hand-made days and trainings for the tests of this room.
import { parseDay } from "../../src/base/calendar.ts";
import { boundsOf } from "../../src/learning/plan/training/bounds.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import type { Feature } from "../../src/learning/plan/training/examples.ts";
import type { TrainingManifest } from "../../src/learning/plan/training/manifest.ts";
import { completeTraining } from "../../src/learning/server/rounds/complete.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { MemberDay } from "../../src/records/types.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";

/** First day after the label's days. */
export const end = parseDay("2026-04-06");

/** One metric's values by days before `end` (1 is the last day). */
export function daysBefore(end: number, metric: string, values: Readonly<Record<number, number>>): MemberDay[] {
  return Object.entries(values)
    .map(([back, value]) => ({ day: end - Number(back), values: { [metric]: value } }))
    .sort((a, b) => a.day - b.day);
}

export function feature(change: Partial<Feature> = {}): Feature {
  return {
    name: "steps_mean",
    title: "steps",
    value: { metric: "steps" },
    of: "mean",
    weeks: { from: 0, to: 1 },
    centre: 0,
    spread: 1,
    ...change,
  };
}

/** Two features and a bias over visits and steps. */
export function training(change: Partial<TrainingManifest> = {}): TrainingManifest {
  return {
    version: 2,
    name: "test",
    title: "comes less next month",
    run: "A".repeat(22),
    round: { number: 1, of: 5, rollbacks: 0 },
    features: [
      feature({ name: "visits", title: "visits", value: { metric: "visits" }, centre: 0.3, spread: 0.2 }),
      feature({ name: "steps", title: "steps", centre: 8000, spread: 3000 }),
    ],
    label: { kind: "falls-below", title: "comes less", value: { metric: "visits" }, days: 28, factor: 0.6 },
    examples: { count: 1, everyDays: 7 },
    architecture: { input: [2], layers: [], output: { kind: "logistic", units: 1 } },
    weights: "A".repeat(43),
    local: { epochs: 1, batchSize: 32, learningRate: 1, momentum: 0, proximal: 0 },
    update: { clip: 1, scale: 100, rotation: "A".repeat(22) },
    sharing: { kind: "additive", bits: 32, overflow: 1e-9 },
    cohort: { expected: 50, most: 100 },
    optimiser: { kind: "fedavg", learningRate: 2 },
    decisions: {},
    moveMax: 20,
    ...change,
  };
}

/** A training whose parts hold together, as a device has it. */
export const checked = (change: Partial<TrainingManifest> = {}) => {
  const one = training(change);
  return { training: one, bounds: boundsOf(one) };
};

/** The first round of what an author wrote. */
export const firstRound = (draft: TrainingDraft, today = end) =>
  completeTraining(draft, { crypto: nodeCrypto, operator: noOperator, run: new Uint8Array(16), today });
