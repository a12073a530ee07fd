// The discrete Gaussian law, P(x) proportional to e^(-x²/2σ²) on the integers, and the sum of two independent draws.
// The sum keeps the shape with 2σ², times a factor that depends only on the parity of k: summing e^(-(j-k/2)²/σ²)
// over the integers j gives one value for even k and one for odd k.
import { erfc } from "../numeric/normal.ts";

/** From this σ² on, the lattice sums equal their integrals to double precision (Poisson summation: e^(-2π²σ²)). */
const smooth = 2;
/** From this variance on, Euler-Maclaurin replaces summing term by term; its error is below 1e-9. */
const wide = 1024;

/** Sum over the integers x of x^power e^(-(x - shift)²/2v). */
function latticeSum(v: number, shift: number, power: 0 | 2): number {
  const reach = Math.ceil(9 * Math.sqrt(v)) + 1;
  let sum = 0;
  for (let x = -reach; x <= reach; x++) sum += (x - shift) ** power * Math.exp(-((x - shift) ** 2) / (2 * v));
  return sum;
}

function normaliser(v: number, shift = 0): number {
  return v >= smooth ? Math.sqrt(2 * Math.PI * v) : latticeSum(v, shift, 0);
}

/** Slightly below σ² for small σ², equal to it otherwise. */
export function variance(sigmaSquared: number): number {
  return sigmaSquared >= smooth ? sigmaSquared : latticeSum(sigmaSquared, 0, 2) / normaliser(sigmaSquared);
}

/** By direct summation for a narrow law, by Poisson summation (a sum of normal curves at 2π intervals) otherwise. */
export function characteristic(sigmaSquared: number, t: number): number {
  let [sum, whole] = [0, 0];
  if (sigmaSquared < 0.5) {
    for (let x = -9; x <= 9; x++) {
      const weight = Math.exp((-x * x) / (2 * sigmaSquared));
      sum += weight * Math.cos(t * x);
      whole += weight;
    }
    return sum / whole;
  }
  const turn = 2 * Math.PI;
  const near = t - turn * Math.round(t / turn);
  for (let k = -2; k <= 2; k++) {
    sum += Math.exp((-sigmaSquared * (near + turn * k) ** 2) / 2);
    whole += Math.exp((-sigmaSquared * (turn * k) ** 2) / 2);
  }
  return sum / whole;
}

/** PMF and two-sided distribution function of one draw or of the sum of two. */
export function sumLaw(
  sigmaSquared: number,
  draws: 1 | 2,
): { readonly pmf: (k: number) => number; readonly within: (q: number) => number } {
  const v = draws * sigmaSquared;
  const square = normaliser(sigmaSquared) ** 2;
  const even = draws === 1 ? 1 / normaliser(sigmaSquared) : normaliser(sigmaSquared / 2) / square;
  const odd = draws === 1 ? even : normaliser(sigmaSquared / 2, 0.5) / square;
  const at = (k: number): number => (k % 2 === 0 ? even : odd) * Math.exp((-k * k) / (2 * v));
  const within = (q: number): number => {
    if (v >= wide) return wideWithin(v, q);
    let sum = at(0);
    // Beyond 40 deviations a term is below every double; a narrow law has at most 32 to a deviation.
    for (let k = 1, last = Math.min(q, 40 * Math.sqrt(v) + 1); k <= last; k++) sum += 2 * at(k);
    return Math.min(1, sum);
  };
  return { pmf: at, within };
}

/** Euler-Maclaurin: integral, half the end values, first and third derivatives at the ends. */
function wideWithin(v: number, q: number): number {
  const density = Math.exp((-q * q) / (2 * v)) / Math.sqrt(2 * Math.PI * v);
  const first = (-q / v) * density;
  const third = ((3 * q) / v ** 2 - q ** 3 / v ** 3) * density;
  return 1 - erfc(q / Math.sqrt(2 * v)) + density + first / 6 - third / 360;
}
