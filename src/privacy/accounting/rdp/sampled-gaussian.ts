// Rényi divergence of the Poisson-subsampled Gaussian mechanism (Mironov, Talwar, Zhang 2019): the mixture
// (1-q)·N(0, σ²) + q·N(1, σ²) against N(0, σ²). Their Theorem 5 shows that the other direction is never larger.
//
// Both forms below compute A - 1, A = E[(1-q+q·e^((2x-1)/2σ²))^α] over N(0, σ²), from terms that are all positive, so
// that nothing cancels: not the 1 that dominates A for small q, nor the signs of the fractional binomial series.

import { powerMinusLine } from "../../numeric/exp-minus.ts";
import { logFactorial } from "../../numeric/gamma.ts";
import { logOneMinusExp } from "../../numeric/log-add.ts";

/** Relative slack that covers rounding; the trapezoidal rule's own error is below 1e-20 (see quadrature). */
const slack = 1e-11;

/** More nodes than this, and the convex interpolation between whole orders is used instead. */
const nodesMax = 20_000;

/** Beyond this exponent sums are taken by logarithms. */
const exponentMax = 600;

/**
 * (α-1)·D_α as a function of the order α > 1, rounded up by 1e-11 relative.
 * @param q sampling probability, above 0 and below 1 @param sigma noise multiplier
 */
export function sampledGaussian(q: number, sigma: number): (alpha: number) => number {
  const nodes = new Nodes(q, sigma);
  return (alpha) => {
    if (Number.isInteger(alpha)) return binomialSum(q, sigma, alpha) * (1 + slack);
    const value = nodes.countFor(alpha) > nodesMax ? chord(q, sigma, alpha) : quadrature(nodes, alpha);
    return value * (1 + slack);
  };
}

/** ln A for a whole order: Σ C(α,k) (1-q)^(α-k) q^k (e^((k²-k)/2σ²) - 1) over k ≥ 2 is A - 1, as the rest sums to 0. */
function binomialSum(q: number, sigma: number, alpha: number): number {
  const [logQ, logRest, scale] = [Math.log(q), Math.log1p(-q), 1 / (2 * sigma * sigma)];
  const large = alpha * (alpha - 1) * scale > exponentMax;
  const terms = large ? new Float64Array(alpha - 1) : undefined;
  let sum = 0;
  for (let k = 2; k <= alpha; k++) {
    const logWeight =
      logFactorial(alpha) - logFactorial(k) - logFactorial(alpha - k) + k * logQ + (alpha - k) * logRest;
    const exponent = (k * k - k) * scale;
    if (terms === undefined) sum += Math.exp(logWeight) * Math.expm1(exponent);
    else terms[k - 2] = logWeight + exponent + logOneMinusExp(-exponent);
  }
  return terms === undefined ? Math.log1p(sum) : logOnePlusSum(terms);
}

/** ln(1 + Σ e^(terms[i])). */
function logOnePlusSum(terms: Float64Array): number {
  let high = 0;
  for (const term of terms) high = Math.max(high, term);
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - high);
  return high > 0 ? high + Math.log(Math.exp(-high) + sum) : Math.log1p(sum);
}

/** (α-1)·D_α is convex in α and 0 at 1: a chord between whole orders lies above it. */
function chord(q: number, sigma: number, alpha: number): number {
  const low = Math.floor(alpha);
  const part = alpha - low;
  const start = low === 1 ? 0 : binomialSum(q, sigma, low);
  return (1 - part) * start + part * binomialSum(q, sigma, low + 1);
}

/** The smallest x/σ at which the density still counts. */
const left = -10;

/** The trapezoidal rule's nodes u = x/σ, shared by all orders: y = q(L - 1), ln(1 + y) and the weighted density. */
class Nodes {
  readonly step: number;
  readonly #sigma: number;
  readonly #q: number;
  #count = 0;
  y = new Float64Array(0);
  logRatio = new Float64Array(0);
  weight = new Float64Array(0);

  constructor(q: number, sigma: number) {
    this.#q = q;
    this.#sigma = sigma;
    this.step = Math.min(0.25, 0.22 * sigma);
  }

  countFor(alpha: number): number {
    return Math.ceil((Math.max(alpha, 2) / this.#sigma + 10 - left) / this.step) + 1;
  }

  /** Makes the arrays long enough for this order. */
  reach(alpha: number): number {
    const count = this.countFor(alpha);
    if (count <= this.#count) return count;
    const capacity = Math.max(count, 2 * this.#count);
    this.y = new Float64Array(capacity);
    this.logRatio = new Float64Array(capacity);
    this.weight = new Float64Array(capacity);
    for (let i = 0; i < capacity; i++) {
      const u = left + i * this.step;
      const loss = u / this.#sigma - 1 / (2 * this.#sigma * this.#sigma);
      // A large e^loss times a tiny q: by logarithms.
      const log = Math.log(this.#q) + loss;
      const y = loss < exponentMax ? this.#q * Math.expm1(loss) : Math.exp(log);
      this.y[i] = y;
      this.logRatio[i] = Number.isFinite(y) ? Math.log1p(y) : log;
      this.weight[i] = -(u * u) / 2;
    }
    this.#count = capacity;
    return count;
  }
}

/**
 * ln A for a fractional order: E[(1+y)^α - 1 - αy], y = q(L-1), E y = 0, by the trapezoidal rule. The integrand is
 * positive, and analytic up to the zeros of 1 + y at distance πσ from the real axis. Moving the contour by d < πσ shows
 * an error of at most 2e^(d²/2 - 2πd/h)·(A + 1 + 2αq), with the step h chosen so that the factor is below e^-80. Cutting
 * ten units outside 0 and α/σ leaves out less than 1e-19 of the sum, as the integrand falls like e^(-u²/2) there.
 */
function quadrature(nodes: Nodes, alpha: number): number {
  const count = nodes.reach(alpha);
  const { y, logRatio, weight, step } = nodes;
  const density = step / Math.sqrt(2 * Math.PI);
  if (alpha * (logRatio[count - 1] as number) < exponentMax) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += Math.exp(weight[i] as number) * powerMinusLine(alpha, y[i] as number, logRatio[i] as number);
    }
    return Math.log1p(density * sum);
  }
  const terms = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const exponent = alpha * (logRatio[i] as number);
    const shift = (weight[i] as number) + Math.log(density);
    if (exponent < exponentMax) {
      terms[i] = shift + Math.log(powerMinusLine(alpha, y[i] as number, logRatio[i] as number));
    } else terms[i] = shift + exponent;
  }
  return logOnePlusSum(terms);
}
