// The training plan: what a model reads, how a device updates it, how updates are bounded and noised. It travels inside
// a signed manifest; a device computes nothing that is not spelled out here.

import { canonicalJson } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { metricById } from "../../task/metrics.ts";
import { featureSchema } from "./features.ts";

/** Integer units of an update's norm: with the rounding on top its entries stay below the encoder's 2^24. */
const NORM_MAX = 2 ** 23;

const finite = z.number().check(z.gte(-1e6), z.lte(1e6));

const planSchema = z.strictObject({
  version: z.literal(1),
  model: z.literal("logistic"),
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,40}$/)),
  /** What the score means, e.g. "comes less next month". */
  title: z.string().check(z.minLength(1), z.maxLength(120)),
  features: z.array(featureSchema).check(z.minLength(1), z.maxLength(64)),
  label: z.strictObject({
    /** 1 when the metric's daily mean in the last `days` days fell below `factor` × that of the `days` before. */
    kind: z.literal("falls-below"),
    metric: z.string(),
    days: z.int().check(z.gte(7), z.lte(90)),
    factor: z.number().check(z.gt(0), z.lte(1)),
  }),
  round: z.int().check(z.gte(1), z.lte(1000)),
  rounds: z.int().check(z.gte(1), z.lte(1000)),
  /** Current weights: one a feature, and the bias. */
  weights: z.array(finite),
  /** L2 bound of one member's update, in model units. */
  clip: z.number().check(z.gt(0), z.lte(100)),
  /** Integer units per model unit. */
  scale: z.number().check(z.gt(0), z.lte(1e6)),
  /** What the sum is divided by: public and fixed in advance, so that the model does not tell how many took part. */
  denominator: z.int().check(z.gte(1), z.lte(1e9)),
  /** The server's step on the averaged gradient. */
  learningRate: z.number().check(z.gt(0), z.lte(100)),
});

export type TrainingPlan = z.infer<typeof planSchema>;

export function encodePlan(plan: TrainingPlan): string {
  return canonicalJson(plan);
}

/** @throws PacelineError manifest_refused naming what is wrong. */
export function decodePlan(text: string): TrainingPlan {
  const parsed = z.safeParse(planSchema, parseJson(text, "the training plan", "manifest_refused"));
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".");
    return fail(
      "manifest_refused",
      path === "" ? "the training plan has the wrong fields" : `the training plan's ${path} is wrong`,
    );
  }
  const plan = parsed.data;
  if (plan.weights.length !== plan.features.length + 1)
    fail("manifest_refused", "the training plan has one weight a feature and a bias");
  if (plan.round > plan.rounds) fail("manifest_refused", "the training plan is past its last round");
  for (const metric of [plan.label.metric, ...plan.features.map((feature) => feature.metric)])
    if (metricById(metric) === undefined) fail("manifest_refused", `this device knows no metric "${metric}"`);
  for (const { name, weeks } of plan.features)
    if (weeks.from >= weeks.to) fail("manifest_refused", `the training plan's feature ${name} looks back over no week`);
  if (new Set(plan.features.map((feature) => feature.name)).size !== plan.features.length)
    fail("manifest_refused", "the training plan names a feature twice");
  if (plan.clip * plan.scale > NORM_MAX) fail("manifest_refused", "the training plan's clip times scale exceeds 2^23");
  return plan;
}
