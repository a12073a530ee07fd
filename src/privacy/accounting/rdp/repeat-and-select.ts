// The best of a random number of runs: Papernot and Steinke 2022, Theorem 2 (truncated negative binomial number of runs,
// shape above -1, mean above 1; shape 0 is the logarithmic, shape 1 the geometric law) and Lemma 7 (Poisson, any mean, with
// the chance of no run at all).

import { expMinusLine } from "../../numeric/exp-minus.ts";
import { logOneMinusExp } from "../../numeric/log-add.ts";
import type { Divergence, RenyiCurve } from "./curve.ts";
import { defaultOrders } from "./orders.ts";

const slack = 1e-12;

/** @param shape above -1, or Poisson @param mean of the number of runs, above 1 (Poisson: above 0) */
export function repeatAndSelect(inner: RenyiCurve, mean: number, shape: number | "poisson"): Divergence {
  return withMonotony(shape === "poisson" ? poissonRuns(inner, mean) : binomialRuns(inner, mean, shape));
}

function binomialRuns(inner: RenyiCurve, mean: number, shape: number): Divergence {
  const stop = -logStopProbability(mean, shape);
  let constant = Number.POSITIVE_INFINITY;
  for (const order of defaultOrders) constant = Math.min(constant, (1 - 1 / order) * inner.at(order) + stop / order);
  return (order) => inner.at(order) + Math.log(mean) / (order - 1) + (1 + shape) * constant;
}

/**
 * No run at all has the same chance e^-µ on either side and tells nothing, but it is an outcome: it adds e^-µ to
 * E[(P/Q)^α]. What a best run y adds is P(y)^α·Q(y)^(1-α)·f'(p)^α·f'(q)^(1-α) with f(x) = e^(µ(x-1)) and p, q the chances of
 * nothing better, of which α(p-1) - (α-1)(q-1) ≤ (α-1)·δ at e^ε = α/(α-1). So E ≤ e^-µ + µ·e^((α-1)(D + µδ)). The published
 * Theorem 6 is the second term alone, which falls below 1, so to nothing lost at all, for µ < 1.
 */
function poissonRuns(inner: RenyiCurve, mean: number): Divergence {
  return (order) => {
    const { delta } = inner.delta(Math.log1p(1 / (order - 1)), defaultOrders);
    const grown = (order - 1) * (inner.at(order) + mean * delta);
    if (grown > 600) return (grown + Math.log(mean) + Math.exp(-mean - grown) / mean) / (order - 1);
    return Math.log1p(mean * Math.expm1(grown) + expMinusLine(-mean)) / (order - 1);
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

/**
 * ln γ of the law with this mean, η(1-γ)/(γ(1-γ^η)), rounded down: larger bounds. With x = -ln γ the mean's logarithm is
 * ln η + x + ln(1 - e^-x) - ln(1 - e^(-ηx)), and grows; γ itself may be no double.
 */
function logStopProbability(mean: number, shape: number): number {
  const bend = Math.abs(shape);
  const logMeanAt = (x: number): number => {
    const runs = x + logOneMinusExp(-x);
    if (bend * x < 1e-300) return runs - Math.log(x);
    return Math.log(bend) + runs - logOneMinusExp(-bend * x) - (shape < 0 ? bend * x : 0);
  };
  const wanted = Math.log(mean);
  let [low, high] = [0, 1];
  while (logMeanAt(high) < wanted) [low, high] = [high, 2 * high];
  for (let i = 0; i < 100 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (logMeanAt(middle) < wanted) low = middle;
    else high = middle;
  }
  return -high * (1 + 1e-14) - 1e-14;
}
