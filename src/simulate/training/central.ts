// What training could reach if one party held all the data: the yardstick for federated rounds.
import { fail } from "../../base/errors.ts";
import { trainerOf } from "../../learning/device/logistic.ts";
import type { TrainingPlan } from "../../learning/plan/plan.ts";
import type { Member } from "../../records/types.ts";
import { casesOf, examplesOf } from "./cases.ts";

const STEPS_MAX = 4000;
const GRADIENT_MIN = 1e-5;

/**
 * Weights (bias last) of full-batch logistic regression on the same features, unclipped and without noise: accelerated
 * gradient descent (Nesterov 1983) with step 1/L until the gradient's norm is below 1e-5, or for 4,000 steps where the
 * classes can be separated. L = ¼·mean(‖x‖² + 1) bounds the Hessian.
 * @param end first day after the label's days
 * @throws PacelineError invalid_argument when no member has a label
 */
export function centralTraining(plan: TrainingPlan, members: readonly Member[], end: number): number[] {
  const cases = casesOf(plan, members, end);
  if (cases.length === 0) fail("invalid_argument", "none of the members has a label to learn from");
  const examples = examplesOf(cases);
  const squared = cases.reduce((sum, { row }) => row.reduce((part, x) => part + x * x, sum + 1), 0);
  const step = (4 * cases.length) / squared;
  const trainer = trainerOf(plan);
  let weights = new Array<number>(plan.weights.length).fill(0);
  let ahead = weights;
  for (let k = 0; k < STEPS_MAX; k++) {
    const { gradient } = trainer.gradient(Float32Array.from(ahead), examples);
    const next = ahead.map((w, j) => w - step * (gradient[j] as number));
    if (Math.hypot(...gradient) < GRADIENT_MIN) return next;
    const momentum = k / (k + 3);
    ahead = next.map((w, j) => w + momentum * (w - (weights[j] as number)));
    weights = next;
  }
  return weights;
}
