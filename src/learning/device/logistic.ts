// Logistic regression in plain TypeScript: the engine every device has.
import type { TrainingEngine } from "../../ports/training-engine.ts";

/** σ(w·x + b), the bias last in `weights`. */
export function logisticScore(weights: readonly number[], row: readonly number[]): number {
  let z = weights[row.length] as number;
  for (let j = 0; j < row.length; j++) z += (weights[j] as number) * (row[j] as number);
  return 1 / (1 + Math.exp(-z));
}

export const plainEngine: TrainingEngine = {
  name: "typescript",
  logisticGradient(weights, rows, labels) {
    const gradient = new Array<number>(weights.length).fill(0);
    rows.forEach((row, i) => {
      const error = (logisticScore(weights, row) - (labels[i] as number)) / rows.length;
      for (let j = 0; j < row.length; j++) gradient[j] = (gradient[j] as number) + error * (row[j] as number);
      gradient[row.length] = (gradient[row.length] as number) + error;
    });
    return gradient;
  },
};
