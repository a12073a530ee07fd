// Gaussian noise on a uniform sample of fixed size, replace one: Wang, Balle, Kasiviswanathan 2019, Theorem 27.
import { logBinomial } from "../../numeric/gamma.ts";
import { logSum } from "../../numeric/log-add.ts";
import type { Divergence } from "./curve.ts";
import { linear } from "./noise.ts";
import { fromWholeOrders, logOnePlus, secondTerm } from "./sampled-any.ts";

/**
 * Above this order, or this 1/σ, only the simpler factor 2 is used: the other needs one integral per even order, and is
 * no better where the noise is tiny.
 */
const momentMax = 256;
const inverseMax = 10;

/**
 * @param q sample size over population size, above 0 and below 1
 * @param sigma noise over the L2 change when one record is replaced
 */
export function sampledFixedGaussian(q: number, sigma: number): Divergence {
  const rho = 1 / (2 * sigma * sigma);
  const logQ = Math.log(q);
  const moments = new Map<number, number>();
  const nodes = new Nodes(sigma);
  const moment = (even: number): number => {
    const value = moments.get(even) ?? nodes.logEvenMoment(even);
    moments.set(even, value);
    return value;
  };
  return fromWholeOrders((order) => {
    const terms: number[] = [];
    for (let k = 2; k <= order; k++) {
      let excess = secondTerm(2 * rho);
      if (k > 2) {
        excess = Math.log(2) + (k - 1) * k * rho;
        if (order <= momentMax && sigma * inverseMax >= 1) {
          const between = (moment(2 * Math.floor(k / 2)) + moment(2 * Math.ceil(k / 2))) / 2;
          excess = Math.min(excess, Math.log(4) + between);
        }
      }
      terms.push(k * logQ + logBinomial(order, k) + excess);
    }
    return logOnePlus(logSum(terms));
  }, linear(rho));
}

const step = 0.1;
/** The density that still counts, beside ten units, lies within √n. */
const left = -Math.sqrt(momentMax) - 10;

/** The trapezoidal rule's nodes u, shared by all moments: ln|L - 1| and the exponent of the density. */
class Nodes {
  readonly #sigma: number;
  #log = new Float64Array(0);
  #weight = new Float64Array(0);

  constructor(sigma: number) {
    this.#sigma = sigma;
  }

  /**
   * ln E[(L - 1)^n] over N(0, 1) for even n ≤ momentMax, L = e^(u/σ - 1/2σ²): the n-th difference that the theorem needs,
   * without its alternating signs. The integrand is entire and positive; moving the contour by 2π/h shows an error of
   * e^(-2π²/h²) = e^-1973 times a moment that grows at most like (2σ)^n against the sum.
   */
  logEvenMoment(n: number): number {
    const reach = Math.sqrt(n) + 10;
    const first = Math.floor((-reach - left) / step);
    const last = Math.ceil((reach + n / this.#sigma - left) / step);
    this.#extend(last + 1);
    const [log, weight] = [this.#log, this.#weight];
    let high = Number.NEGATIVE_INFINITY;
    for (let i = first; i <= last; i++) high = Math.max(high, n * (log[i] as number) + (weight[i] as number));
    let sum = 0;
    for (let i = first; i <= last; i++) sum += Math.exp(n * (log[i] as number) + (weight[i] as number) - high);
    return high + Math.log(sum * step) - Math.log(2 * Math.PI) / 2;
  }

  #extend(count: number): void {
    if (count <= this.#log.length) return;
    const capacity = Math.max(count, 2 * this.#log.length);
    this.#log = new Float64Array(capacity);
    this.#weight = new Float64Array(capacity);
    for (let i = 0; i < capacity; i++) {
      const u = left + i * step;
      const x = u / this.#sigma - 1 / (2 * this.#sigma * this.#sigma);
      this.#log[i] = x > 30 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.abs(Math.expm1(x)));
      this.#weight[i] = -(u * u) / 2;
    }
  }
}
