// Rényi curves: how far two neighbouring data sets' answers lie apart at each order, and what that means as epsilon and
// delta. Every order gives a valid bound; the best one is searched on a grid and then between the grid's orders.
import { fail } from "../../../base/errors.ts";
import { defaultOrders, orderMax, orderMin } from "./orders.ts";

/** An upper bound of the Rényi divergence of the given order > 1. */
export type Divergence = (order: number) => number;

export interface RenyiCurve {
  /** An upper bound of the Rényi divergence at this order, 1.01 … 32768; infinite when something may fail openly. */
  at(order: number): number;
  /**
   * The smallest epsilon that this curve proves at delta, and the order that proves it. With `orders`, those are tried
   * and no others. @throws PacelineError invalid_argument unless 0 < delta < 1.
   */
  epsilon(delta: number, orders?: readonly number[]): { readonly epsilon: number; readonly order: number };
  /** The smallest delta that this curve proves at epsilon ≥ 0, likewise. */
  delta(epsilon: number, orders?: readonly number[]): { readonly delta: number; readonly order: number };
}

/** With more different parts than this, a few whole orders are tried and no others: any order proves its bound. */
const finelySearched = 32;
const sparseOrders = [2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024];

/** Below, doubles lose digits and then vanish; the delta is above 0 still. */
const deltaMin = 1e-306;

/** Covers the rounding of a sum of curves and of the conversions' few operations, relative to their largest term. */
const slack = 1e-14;

/** A mechanism run `count` times, each time failing openly with probability `failure` and else no worse than the curve. */
export interface CurvePart {
  readonly divergence: Divergence;
  readonly count: number;
  readonly failure: number;
}

/**
 * The curve of a composition: divergences add up, also when later mechanisms depend on earlier answers. Open failures,
 * which (epsilon, delta) guarantees allow, are set aside: unless one happens, the curve holds.
 */
export function curveOf(parts: readonly CurvePart[]): RenyiCurve {
  const logKept = parts.reduce((total, { count, failure }) => total + count * Math.log1p(-failure), 0);
  const [kept, failure] = [Math.exp(logKept), -Math.expm1(logKept) * (1 + slack)];
  const sum = (order: number): number => {
    let total = 0;
    for (const { divergence, count } of parts) total += count * divergence(order);
    return total * (1 + slack);
  };
  let grid: readonly number[] | undefined;
  const many = parts.length > finelySearched;
  const onGrid = (): readonly number[] => {
    grid ??= defaultOrders.map(sum);
    return grid;
  };
  const best = (objective: (order: number, divergence: number) => number, orders?: readonly number[]) =>
    orders === undefined && many
      ? smallest(sparseOrders, sparseOrders.map(sum), objective)
      : orders === undefined
        ? refined(sum, onGrid(), objective)
        : smallest(orders, orders === defaultOrders ? onGrid() : orders.map(sum), objective);
  return {
    at: (order) => (failure > 0 ? checkedOrder(order) * Number.POSITIVE_INFINITY : sum(checkedOrder(order))),
    epsilon(delta, orders) {
      if (!(delta > 0 && delta < 1)) fail("invalid_argument", "delta must lie strictly between 0 and 1");
      orders?.forEach(checkedOrder);
      const rest = ((delta - failure) / kept) * (failure > 0 ? 1 - slack : 1);
      if (!(rest > 0)) return { epsilon: Number.POSITIVE_INFINITY, order: orderMax };
      const lowest = Math.min(...(orders ?? [orderMin]));
      if (variation(sum(lowest)) <= rest) return { epsilon: 0, order: lowest };
      const found = best((order, divergence) => epsilonAt(order, divergence, rest), orders);
      return { epsilon: Math.max(0, found.value), order: found.order };
    },
    delta(epsilon, orders) {
      if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
        fail("invalid_argument", "epsilon must be a number of at least 0");
      orders?.forEach(checkedOrder);
      const found = best((order, divergence) => logDeltaAt(order, divergence, epsilon), orders);
      const lowest = Math.min(...(orders ?? [orderMin]));
      const proven = Math.min(Math.max(Math.exp(found.value), deltaMin) * (1 + slack), variation(sum(lowest)));
      return { delta: Math.min(1, failure + kept * proven * (1 + slack)), order: found.order };
    },
  };
}

function checkedOrder(order: number): number {
  if (order >= orderMin && order <= orderMax) return order;
  return fail("invalid_argument", `a Rényi order must lie between ${orderMin} and ${orderMax}`);
}

/** Canonne, Kamath, Steinke 2020, Proposition 12. May be negative: then 0 is proven. */
function epsilonAt(order: number, divergence: number, delta: number): number {
  const terms = [divergence, Math.log1p(-1 / order), -(Math.log(delta) + Math.log(order)) / (order - 1)];
  return roundedUp(terms);
}

/** The same inequality, solved for ln delta. May be positive: then it proves nothing. */
function logDeltaAt(order: number, divergence: number, epsilon: number): number {
  if (divergence === Number.POSITIVE_INFINITY) return divergence;
  return roundedUp([(order - 1) * (divergence - epsilon), (order - 1) * Math.log1p(-1 / order), -Math.log(order)]);
}

function roundedUp(terms: readonly number[]): number {
  return terms.reduce((sum, term) => sum + term + slack * Math.abs(term), 0);
}

/**
 * An upper bound of the total variation distance, by Pinsker's or Bretagnolle and Huber's inequality for the
 * Kullback-Leibler divergence, which is at most that of any order: beneath it no epsilon is needed.
 */
function variation(divergence: number): number {
  return Math.sqrt(Math.min(divergence / 2, -Math.expm1(-divergence))) * (1 + slack);
}

type Objective = (order: number, divergence: number) => number;

function smallest(orders: readonly number[], divergences: readonly number[], objective: Objective) {
  let found = { value: Number.POSITIVE_INFINITY, order: orders[0] as number, index: 0 };
  orders.forEach((order, index) => {
    const value = objective(order, divergences[index] as number);
    if (value < found.value) found = { value, order, index };
  });
  return found;
}

/** The best order of the grid, then golden sections around it; past the grid's end, by doubling first. */
function refined(at: Divergence, divergences: readonly number[], objective: Objective) {
  const onGrid = smallest(defaultOrders, divergences, objective);
  const value = (order: number) => objective(order, at(order));
  let [low, middle, high] = [
    defaultOrders[onGrid.index - 1] ?? orderMin,
    onGrid as { value: number; order: number },
    defaultOrders[onGrid.index + 1] ?? orderMax,
  ];
  if (high === orderMax) {
    for (let order = 2 * middle.order; order <= orderMax; order *= 2) {
      const next = { value: value(order), order };
      high = order;
      if (!(next.value < middle.value)) break;
      [low, middle] = [middle.order, next];
    }
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [Math.log(low - 1), Math.log(high - 1)];
  for (let i = 0; i < 24 && Number.isFinite(middle.value); i++) {
    const [first, second] = [right - golden * (right - left), left + golden * (right - left)];
    const [one, two] = [first, second].map((x) => ({ value: value(1 + Math.exp(x)), order: 1 + Math.exp(x) }));
    if (one === undefined || two === undefined) break;
    for (const point of [one, two]) if (point.value < middle.value) middle = point;
    if (one.value <= two.value) right = second;
    else left = first;
  }
  return middle;
}
