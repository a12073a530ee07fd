// Reading a tilted sum: its privacy profile delta(ε) = E[(1 - e^(ε - S))₊], from above or from below, and its inverse.
import { lostMass, type TiltedSum } from "./tilted-sum.ts";

const unit = 2 ** -53;

export type Side = "upper" | "lower";

/** What was asked lies outside the window, to its left or right; or the answer. */
export type Reading = number | "left" | "right";

/**
 * Both readers sum from the right end of the window down to index j, with x = s_i - s_j:
 * reach = Σ_{i ≥ j} v_i·e^(-(θ+1)x), loss = Σ_{i ≥ j} v_i·e^(-θx)·(1 - e^(-x)), so that
 * delta(s_j - y) = scale·(loss + (1 - e^(-y))·reach) for 0 ≤ y ≤ step. Every term is positive: nothing cancels.
 */
interface Constants {
  readonly decay: number;
  readonly decayMore: number;
  readonly gain: number;
  readonly shift: number;
  readonly sign: number;
  /** What the mass outside the window may do, in units of `scale` at any index. */
  readonly alias: number;
  readonly factor: number;
  readonly infinite: number;
}

function constantsOf(sum: TiltedSum, side: Side): Constants {
  const { theta, step } = sum;
  const sign = side === "upper" ? 1 : -1;
  // sup over x ≥ 0 of e^(-θx)(1 - e^(-x)), at e^(-x) = θ/(1 + θ).
  const weightMax = Math.exp(theta * Math.log(theta / (1 + theta))) / (1 + theta);
  return {
    decay: Math.exp(-theta * step),
    decayMore: Math.exp(-(theta + 1) * step),
    gain: -Math.expm1(-step),
    shift: sign * sum.error,
    sign,
    alias: 2 * weightMax * Math.exp(theta * step) * sum.outside * 1.000001,
    infinite: sum.infinite * (1 + sign * 8e-15) + (side === "upper" ? lostMass : 0),
    factor: Math.exp(sign * (sum.logError + 16 * unit * sum.values.length + 1e-12)),
  };
}

/** False when exponents left the doubles: such a sum says nothing. */
function legible(sum: TiltedSum): boolean {
  return Number.isFinite(sum.error + sum.logScale + sum.logError + sum.outside + sum.infinite + sum.offset);
}

/** delta at ε, bounded on one side. */
export function deltaOf(sum: TiltedSum, side: Side, epsilon: number): Reading {
  if (!legible(sum)) return "right";
  const c = constantsOf(sum, side);
  const at = Math.ceil((epsilon - sum.offset) / sum.step);
  if (at <= 0) return "left";
  if (at >= sum.values.length) return "right";
  let [loss, reach] = [0, 0];
  for (let j = sum.values.length - 1; j >= at; j--) {
    loss = c.decay * (loss + c.gain * reach);
    reach = c.decayMore * reach + Math.max(0, (sum.values[j] as number) + c.shift);
  }
  const gap = sum.offset + at * sum.step - epsilon;
  const slack = 8 * unit * (Math.abs(epsilon) + Math.abs(sum.offset) + sum.step * sum.values.length);
  const value = loss - Math.expm1(-Math.max(0, gap + c.sign * slack)) * reach + c.sign * c.alias;
  const scale = Math.exp(sum.logScale - sum.theta * sum.step * at) * c.factor;
  return Math.min(1, (value > 0 ? value * scale : 0) + c.infinite);
}

/** The ε at which the bound of delta on that side is `delta`: no less than the exact one (upper), or no more (lower). */
export function epsilonOf(sum: TiltedSum, side: Side, delta: number): Reading {
  if (!legible(sum)) return "right";
  const c = constantsOf(sum, side);
  const wanted = (delta - c.infinite) / c.factor;
  if (wanted <= 0) return "right";
  const slope = sum.theta * sum.step;
  const last = sum.values.length - 1;
  // The threshold drifts by a rounding error a step; 1e-9 covers it, in the safe direction.
  const careful = 1 - c.sign * 1e-9;
  const from = Math.log(wanted) - sum.logScale;
  let [loss, reach] = [0, 0];
  for (let block = last; block >= 0; block -= 64) {
    let threshold = Math.exp(Math.min(700, from + slope * block)) * careful;
    for (let j = block; j > block - 64 && j >= 0; j--) {
      const lossHere = c.decay * (loss + c.gain * reach);
      const reachHere = c.decayMore * reach + Math.max(0, (sum.values[j] as number) + c.shift);
      if (lossHere + c.sign * c.alias > threshold) {
        if (j === last) return "right";
        const before = Math.exp(from + slope * (j + 1)) - loss - c.sign * c.alias;
        const gap = -Math.log1p(-Math.min(1, Math.max(0, before / reach)));
        const epsilon = sum.offset + (j + 1) * sum.step - Math.min(sum.step, gap);
        return epsilon + c.sign * 8 * unit * (Math.abs(epsilon) + Math.abs(sum.offset) + sum.step * last);
      }
      loss = lossHere;
      reach = reachHere;
      threshold *= c.decay;
    }
  }
  return "left";
}
