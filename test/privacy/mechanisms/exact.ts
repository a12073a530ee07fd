// Exact laws of small discrete mechanisms, outcome by outcome, and how far two of them lie apart.

/** Probabilities of the outcomes, in one fixed order. */
export type Law = readonly number[];

/** The least δ with P(S) ≤ e^ε Q(S) + δ for all S. */
export function hockeyStick(p: Law, q: Law, epsilon: number): number {
  const e = Math.exp(epsilon);
  return p.reduce((sum, x, i) => sum + Math.max(0, x - e * (q[i] as number)), 0);
}

/** The largest log ratio: infinite where Q has no weight and P has. */
export function maxDivergence(p: Law, q: Law): number {
  return p.reduce((most, x, i) => (x === 0 ? most : Math.max(most, Math.log(x / (q[i] as number)))), 0);
}

export function klDivergence(p: Law, q: Law): number {
  return p.reduce((sum, x, i) => (x === 0 ? sum : sum + x * Math.log(x / (q[i] as number))), 0);
}

/** D_order(P ‖ Q) over the outcomes that a double holds with full precision: never above the true divergence. */
export function renyi(p: Law, q: Law, order: number): number {
  const exponents: number[] = [];
  for (const [i, x] of p.entries()) {
    const y = q[i] as number;
    if (x > least && y > least) exponents.push(order * Math.log(x) + (1 - order) * Math.log(y));
  }
  const top = exponents.reduce((a, b) => Math.max(a, b));
  return (top + Math.log(exponents.reduce((sum, x) => sum + Math.exp(x - top), 0))) / (order - 1);
}

const least = 1e-290;

/** The law of noise on a vector moved by `shift`, cell by cell within ±reach: a box of independent cells. */
export function shifted(pmf: (k: number) => number, shift: readonly number[], reach: number): Law {
  return shift.reduce<number[]>(
    (law, move) => {
      const cell = Array.from({ length: 2 * reach + 1 }, (_, i) => pmf(i - reach - move));
      return law.flatMap((x) => cell.map((y) => x * y));
    },
    [1],
  );
}

/** All vectors of `length` entries from `values`. */
export function vectors(values: readonly number[], length: number): number[][] {
  let out: number[][] = [[]];
  for (let i = 0; i < length; i++) out = out.flatMap((vector) => values.map((value) => [...vector, value]));
  return out;
}

/** The exponential mechanism: proportional to e^(rate·u). */
export function exponentialLaw(utilities: readonly number[], rate: number): Law {
  const weights = utilities.map((u) => Math.exp(rate * (u - Math.max(...utilities))));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / sum);
}

/** Permute-and-flip, summed over all orders: who is still in is drawn uniformly, kept with e^(-rate·(max - u)). */
export function permuteAndFlipLaw(utilities: readonly number[], rate: number): Law {
  const most = Math.max(...utilities);
  const out = utilities.map(() => 0);
  const visit = (left: readonly number[], weight: number): void => {
    for (const i of left) {
      const kept = Math.exp(-rate * (most - (utilities[i] as number)));
      const share = weight / left.length;
      out[i] = (out[i] as number) + share * kept;
      if (kept < 1)
        visit(
          left.filter((j) => j !== i),
          share * (1 - kept),
        );
    }
  };
  visit([...utilities.keys()], 1);
  return out;
}

/** Noisy maximum with discrete Laplace noise of `scale` steps on whole utilities; the first of equal sums wins. */
export function noisyMaxLaw(utilities: readonly number[], scale: number): Law {
  const reach = Math.ceil(45 * scale) + 10;
  const [low, high] = [Math.min(...utilities) - reach, Math.max(...utilities) + reach];
  const pmf = (k: number): number => Math.tanh(1 / (2 * scale)) * Math.exp(-Math.abs(k) / scale);
  const below = (k: number): number =>
    k < 0
      ? Math.exp(k / scale) / (1 + Math.exp(-1 / scale))
      : 1 - Math.exp(-(k + 1) / scale) / (1 + Math.exp(-1 / scale));
  return utilities.map((utility, i) => {
    let sum = 0;
    for (let top = low; top <= high; top++) {
      let weight = pmf(top - utility);
      for (const [j, other] of utilities.entries()) if (j !== i) weight *= below((j < i ? top - 1 : top) - other);
      sum += weight;
    }
    return sum;
  });
}
