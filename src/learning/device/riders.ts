// A device's side of what travels beside updates: one joint vector, from a member who trains or from one who is held out.

import { utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { TurboShake128 } from "../../math/turboshake/turboshake.ts";
import type { EvaluationPlan, RiderLayout } from "../plan/riders.ts";
import { clipToNorm, normOf } from "./rounding.ts";

const LABEL = /* @__PURE__ */ utf8("paceline held out v1\n");
/** Separation byte, apart from other uses of TurboSHAKE128. */
const DOMAIN = 0x48;

/** The joint vector of a member who trains. @param update not clipped yet; what is not finite counts as 0 */
export function trainingVector(layout: RiderLayout, update: ArrayLike<number>): Float64Array {
  const { cells, clip, bit, length } = layout;
  if (update.length !== cells) fail("invalid_argument", `an update of ${update.length} cells for ${cells} weights`);
  const finite = Float64Array.from(update, (x) => (Number.isFinite(x) ? x : 0));
  const out = new Float64Array(length);
  out.set(clipToNorm(finite, clip));
  if (bit !== undefined) out[bit.at] = normOf(finite) <= clip ? bit.size : -bit.size;
  return out;
}

/** How the model did on one member's own data. */
export interface OwnEvaluation {
  /** Share of the member's examples that it foresaw, 0 … 1. */
  readonly right: number;
  /** Mean over the member's examples. */
  readonly loss: number;
}

/** The joint vector of a member who is held out. A loss that is no number is in the highest bucket. */
export function evaluationVector(
  layout: RiderLayout,
  { losses }: EvaluationPlan,
  { right, loss }: OwnEvaluation,
): Float64Array {
  const { evaluation, length } = layout;
  if (evaluation === undefined) return fail("invalid_argument", "the plan holds nobody out");
  const { at, rightSize, bucketSize } = evaluation;
  const out = new Float64Array(length);
  out[at] = (2 * (right >= 0 && right <= 1 ? right : 0) - 1) * rightSize;
  const found = losses.findIndex((end) => loss <= end);
  out[at + 1 + (found === -1 ? losses.length : found)] = bucketSize;
  return out;
}

/**
 * Whether this device's member is held out of a training: a coin that falls the same way in all of its rounds and depends on nothing
 * but a secret that the device alone has and the training's name, so on no data, and on nobody's choice.
 * @param secret of the device, 16 bytes or more @param training names the training in all of its rounds
 */
export function isHeldOut(secret: Uint8Array, training: Uint8Array, { heldOut }: EvaluationPlan): boolean {
  if (secret.length < 16) fail("invalid_argument", `a secret of ${secret.length} bytes, at least 16 belong here`);
  const coin = new Uint8Array(4);
  const length = Uint8Array.of(secret.length >> 8, secret.length & 255);
  new TurboShake128(DOMAIN).absorb(LABEL).absorb(length).absorb(secret).absorb(training).squeezeInto(coin);
  return new DataView(coin.buffer).getUint32(0) < heldOut * 2 ** 32;
}
