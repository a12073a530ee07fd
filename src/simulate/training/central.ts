// What training could reach if one party held all the data: the yardstick for federated rounds.
import { fail } from "../../base/errors.ts";
import type { TrainingManifest } from "../../learning/plan/training/manifest.ts";
import type { Member } from "../../records/types.ts";
import { casesOf } from "./cases.ts";
import { plainTrainer } from "./trainer.ts";

const STEPS_MAX = 4000;
const GRADIENT_MIN = 1e-5;

/**
 * Weights (bias last) of full-batch logistic regression on the same features, unclipped and without noise: accelerated
 * gradient descent (Nesterov 1983) with step 1/L until the gradient's norm is below 1e-5, or for 4,000 steps where the
 * classes can be separated. L = ¼·mean(‖x‖² + 1) bounds the Hessian.
 * @param end first day after the label's days
 * @throws PacelineError invalid_argument when no member has a label, unsupported for another model
 */
export function centralTraining(training: TrainingManifest, members: readonly Member[], end: number): Float32Array {
  const { architecture } = training;
  if (architecture.layers.length > 0 || architecture.output.kind !== "logistic")
    fail("unsupported", "the yardstick is for logistic regression");
  const cases = casesOf(training, members, end);
  if (cases.count === 0) fail("invalid_argument", "none of the members has a label to learn from");
  const trainer = plainTrainer(training);
  const squared = cases.rows.reduce((sum, x) => sum + x * x, cases.count);
  const step = (4 * cases.count) / squared;
  let weights = new Float32Array(trainer.parameters);
  let ahead = weights;
  for (let k = 0; k < STEPS_MAX; k++) {
    const { gradient } = trainer.gradient(ahead, cases);
    const next = ahead.map((w, j) => w - step * (gradient[j] as number));
    if (Math.hypot(...gradient) < GRADIENT_MIN) return next;
    const momentum = k / (k + 3);
    const before = weights;
    ahead = next.map((w, j) => w + momentum * (w - (before[j] as number)));
    weights = next;
  }
  return weights;
}
