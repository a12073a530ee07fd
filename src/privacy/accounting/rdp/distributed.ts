// Integer noise that is a sum of the clients' own shares. Only the shares of clients that stay count.
import type { Divergence } from "./curve.ts";
import { fromWholeOrders } from "./sampled-any.ts";

const slack = 1e-12;

export interface Bound {
  readonly l1: number;
  readonly l2Squared: number;
}

/**
 * A sum of `shares` discrete Gaussians of variance parameter `variance` each, on a vector of `dimension` cells (Kairouz,
 * Liu, Steinke 2021, Theorem 1 and Proposition 14): close to one discrete Gaussian, up to tau for each cell.
 */
export function discreteGaussianSum(
  shares: number,
  variance: number,
  dimension: number,
  { l1, l2Squared }: Bound,
): Divergence {
  const total = shares * variance;
  const tau = closeness(shares, variance);
  const first = l1 / Math.sqrt(total);
  const square = l2Squared / total;
  const candidates = [
    (order: number) => (order / 2) * square + tau * dimension,
    (order: number) => (order / 2) * (square + 2 * first * tau + tau * tau * dimension),
    (order: number) => (order / 2) * (Math.sqrt(square) + tau * Math.sqrt(dimension)) ** 2,
  ];
  return (order) => Math.min(...candidates.map((candidate) => candidate(order))) * (1 + slack);
}

/** tau = 10 Σ e^(-2π²·variance·k/(k+1)) over 1 ≤ k < shares; every term is at most the first. */
export function closeness(shares: number, variance: number): number {
  const rate = 2 * Math.PI * Math.PI * variance;
  const exact = Math.min(shares, 100_000);
  let sum = 0;
  for (let k = 1; k < exact; k++) sum += Math.exp((-rate * k) / (k + 1));
  return 10 * (sum + (shares - exact) * Math.exp((-rate * exact) / (exact + 1)));
}

/**
 * Skellam noise of variance mu (Agarwal, Kairouz, Liu 2021, Theorem 3.5), proven at whole orders. Skellam noises add up
 * to Skellam noise, so a distributed sum is no different from a central draw.
 */
export function skellam(mu: number, { l1, l2Squared }: Bound): Divergence {
  const extra = (order: number) =>
    Math.min(((2 * order - 1) * l2Squared + 6 * l1) / (4 * mu * mu), (3 * l1) / (2 * mu));
  const atWhole = (order: number) => ((order * l2Squared) / (2 * mu) + extra(order)) * (1 + slack);
  return fromWholeOrders(
    (order) => (order - 1) * atWhole(order),
    (order) => atWhole(Math.ceil(order)),
  );
}
