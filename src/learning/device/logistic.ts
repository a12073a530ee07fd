// The logistic model of a training plan: its architecture, and its score of one row in plain numbers.
import { plainEngine } from "../../math/tensor/trainer.ts";
import type { Architecture, Trainer, TrainingEngine } from "../../ports/training-engine.ts";
import type { TrainingPlan } from "../plan/plan.ts";

/** σ(w·x + b), the bias last in `weights`. */
export function logisticScore(weights: readonly number[], row: readonly number[]): number {
  let z = weights[row.length] as number;
  for (let j = 0; j < row.length; j++) z += (weights[j] as number) * (row[j] as number);
  return 1 / (1 + Math.exp(-z));
}

export function logisticArchitecture({ features }: Pick<TrainingPlan, "features">): Architecture {
  return { input: [features.length], layers: [], output: { kind: "logistic", units: 1 } };
}

/** On the engine, or the plain one where it has no such layers. Opened once and used for many rows. */
export function trainerOf(plan: Pick<TrainingPlan, "features">, engine: TrainingEngine = plainEngine): Trainer {
  const architecture = logisticArchitecture(plan);
  return engine.open(architecture) ?? (plainEngine.open(architecture) as Trainer);
}
