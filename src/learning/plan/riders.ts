// What travels beside an update in the same contribution, under one joint bound: whether the update was within the clip, from those
// who train, and how well the model did, from those who are held out.
//
// A member who trains contributes (Δ̂, ±size, 0) with ‖Δ̂‖ ≤ C and size = C·√(s/(1−s)); one who is held out (0, 0, e) with ‖e‖ ≤ C′;
// both are within C′ = C/√(1−s), and the null contribution is 0. So the zero-out L2 sensitivity is C′: the bit has the share s of the
// round's ρ, and the evaluation, which nobody contributes beside an update, costs nothing more. Conditional rounding then bounds the
// integers themselves (`roundingBounds` of C′ times the scale), and those are what is accounted.
import { fail } from "../../base/errors.ts";
import * as z from "../../base/schema.ts";

export const adaptiveClipSchema = z.strictObject({
  /** γ: the share of updates that the clip should leave as they are. */
  quantile: z.number().check(z.gt(0), z.lt(1)),
  /** η: a round changes the clip by at most a factor e^η. */
  rate: z.number().check(z.gt(0), z.lte(2)),
  /** Of a round's ρ, for the bits. */
  share: z.number().check(z.gt(0), z.lte(0.5)),
  /** The clip stays within these, in model units. */
  least: z.number().check(z.gte(1e-6), z.lte(1e6)),
  most: z.number().check(z.gte(1e-6), z.lte(1e6)),
});

export const evaluationSchema = z.strictObject({
  /** Of all members, each by a coin of its own device. */
  heldOut: z.number().check(z.gt(0), z.lte(0.5)),
  /** Upper ends of the loss's buckets, rising; one more bucket holds what is above. */
  losses: z.array(z.number().check(z.gt(0), z.lte(1e6))),
  /**
   * Of a model that says how likely one thing is: inner ends of bins of that probability, rising. These members then tell in which bin
   * it was, and whether it came true.
   */
  scores: z.optional(z.array(z.number().check(z.gt(0), z.lt(1))).check(z.minLength(1))),
});

export type AdaptiveClip = z.infer<typeof adaptiveClipSchema>;
export type EvaluationPlan = z.infer<typeof evaluationSchema>;

export interface RiderPlan {
  /** Weights of the model. */
  readonly cells: number;
  /** C, L2 bound of an update in model units. */
  readonly clip: number;
  readonly adaptiveClip?: AdaptiveClip;
  readonly evaluation?: EvaluationPlan;
}

/** Where everything lies in the joint vector, and how large a 1 is there, in model units. */
export interface RiderLayout {
  readonly cells: number;
  readonly clip: number;
  /** C′, L2 bound of the joint vector. */
  readonly jointClip: number;
  /** Cells of the joint vector. */
  readonly length: number;
  readonly bit: { readonly at: number; readonly size: number } | undefined;
  readonly evaluation:
    | {
        readonly at: number;
        readonly rightSize: number;
        readonly buckets: number;
        readonly bucketSize: number;
        /** From `at` on a cell for each bin in which it did not come true, and then one for each in which it did. */
        readonly scores: { readonly at: number; readonly bins: number; readonly size: number } | undefined;
      }
    | undefined;
}

const BUCKETS_MAX = 32;

/** @throws PacelineError invalid_argument for bounds that are none, or buckets that do not rise */
export function riderLayout({ cells, clip, adaptiveClip, evaluation }: RiderPlan): RiderLayout {
  if (!(Number.isInteger(cells) && cells >= 1)) fail("invalid_argument", `a model of ${cells} weights`);
  if (!(clip > 0 && Number.isFinite(clip))) fail("invalid_argument", `a clip of ${clip}, above 0 belongs here`);
  const share = adaptiveClip === undefined ? 0 : checkedClip(adaptiveClip).share;
  const jointClip = clip / Math.sqrt(1 - share);
  const bit = adaptiveClip === undefined ? undefined : { at: cells, size: clip * Math.sqrt(share / (1 - share)) };
  const at = cells + (bit === undefined ? 0 : 1);
  if (evaluation === undefined) return { cells, clip, jointClip, length: at, bit, evaluation };
  const { losses } = evaluation;
  if (losses.length > BUCKETS_MAX - 1 || losses.some((end, i) => i > 0 && !(end > (losses[i - 1] as number))))
    fail("invalid_argument", `at most ${BUCKETS_MAX - 1} ends of loss buckets, each above the one before`);
  const ends = evaluation.scores ?? [];
  if (ends.length > BUCKETS_MAX - 1 || ends.some((end, i) => i > 0 && !(end > (ends[i - 1] as number))))
    fail("invalid_argument", `at most ${BUCKETS_MAX - 1} ends of bins of a probability, each above the one before`);
  // Without ends there is one bucket, which counts. Each part gets as much of the square.
  const buckets = losses.length + 1;
  const size = jointClip * Math.sqrt(1 / (ends.length === 0 ? 2 : 3));
  const after = at + 1 + buckets;
  const scores = ends.length === 0 ? undefined : { at: after, bins: ends.length + 1, size };
  const rider = { at, rightSize: size, buckets, bucketSize: size, scores };
  return { cells, clip, jointClip, length: after + 2 * (scores?.bins ?? 0), bit, evaluation: rider };
}

function checkedClip(plan: AdaptiveClip): AdaptiveClip {
  if (!(plan.least < plan.most)) fail("invalid_argument", `a clip between ${plan.least} and ${plan.most}`);
  if (!(plan.share > 0 && plan.share <= 0.5)) fail("invalid_argument", `a share of ${plan.share} for the clip's bits`);
  return plan;
}
