// How the server moves a model by a round's mean update: part of what a training manifest fixes in advance. Whatever is chosen works
// on sums that are noised already, so it costs no privacy.
import * as z from "../../base/schema.ts";

/** Of the step: 1 takes the mean update as it is. */
const learningRate = z.number().check(z.gt(0), z.lte(100));
/** Of an exponential mean over rounds; below 1, or nothing would ever be forgotten. */
const decay = z.number().check(z.gte(0), z.lt(1));
/** τ: how adaptive a step is, the less the larger (Reddi et al. 2021, section 3). It also starts the second moment, at τ². */
const adaptivity = z.number().check(z.gte(1e-9), z.lte(10));

export const optimiserSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fedavg"), learningRate }),
  z.strictObject({ kind: z.literal("fedavgm"), learningRate, momentum: decay }),
  z.strictObject({ kind: z.literal("fedadam"), learningRate, beta1: decay, beta2: decay, adaptivity }),
  z.strictObject({ kind: z.literal("fedyogi"), learningRate, beta1: decay, beta2: decay, adaptivity }),
]);

export type OptimiserPlan = z.infer<typeof optimiserSchema>;
export type OptimiserKind = OptimiserPlan["kind"];
