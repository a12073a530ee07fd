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
  const moment = (even: number): number => {
    const value = moments.get(even) ?? logEvenMoment(even, sigma);
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

/**
 * ln E[(L - 1)^n] over N(0, 1) for even n, L = e^(u/σ - 1/2σ²): the n-th difference that the theorem needs, without its
 * alternating signs, by the trapezoidal rule. The integrand is entire and positive; moving the contour by 2π/h shows an
 * error of e^(-2π²/h²) = e^-1973 times a moment that grows at most like (2σ)^n against the sum.
 */
function logEvenMoment(n: number, sigma: number): number {
  const reach = Math.sqrt(n) + 10;
  const count = Math.ceil((2 * reach + n / sigma) / step);
  const terms = new Float64Array(count + 1);
  for (let i = 0; i <= count; i++) {
    const u = i * step - reach;
    const x = u / sigma - 1 / (2 * sigma * sigma);
    const log = x > 30 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.abs(Math.expm1(x)));
    terms[i] = n * log - (u * u) / 2;
  }
  return logSum(terms) + Math.log(step) - Math.log(2 * Math.PI) / 2;
}
