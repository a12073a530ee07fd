// The best of a random number of runs: Papernot and Steinke 2022, Theorem 2 (truncated negative binomial number of
// runs; shape 0 is the logarithmic, shape 1 the geometric law) and Theorem 6 (Poisson).

import type { Divergence, RenyiCurve } from "./curve.ts";
import { defaultOrders } from "./orders.ts";

const slack = 1e-12;

/** @param shape above -1 @param mean of the number of runs, above 1 (Poisson: above 0) */
export function repeatAndSelect(inner: RenyiCurve, mean: number, shape: number | "poisson"): Divergence {
  return withMonotony(shape === "poisson" ? poissonRuns(inner, mean) : binomialRuns(inner, mean, shape));
}

function binomialRuns(inner: RenyiCurve, mean: number, shape: number): Divergence {
  const logGamma = Math.log(stopProbability(mean, shape));
  let constant = Number.POSITIVE_INFINITY;
  for (const order of defaultOrders)
    constant = Math.min(constant, (1 - 1 / order) * inner.at(order) - logGamma / order);
  return (order) => inner.at(order) + Math.log(mean) / (order - 1) + (1 + shape) * constant;
}

function poissonRuns(inner: RenyiCurve, mean: number): Divergence {
  return (order) => {
    const { delta } = inner.delta(Math.log1p(1 / (order - 1)), defaultOrders);
    return inner.at(order) + mean * delta + Math.log(mean) / (order - 1);
  };
}

/** A divergence never falls as its order rises: what is proven at a higher order holds at a lower one. */
function withMonotony(divergence: Divergence): Divergence {
  let least: readonly number[] | undefined;
  return (order) => {
    least ??= runningMinimum(defaultOrders.map(divergence));
    const next = defaultOrders.findIndex((one) => one >= order);
    return Math.max(0, Math.min(divergence(order), least[next] ?? Number.POSITIVE_INFINITY)) * (1 + slack);
  };
}

function runningMinimum(values: readonly number[]): readonly number[] {
  const result = [...values];
  for (let i = result.length - 2; i >= 0; i--) result[i] = Math.min(result[i] as number, result[i + 1] as number);
  return result;
}

/** The parameter γ of the law with this mean, shape·(1-γ)/(γ(1-γ^shape)), by bisection, rounded down: larger bounds. */
function stopProbability(mean: number, shape: number): number {
  if (shape === 1) return 1 / mean;
  let [low, high] = [Number.NEGATIVE_INFINITY, 0];
  const meanAt = (log: number): number => {
    const runs = Math.expm1(-log);
    return shape === 0 ? runs / -log : (shape * runs) / -Math.expm1(shape * log);
  };
  for (low = -1; meanAt(low) < mean; low *= 2) high = low;
  for (let i = 0; i < 100 && high - low > 1e-15 * -low; i++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < mean) high = middle;
    else low = middle;
  }
  return Math.exp(low);
}
