// Hand-made days and plans for the tests of this room.
import { parseDay } from "../../src/base/calendar.ts";
import type { Feature } from "../../src/learning/plan/features.ts";
import type { TrainingPlan } from "../../src/learning/plan/plan.ts";
import type { MemberDay } from "../../src/records/types.ts";

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
    metric: "steps",
    of: "mean",
    weeks: { from: 0, to: 1 },
    centre: 0,
    spread: 1,
    ...change,
  };
}

/** Two features and a bias over visits and steps. */
export function plan(change: Partial<TrainingPlan> = {}): TrainingPlan {
  return {
    version: 1,
    model: "logistic",
    name: "test",
    title: "comes less next month",
    features: [
      feature({ name: "visits", title: "visits", metric: "visits", centre: 0.3, spread: 0.2 }),
      feature({ name: "steps", title: "steps", centre: 8000, spread: 3000 }),
    ],
    label: { kind: "falls-below", metric: "visits", days: 28, factor: 0.6 },
    round: 1,
    rounds: 5,
    weights: [0.25, -1, 0.5],
    clip: 1,
    scale: 100,
    denominator: 50,
    learningRate: 2,
    ...change,
  };
}
