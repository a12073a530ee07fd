// Closed forms for the discrete Laplace law with a = e^-h, h = 1/scale, and for the sum of two independent draws.
// expm1 keeps full precision where h is small.

/** 1 - a and 1 - a². */
function complements(h: number): { one: number; two: number } {
  return { one: -Math.expm1(-h), two: -Math.expm1(-2 * h) };
}

export function pmf(h: number, k: number): number {
  return Math.tanh(h / 2) * Math.exp(-h * Math.abs(k));
}

/** P(Z + Z' = k) = tanh²(h/2) a^|k| (|k| + (1 + a²)/(1 - a²)): the terms between 0 and k, and two geometric tails. */
export function pmfOfTwo(h: number, k: number): number {
  const distance = Math.abs(k);
  return Math.tanh(h / 2) ** 2 * Math.exp(-h * distance) * (distance + 1 / Math.tanh(h));
}

export function variance(h: number): number {
  return (2 * Math.exp(-h)) / complements(h).one ** 2;
}

/** E cos(tZ) = (1 - a)² / (1 - 2a cos t + a²), to the power of the draws; the denominator as (1 - a)² + 4a sin²(t/2). */
export function characteristicOf(h: number, draws: 1 | 2): (t: number) => number {
  const ratio = (4 * Math.exp(-h)) / complements(h).one ** 2;
  return (t) => {
    const one = 1 / (1 + ratio * Math.sin(t / 2) ** 2);
    return draws === 1 ? one : one * one;
  };
}

export function logMoment(h: number, t: number): number {
  if (Math.abs(t) >= h) return Number.POSITIVE_INFINITY;
  return 2 * Math.log(complements(h).one) - Math.log(-Math.expm1(t - h)) - Math.log(-Math.expm1(-t - h));
}

/** P(|Z| ≤ q). */
export function within(h: number, q: number): number {
  return 1 - (2 * Math.exp(-h * (q + 1))) / (1 + Math.exp(-h));
}

/** P(|Z + Z'| ≤ q): one minus twice the tail sum of k·a^k and a^k from q + 1 on. */
export function withinOfTwo(h: number, q: number): number {
  const { one } = complements(h);
  const tail = (q + 1 + 1 / Math.tanh(h)) / one + Math.exp(-h) / one ** 2;
  return 1 - 2 * Math.tanh(h / 2) ** 2 * Math.exp(-h * (q + 1)) * tail;
}
