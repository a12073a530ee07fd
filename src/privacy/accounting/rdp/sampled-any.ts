// Amplification by sampling for mechanisms of which only the Rényi curve is known: looser than the exact forms for
// Gaussian noise, valid for all. Both bounds hold at whole orders; between them (α-1)·D_α is convex, so a chord does.
import { logBinomial } from "../../numeric/gamma.ts";
import { logOneMinusExp, logSum } from "../../numeric/log-add.ts";
import type { Divergence } from "./curve.ts";

const slack = 1e-11;

/** Beyond this order no amplification is claimed: the sums get long, and nothing is won. */
const amplifiedMax = 1024;

/** (α-1)·D at whole orders ≥ 2, extended to all orders > 1 by chords, and never above the mechanism's own divergence. */
export function fromWholeOrders(momentAt: (order: number) => number, unsampled: Divergence): Divergence {
  const known = new Map<number, number>([[1, 0]]);
  const at = (order: number): number => {
    const value = known.get(order) ?? momentAt(order);
    known.set(order, value);
    return value;
  };
  return (order) => {
    if (order > amplifiedMax) return unsampled(order);
    const low = Math.floor(order);
    const part = order - low;
    const moment = part === 0 ? at(order) : (1 - part) * at(low) + part * at(low + 1);
    return Math.min(unsampled(order), (moment / (order - 1)) * (1 + slack));
  };
}

/**
 * Poisson sampling, add or remove one (Zhu and Wang 2019, Theorem 5): E ≤ Σ C(α,k) q^k (1-q)^(α-k) cₖ e^((k-1)ε(k)) with
 * c = 1, 1, 1, 3, 3, …, of which the binomial theorem's 1 is taken away term by term.
 * @param q above 0 and below 1
 */
export function poissonSampled(q: number, inner: Divergence): Divergence {
  const [logQ, logRest] = [Math.log(q), Math.log1p(-q)];
  return fromWholeOrders((order) => {
    const terms: number[] = [];
    for (let k = 2; k <= order; k++) {
      const grown = (k - 1) * inner(k);
      const excess = k === 2 ? logOneMinusExp(-grown) : Math.log(3 - Math.exp(-grown));
      terms.push(logBinomial(order, k) + k * logQ + (order - k) * logRest + grown + excess);
    }
    return logOnePlus(logSum(terms));
  }, inner);
}

/**
 * A uniform sample of fixed size, replace one (Wang, Balle, Kasiviswanathan 2019, Theorem 9, with the order-2 term of
 * its first line and a factor 2 for all others).
 * @param q sample size over population size, below 1
 */
export function sampledWithoutReplacement(q: number, inner: Divergence): Divergence {
  const logQ = Math.log(q);
  return fromWholeOrders((order) => {
    const terms: number[] = [];
    for (let k = 2; k <= order; k++) {
      const excess = k === 2 ? secondTerm(inner(2)) : Math.log(2) + (k - 1) * inner(k);
      terms.push(k * logQ + logBinomial(order, k) + excess);
    }
    return logOnePlus(logSum(terms));
  }, inner);
}

/** ln min(4(e^ε - 1), 2e^ε). */
export function secondTerm(divergence: number): number {
  return Math.min(Math.log(4 * Math.expm1(divergence)), divergence + Math.log(2));
}

/** ln(1 + e^x). */
export function logOnePlus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
