// A device's side of what travels beside updates: one joint vector, from a member who trains or from one who is held out.

import { fail } from "../../base/errors.ts";
import type { EvaluationPlan, RiderLayout } from "../plan/riders.ts";
import { clipInto } from "./rounding.ts";

/**
 * The joint vector of a member who trains.
 * @param update not clipped yet; what is not finite counts as 0 @param out where it goes, `layout.length` numbers: a new one
 */
export function trainingVector(
  layout: RiderLayout,
  update: ArrayLike<number>,
  out: Float64Array = new Float64Array(layout.length),
): Float64Array {
  const { cells, clip, bit } = layout;
  if (update.length !== cells) fail("invalid_argument", `an update of ${update.length} cells for ${cells} weights`);
  out.fill(0, cells);
  const norm = clipInto(out.subarray(0, cells), update, clip);
  if (bit !== undefined) out[bit.at] = norm <= clip ? bit.size : -bit.size;
  return out;
}

/** How the model did on one member's own data. */
export interface OwnEvaluation {
  /** Share of the member's examples that it foresaw, 0 … 1. */
  readonly right: number;
  /** Mean over the member's examples. */
  readonly loss: number;
  /** Of each example: how likely the model had it, and whether it came true. Read where the plan asks for it. */
  readonly foreseen?: readonly { readonly probability: number; readonly came: boolean }[];
}

/** The joint vector of a member who is held out. A loss that is no number is in the highest bucket. */
export function evaluationVector(
  layout: RiderLayout,
  { losses, scores: ends = [] }: EvaluationPlan,
  { right, loss, foreseen = [] }: OwnEvaluation,
): Float64Array {
  const { evaluation, length } = layout;
  if (evaluation === undefined) return fail("invalid_argument", "the plan holds nobody out");
  const { at, rightSize, bucketSize, scores } = evaluation;
  const out = new Float64Array(length);
  out[at] = (2 * (right >= 0 && right <= 1 ? right : 0) - 1) * rightSize;
  const found = losses.findIndex((end) => loss <= end);
  out[at + 1 + (found === -1 ? losses.length : found)] = bucketSize;
  // Each example's part of one: the parts add up to one, and their squares to no more.
  if (scores !== undefined)
    for (const { probability, came } of foreseen) {
      const bin = ends.findIndex((end) => probability < end);
      const cell = scores.at + (came ? scores.bins : 0) + (bin === -1 ? ends.length : bin);
      out[cell] = (out[cell] as number) + scores.size / foreseen.length;
    }
  return out;
}
