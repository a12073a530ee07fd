// Rényi divergences of additive noise and of pure mechanisms, each an upper bound, rounded up. E below is
// E[(P/Q)^α] over Q; where it is near 1, E - 1 is summed from terms of one sign.
import { expMinusLine, powerMinusLine } from "../../numeric/exp-minus.ts";
import { logAdd } from "../../numeric/log-add.ts";
import type { Divergence } from "./curve.ts";

/** Covers rounding, relative. */
const slack = 1e-12;

/** Beyond this exponent only logarithms are taken. */
const exponentMax = 600;

/** α·rho: Gaussian noise with rho = Δ²/2σ², and anything else known to be rho-zCDP. */
export function linear(rho: number): Divergence {
  return (order) => order * rho * (1 + slack);
}

/**
 * Laplace noise, epsilon = sensitivity/scale (Mironov 2017, Proposition 6), written without cancellation:
 * E - 1 = (α·g((α-1)ε) + (α-1)·g(-αε))/(2α-1) with g(x) = e^x - 1 - x.
 */
export function laplace(epsilon: number): Divergence {
  return (order) => {
    const grown = (order - 1) * epsilon;
    if (grown > exponentMax)
      return (epsilon + Math.log(order / (2 * order - 1) + Math.exp(-grown)) / (order - 1)) * (1 + slack);
    const excess = order * expMinusLine(grown) + (order - 1) * expMinusLine(-order * epsilon);
    return (Math.log1p(excess / (2 * order - 1)) / (order - 1)) * (1 + slack);
  };
}

/**
 * Discrete Laplace noise on integers with sensitivity Δ, h = 1/scale, w = hΔ. Summing the two geometric tails and what lies
 * between gives E = A·e^((α-1)w) + B·e^(-αw) with A : B = sinh(hα) : sinh(h(α-1)) and A + B = 1. ln E is convex in Δ and
 * 0 at 0, so that spreading Δ over several cells gives no more than one cell.
 * @param step h, rounded up @param sensitivity Δ, a positive whole number
 */
export function discreteLaplace(step: number, sensitivity: number): Divergence {
  const whole = step * sensitivity;
  return (order) => {
    const ratio = Math.exp(-step) * (Math.expm1(-2 * step * (order - 1)) / Math.expm1(-2 * step * order));
    const [more, less] = [1 / (1 + ratio), ratio / (1 + ratio)];
    const grown = (order - 1) * whole;
    if (grown > exponentMax) return (whole + Math.log(more + Math.exp(-grown)) / (order - 1)) * (1 + slack);
    const bent = more * expMinusLine(grown) + less * expMinusLine(-order * whole);
    const excess = bent + whole * more * tilt(order, step, ratio);
    return (Math.log1p(excess) / (order - 1)) * (1 + slack);
  };
}

/** α - 1 - α·ratio, ratio = sinh(h(α-1))/sinh(hα); it is 0 for continuous noise, h = 0. */
function tilt(order: number, step: number, ratio: number): number {
  if (step * order > 1) return order - 1 - order * ratio;
  const rest = (x: number) => (expMinusLine(x) - expMinusLine(-x)) / 2;
  return ((order - 1) * rest(step * order) - order * rest(step * (order - 1))) / Math.sinh(step * order);
}

/**
 * k-ary randomised response, one true answer for another: with x = (α-1)ε, E - 1 = b(e^ε - 1)(e^x - 1) + 4b sinh²(x/2),
 * b the probability of each wrong answer.
 */
export function randomizedResponse(probability: number, buckets: number): Divergence {
  const wrong = probability / buckets;
  return twoAnswers(Math.log1p((1 - probability) / wrong), wrong, 1 - probability + wrong);
}

/** Any epsilon-DP mechanism: none is worse than binary randomised response (Kairouz, Oh, Viswanath 2015). */
export function pure(epsilon: number): Divergence {
  const wrong = 1 / (1 + Math.exp(epsilon));
  return twoAnswers(epsilon, wrong, 1 / (1 + Math.exp(-epsilon)));
}

function twoAnswers(epsilon: number, wrong: number, right: number): Divergence {
  return (order) => {
    const grown = (order - 1) * epsilon;
    if (grown > exponentMax || epsilon > 100) {
      // The true answer outweighs all others.
      const rest = (1 - right) * Math.exp(-grown);
      return (epsilon + Math.min(0, Math.log(right + rest)) / (order - 1)) * (1 + slack);
    }
    const excess = wrong * (Math.expm1(epsilon) * Math.expm1(grown) + 4 * Math.sinh(grown / 2) ** 2);
    return Math.min(epsilon, Math.log1p(excess) / (order - 1)) * (1 + slack);
  };
}

/** k-ary randomised response against a uniform report, the worse of the two directions. */
export function randomizedResponseNulled(probability: number, buckets: number): Divergence {
  const share = 1 / buckets;
  const [more, less] = [(1 - probability) * (buckets - 1), probability - 1];
  const direction = (power: number, order: number): number => {
    const [high, low] = [power * Math.log1p(more), power * Math.log(probability)];
    if (Math.max(high, low) > exponentMax)
      return logAdd(Math.log(share) + high, Math.log1p(-share) + low) / (order - 1);
    const excess =
      share * powerMinusLine(power, more) + (1 - share) * powerMinusLine(power, less, Math.log(probability));
    return Math.log1p(excess) / (order - 1);
  };
  return (order) => {
    if (probability === 1) return 0;
    return Math.max(direction(order, order), direction(1 - order, order)) * (1 + slack);
  };
}

/**
 * A mechanism of bounded range epsilon, such as the exponential mechanism: its losses are t or t - ε for some t (Dong,
 * Durfee, Rogers 2020), and the worst t has e^-t = α(e^-ε - e^-αε)/((α-1)(1 - e^-αε)). Never above ε²/8 · α.
 */
export function boundedRange(epsilon: number): Divergence {
  return (order) => {
    const simple = Math.min(epsilon, (order * epsilon * epsilon) / 8);
    // The exact form loses its digits there, and gains none on the simple one.
    if (simple < 1e-9) return simple * (1 + slack);
    const whole = Math.expm1(-order * epsilon);
    const part = Math.expm1(-(order - 1) * epsilon);
    // ln of the worst e^t: (e^-ε - e^-αε) = -e^-ε·part
    const t = epsilon + Math.log(((order - 1) * whole) / (order * part));
    const value = t + Math.log(whole / (order * Math.expm1(-epsilon))) / (order - 1);
    return Math.min(simple, value + 1e-14 * (1 + epsilon + 1 / (order - 1))) * (1 + slack);
  };
}
