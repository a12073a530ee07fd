// The Skellam law of variance μ, P(x) = e^-μ I_|x|(μ): the difference of two Poisson draws of mean μ/2. Sums of draws
// stay in the family, with the variances added.

/** From this μ on, five terms of Debye's expansion of I (Abramowitz, Stegun 9.7.7) are within 1e-15. */
const wide = 1024;
/** For a smaller μ, P(x) is below every double from here on. */
const tableMax = 2048;
/** Exponents beyond this leave nothing of 1 in a double. */
const nothing = 40;

/** PMF and two-sided distribution function. */
export function skellamLaw(mu: number): {
  readonly pmf: (k: number) => number;
  readonly within: (q: number) => number;
} {
  let table = mu < wide ? narrowPmf(mu, 64) : [];
  const pmf = (k: number): number => {
    const distance = Math.abs(k);
    if (mu >= wide) return widePmf(mu, distance);
    if (distance > tableMax) return 0;
    if (distance >= table.length) table = narrowPmf(mu, 2 * distance);
    return table[distance] as number;
  };
  return { pmf, within: (q) => within(mu, q) };
}

/** E cos(tX). */
export function characteristic(mu: number, t: number): number {
  return Math.exp(-2 * mu * Math.sin(t / 2) ** 2);
}

/** ln E exp(tX) = μ(cosh t - 1). */
export function logMoment(mu: number, t: number): number {
  return 2 * mu * Math.sinh(t / 2) ** 2;
}

/** P(0) … P(last): ratios I_k/I_(k-1) = 1/(2k/μ + I_(k+1)/I_k) from far out inwards (Gautschi 1967), summing to 1. */
function narrowPmf(mu: number, last: number): number[] {
  const from = last + 64 + Math.ceil(12 * Math.sqrt(mu));
  const ratios: number[] = [];
  for (let [k, ratio] = [from, 0]; k >= 1; k--) {
    ratio = 1 / ((2 * k) / mu + ratio);
    ratios[k] = ratio;
  }
  const relative = [1];
  let sum = 1;
  for (let k = 1; k <= from; k++) {
    const value = (relative[k - 1] as number) * (ratios[k] as number);
    relative.push(value);
    sum += 2 * value;
  }
  return relative.slice(0, last + 1).map((value) => value / sum);
}

/** Debye: e^(√(k²+μ²) - μ - k·asinh(k/μ)) / √(2π√(k²+μ²)) · (1 + Σ uⱼ), with uⱼ in w = 1/√(k²+μ²) and s = k²w². */
function widePmf(mu: number, k: number): number {
  const root = Math.hypot(k, mu);
  const exponent = (k * k) / (root + mu) - k * Math.asinh(k / mu);
  const [w, s] = [1 / root, (k / root) ** 2];
  const u1 = (3 - 5 * s) / 24;
  const u2 = (81 - s * (462 - 385 * s)) / 1152;
  const u3 = (30375 - s * (369603 - s * (765765 - 425425 * s))) / 414720;
  const u4 = (4465125 - s * (94121676 - s * (349922430 - s * (446185740 - 185910725 * s)))) / 39813120;
  return (Math.exp(exponent) / Math.sqrt(2 * Math.PI * root)) * (1 + w * (u1 + w * (u2 + w * (u3 + w * u4))));
}

/**
 * P(|X| ≤ q) = (1/n)(2q + 1 + 2 Σⱼ φ(tⱼ) sin((q + ½)tⱼ)/sin(tⱼ/2)) over tⱼ = 2πj/n, wrong by at most P(|X| ≥ n - q);
 * n reaches far enough for that to vanish, and φ only a few dozen terms.
 */
function within(mu: number, q: number): number {
  const reach = Math.ceil(9 * Math.sqrt(mu)) + 40;
  if (q >= reach) return 1;
  const period = 2 * reach + 1;
  let sum = 0;
  for (let j = 1; j <= reach; j++) {
    const turn = (Math.PI * j) / period;
    if (2 * mu * Math.sin(turn) ** 2 > nothing) break;
    sum += (characteristic(mu, 2 * turn) * Math.sin((2 * q + 1) * turn)) / Math.sin(turn);
  }
  return Math.min(1, (2 * q + 1 + 2 * sum) / period);
}
