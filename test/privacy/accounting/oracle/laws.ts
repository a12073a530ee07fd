// Two laws on the same finite outcomes, and what tells them apart: an oracle that shares nothing with the accountants but
// the normal distribution function. Continuous outputs are cut into bins, which is post-processing: never too much.
import { erfc } from "../../../../src/privacy/numeric/normal.ts";

/** Probabilities of the same outcomes with one record and with its neighbour. */
export type Laws = readonly [p: readonly number[], q: readonly number[]];
/** P(X ≤ x), or P(X > x), each precise where it is small. */
type Tails = (x: number, side: "below" | "above") => number;

export const normal =
  (mean: number, deviation = 1): Tails =>
  (x, side) =>
    erfc((side === "below" ? mean - x : x - mean) / deviation / Math.SQRT2) / 2;

export const laplace =
  (mean: number, scale: number): Tails =>
  (x, side) => {
    const out = (side === "below" ? mean - x : x - mean) / scale;
    return out > 0 ? Math.exp(-out) / 2 : 1 - Math.exp(out) / 2;
  };

export const mixed =
  (...parts: readonly (readonly [weight: number, law: Tails])[]): Tails =>
  (x, side) =>
    parts.reduce((sum, [weight, law]) => sum + weight * law(x, side), 0);

/** Bins between -reach and reach, and the two ends. */
export function binned(one: Tails, other: Tails, reach: number, bins = 4000): Laws {
  const cut = (law: Tails) => {
    const edges = Array.from({ length: bins + 1 }, (_, i) => reach * ((2 * i) / bins - 1));
    const inner = edges.slice(1).map((to, i) => {
      const from = edges[i] as number;
      return to > 0 ? law(from, "above") - law(to, "above") : law(to, "below") - law(from, "below");
    });
    return [law(-reach, "below"), ...inner, law(reach, "above")];
  };
  return [cut(one), cut(other)];
}

/** sup over events of P - e^ε·Q, the worse of both directions. */
export function deltaOf([p, q]: Laws, epsilon: number): number {
  const grown = Math.exp(epsilon);
  const over = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, i) => sum + Math.max(0, x - grown * (b[i] as number)), 0);
  return Math.max(over(p, q), over(q, p));
}

/** The smallest ε with deltaOf ≤ delta, from below. */
export function epsilonOf(laws: Laws, delta: number): number {
  let [low, high] = [0, 200];
  if (deltaOf(laws, 0) <= delta) return 0;
  if (deltaOf(laws, high) > delta) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (deltaOf(laws, middle) > delta) low = middle;
    else high = middle;
  }
  return low;
}

/** Both mechanisms run. */
export function both([p, q]: Laws, [r, s]: Laws): Laws {
  const pairs = (a: readonly number[], b: readonly number[]) => a.flatMap((x) => b.map((y) => x * y));
  return [pairs(p, r), pairs(q, s)];
}

/** The best of K runs, f the generating function of K: P(best ≤ y) = f(P(one ≤ y)), and no run at all with f(0). */
export function best([p, q]: Laws, f: (x: number) => number): Laws {
  const of = (law: readonly number[]) => {
    let [below, before] = [0, f(0)];
    const chosen = law.map((mass) => {
      below = Math.min(1, below + mass);
      const [now, then] = [f(below), before];
      before = now;
      return Math.max(0, now - then);
    });
    return [f(0), ...chosen];
  };
  return [of(p), of(q)];
}

export const poissonRuns = (mean: number) => (x: number) => Math.exp(mean * (x - 1));

/** Truncated negative binomial with stop probability γ: its mean, and its generating function. */
export function negativeBinomial(shape: number, gamma: number): { mean: number; f: (x: number) => number } {
  if (shape === 0)
    return {
      mean: (1 / gamma - 1) / Math.log(1 / gamma),
      f: (x) => Math.log1p(-(1 - gamma) * x) / Math.log(gamma),
    };
  const top = gamma ** -shape - 1;
  return {
    mean: (shape * (1 - gamma)) / (gamma * (1 - gamma ** shape)),
    f: (x) => ((1 - (1 - gamma) * x) ** -shape - 1) / top,
  };
}

/** P(k) ∝ weight(k) on -reach … reach, shifted by `shift` against itself. */
export function shifted(weight: (k: number) => number, shift: number, reach: number): Laws {
  const at = (k: number) => weight(k);
  const ks = Array.from({ length: 2 * reach + 1 + shift }, (_, i) => i - reach);
  const total = ks.reduce((sum, k) => sum + at(k), 0);
  return [ks.map((k) => at(k - shift) / total), ks.map((k) => at(k) / total)];
}

/** Sum of independent integers: masses by place. */
export function convolved(a: readonly number[], b: readonly number[]): number[] {
  const out = new Array<number>(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      out[i + j] = (out[i + j] as number) + x * y;
    });
  });
  return out;
}
