// Whether groups are distributed alike over the lines of a list: a chi-squared test of a two-way table of noised counts.
//
// Q = Σ r²/(e + σ²) over the cells, r the distance of a count from what the margins say, e that expectation, σ² the noise's variance.
// Under the hypothesis r is, to first order, the projection of multinomial counts and noise onto what margins leave, so Q's mean and
// variance are known (the noise's fourth cumulant is in the latter), and a scaled chi-squared law has both (Satterthwaite 1946;
// for private tables: Gaboardi, Lim, Rogers & Vadhan 2016, Kifer & Rogers 2017).
//
// Range: a total that noise cannot have made up; each member in one cell at most. Cells may be empty: σ² is in their weights.
import { gammaTail } from "../privacy/numeric/gamma-tail.ts";
import type { CellNoise } from "./noise.ts";

export interface TableTest {
  readonly p: number;
  /** Q over the mean that it has where there is no difference. */
  readonly ratio: number;
}

/** Work grows with its square. */
export const TABLE_CELLS_MAX = 400;
const P_LEAST = 1e-6;

/**
 * @param counts a row a group, a column a line, in members, with noise
 * @param noise of one of them, in members
 * @returns undefined where the table is none, or too large, or no more than noise
 */
export function tableTest(
  counts: readonly (readonly number[])[],
  { variance, fourth }: Pick<CellNoise, "variance" | "fourth">,
): TableTest | undefined {
  const [rows, columns] = [counts.length, counts[0]?.length ?? 0];
  if (rows < 2 || columns < 2 || rows * columns > TABLE_CELLS_MAX) return undefined;
  const ofRow = counts.map(total);
  const ofColumn = Array.from({ length: columns }, (_, j) => total(counts.map((row) => row[j] as number)));
  const all = total(ofRow);
  if (!(all > 3 * Math.sqrt(variance * rows * columns)) || !(all > 0)) return undefined;
  const [p, q] = [shares(ofRow), shares(ofColumn)];
  const cells = p.flatMap((_, i) => q.map((__, j): readonly [number, number] => [i, j]));
  const spread = (i: number, j: number) => all * (p[i] as number) * (q[j] as number) + variance;
  const weights = cells.map(([i, j]) => (spread(i, j) > 0 ? 1 / spread(i, j) : 0));
  const statistic = cells.reduce((sum, [i, j], at) => {
    const r = (counts[i]?.[j] as number) - ((ofRow[i] as number) * (ofColumn[j] as number)) / all;
    return sum + (weights[at] as number) * r * r;
  }, 0);
  const { mean, variance: wide } = momentsOf(cells, weights, { p, q, all, variance, fourth });
  if (!(mean > 0 && wide > 0)) return undefined;
  const value = gammaTail((mean * mean) / wide, (statistic * mean) / wide);
  return { p: Math.min(1, Math.max(P_LEAST, value)), ratio: statistic / mean };
}

interface Null extends Pick<CellNoise, "variance" | "fourth"> {
  readonly p: readonly number[];
  readonly q: readonly number[];
  readonly all: number;
}

/** Of Q under the hypothesis. */
function momentsOf(
  cells: readonly (readonly [number, number])[],
  weights: readonly number[],
  { p, q, all, variance, fourth }: Null,
): { readonly mean: number; readonly variance: number } {
  const [leftP, leftQ] = [projection(p), projection(q)];
  const [noiseP, noiseQ] = [squared(leftP), squared(leftQ)];
  const sampled = (of: readonly number[], a: number, b: number) =>
    (a === b ? (of[a] as number) : 0) - (of[a] as number) * (of[b] as number);
  let [mean, square, kurtosis] = [0, 0, 0];
  for (const [at, [i, j]] of cells.entries()) {
    const weight = weights[at] as number;
    let own = 0;
    for (const [other, [k, l]] of cells.entries()) {
      const noise = (noiseP[i]?.[k] as number) * (noiseQ[j]?.[l] as number);
      const covariance = all * sampled(p, i, k) * sampled(q, j, l) + variance * noise;
      if (at === other) mean += weight * covariance;
      square += weight * (weights[other] as number) * covariance * covariance;
      // How much cell (i, j)'s own noise counts in Q.
      own += (weights[other] as number) * ((leftP[k]?.[i] as number) * (leftQ[l]?.[j] as number)) ** 2;
    }
    kurtosis += own * own;
  }
  return { mean, variance: 2 * square + fourth * kurtosis };
}

/** I − p·1ᵀ: what is left of a margin's change. */
function projection(p: readonly number[]): number[][] {
  return p.map((share, i) => p.map((_, k) => (i === k ? 1 : 0) - share));
}

/** L·Lᵀ */
function squared(left: readonly (readonly number[])[]): number[][] {
  return left.map((a) => left.map((b) => a.reduce((sum, value, at) => sum + value * (b[at] as number), 0)));
}

function shares(totals: readonly number[]): number[] {
  const positive = totals.map((value) => Math.max(0, value));
  const sum = total(positive);
  return positive.map((value) => value / sum);
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
