// From a noised sum of joint vectors to its parts: the updates, the next clip, and what the members who are held out say of the model.
import { fail } from "../../base/errors.ts";
import type { AdaptiveClip, RiderLayout } from "../plan/riders.ts";

export interface RiderSums {
  /** Of the updates, in model units. */
  readonly update: Float64Array;
  /** Members within the clip less those beyond it, noised; undefined where the plan asks for no bits. */
  readonly bits: number | undefined;
  readonly evaluation: EvaluationSums | undefined;
}

/** Noised, so they may be below 0. */
export interface EvaluationSums {
  /** Σ(2r − 1) over the members who are held out, r the share of its examples that a member's device saw foreseen. */
  readonly balance: number;
  /** Members a bucket of the loss. */
  readonly buckets: readonly number[];
  readonly scores: ScoreCounts | undefined;
}

/** Members in each bin of the probability that the model gave, by what became of them; noised. */
export interface ScoreCounts {
  readonly not: readonly number[];
  readonly came: readonly number[];
}

/** @param sum of joint vectors in model units, not divided by anything */
export function splitRiders({ cells, length, bit, evaluation }: RiderLayout, sum: Float64Array): RiderSums {
  if (sum.length !== length) fail("invalid_argument", `a sum of ${sum.length} cells, not ${length}`);
  const at = (cell: number, size: number) => (sum[cell] as number) / size;
  const row = (from: number, count: number, size: number) =>
    Array.from({ length: count }, (_, i) => at(from + i, size));
  const scores = evaluation?.scores;
  return {
    update: sum.slice(0, cells),
    bits: bit === undefined ? undefined : at(bit.at, bit.size),
    evaluation:
      evaluation === undefined
        ? undefined
        : {
            balance: at(evaluation.at, evaluation.rightSize),
            buckets: row(evaluation.at + 1, evaluation.buckets, evaluation.bucketSize),
            scores: scores && {
              not: row(scores.at, scores.bins, scores.size),
              came: row(scores.at + scores.bins, scores.bins, scores.size),
            },
          },
  };
}

/**
 * C·e^(−η(b̄ − γ)): Andrew, Thakkar, McMahan, Ramaswamy 2021 (arXiv 1905.03871), algorithm 1. b̄ is ½(1 + bits/members), so a member
 * whose contribution is null counts as half within; b̄ is held to 0 … 1, so that noise moves the clip by a factor e^η at most.
 * @param members public and fixed in advance
 */
export function nextClip(clip: number, bits: number, members: number, plan: AdaptiveClip): number {
  if (!(members > 0) || !Number.isFinite(bits)) fail("invalid_argument", `${bits} bits of ${members} members`);
  const within = Math.min(1, Math.max(0, (1 + bits / members) / 2));
  const moved = clip * Math.exp(-plan.rate * (within - plan.quantile));
  return Math.min(plan.most, Math.max(plan.least, moved));
}

/** What the held-out members say of a model, with what noise alone may move. */
export interface HeldOutMetric {
  /** Mean over these members of the share of their examples that was foreseen; noised, so it may leave 0 … 1. */
  readonly accuracy: number;
  /** Standard deviation of the noise in `accuracy`. */
  readonly noiseSd: number;
  /** Members in each bucket of the loss. */
  readonly buckets: readonly number[];
  /** By the probability that the model gave, with the standard deviation of the noise in each count; where the plan asks for it. */
  readonly scores: (ScoreCounts & { readonly noiseSd: number }) | undefined;
}

/**
 * @param members how many are expected to be held out: public and fixed in advance, so that no noise is divided by noise; who of them
 * does not answer counts as half right
 * @param noiseSd of one cell of the sum, in model units: both aggregators' noise
 */
export function heldOutMetric(
  { evaluation }: RiderLayout,
  { balance, buckets, scores }: EvaluationSums,
  members: number,
  noiseSd: number,
): HeldOutMetric {
  if (evaluation === undefined || !(members > 0)) return fail("invalid_argument", "the plan holds nobody out");
  return {
    accuracy: (1 + balance / members) / 2,
    noiseSd: noiseSd / (2 * members * evaluation.rightSize),
    buckets,
    scores: scores && evaluation.scores && { ...scores, noiseSd: noiseSd / evaluation.scores.size },
  };
}
