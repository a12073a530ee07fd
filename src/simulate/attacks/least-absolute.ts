// min |Ax − b|₁ over 0 ≤ x ≤ 1, as a linear program: Ax + u − v = b with u, v ≥ 0. A primal-dual interior-point method with
// Mehrotra's predictor and centring (1992). Both sides are feasible from the start on, so that what the pairs still multiply
// to is how far their end is from the least there is.

export interface LeastAbsolute {
  /** A value for each column, in [0, 1]. */
  readonly x: Float64Array;
  /** A multiplier for each row, in [−1, 1]: by b·y − Σ max(0, (Aᵀy)ⱼ) anybody sees that nothing is much less. */
  readonly y: Float64Array;
}

const STEPS_MAX = 60;
/** As a share of the sum of absolute values and 1. */
const GAP = 1e-6;
/** Of what stood on the diagonal. */
const PIVOT = 1e-12;
/** Of the way to the nearest bound. */
const NEARLY = 0.99;

/** @param rows of 0 and 1, all of one length @param wanted as many as rows */
export function leastAbsolute(rows: readonly Uint8Array[], wanted: Float64Array): LeastAbsolute {
  const [m, n] = [rows.length, rows[0]?.length ?? 0];
  const members = rows.map((row) => Array.from(row.keys()).filter((j) => row[j] !== 0));
  // Pairs of which one becomes 0, in this order: u and 1 − y, v and 1 + y, x and its multiplier, 1 − x and its own.
  const size = 2 * (m + n);
  const [near, far] = [new Float64Array(size).fill(0.5), new Float64Array(size).fill(1)];
  for (const [i, member] of members.entries()) {
    const rest = (wanted[i] as number) - member.length / 2;
    near[i] = Math.max(0, rest) + 1;
    near[m + i] = Math.max(0, -rest) + 1;
  }
  for (let step = 0; step < STEPS_MAX && m > 0; step++) {
    const gap = dot(near, far);
    const sum = near.subarray(0, 2 * m).reduce((all, value) => all + value, 0);
    if (gap <= GAP * (1 + sum)) break;
    const system = newtonOf(near, far, members, n);
    // Everything fits: there are many optima, and this is one.
    if (system === undefined) break;
    const ahead = system(new Float64Array(size));
    const [reach, dual] = [reachOf(near, ahead.near), reachOf(far, ahead.far)];
    let left = 0;
    for (let k = 0; k < size; k++)
      left +=
        ((near[k] as number) + reach * (ahead.near[k] as number)) *
        ((far[k] as number) + dual * (ahead.far[k] as number));
    const centre = (gap / size) * (left / gap) ** 3;
    const moved = system(ahead.near.map((value, k) => centre - value * (ahead.far[k] as number)));
    const [go, back] = [NEARLY * reachOf(near, moved.near), NEARLY * reachOf(far, moved.far)];
    for (let k = 0; k < size; k++) {
      near[k] = (near[k] as number) + go * (moved.near[k] as number);
      far[k] = (far[k] as number) + back * (moved.far[k] as number);
    }
  }
  return { x: near.slice(2 * m, 2 * m + n), y: far.slice(m, 2 * m).map((value) => value - 1) };
}

interface Direction {
  readonly near: Float64Array;
  readonly far: Float64Array;
}

/** Newton's direction to where each pair multiplies to what is aimed at: one system of as many unknowns as columns. */
function newtonOf(near: Float64Array, far: Float64Array, members: readonly (readonly number[])[], n: number) {
  const [m, size] = [members.length, near.length];
  const pair = (k: number) => [near[k] as number, far[k] as number] as const;
  const matrix = new Float64Array(n * n);
  const weights = new Float64Array(m);
  for (const [i, member] of members.entries()) {
    const [[u, zu], [v, zv]] = [pair(i), pair(m + i)];
    const weight = 1 / (u / zu + v / zv);
    weights[i] = weight;
    for (let a = 0; a < member.length; a++) {
      const row = (member[a] as number) * n;
      for (let b = 0; b <= a; b++) {
        const entry = row + (member[b] as number);
        matrix[entry] = (matrix[entry] as number) + weight;
      }
    }
  }
  for (let j = 0; j < n; j++) {
    const [[x, zx], [s, zs]] = [pair(2 * m + j), pair(2 * m + n + j)];
    matrix[j * n + j] = (matrix[j * n + j] as number) + zx / x + zs / s;
  }
  if (!factor(matrix, n)) return undefined;
  return (aim: Float64Array): Direction => {
    const short = aim.map((value, k) => value - (near[k] as number) * (far[k] as number));
    const pull = Float64Array.from(members, (_, i) => {
      const [zu, zv] = [far[i] as number, far[m + i] as number];
      return (short[i] as number) / zu - (short[m + i] as number) / zv;
    });
    const dx = Float64Array.from({ length: n }, (_, j) => {
      const [a, b] = [2 * m + j, 2 * m + n + j];
      return (short[a] as number) / (near[a] as number) - (short[b] as number) / (near[b] as number);
    });
    for (const [i, member] of members.entries())
      for (const j of member) dx[j] = (dx[j] as number) - (weights[i] as number) * (pull[i] as number);
    solve(matrix, dx);
    const to = { near: new Float64Array(size), far: new Float64Array(size) };
    for (const [i, member] of members.entries()) {
      const dy = -(weights[i] as number) * member.reduce((sum, j) => sum + (dx[j] as number), pull[i] as number);
      for (const [k, sign] of [
        [i, -1],
        [m + i, 1],
      ] as const) {
        to.far[k] = sign * dy;
        to.near[k] = ((short[k] as number) - sign * dy * (near[k] as number)) / (far[k] as number);
      }
    }
    for (let j = 0; j < n; j++)
      for (const [k, sign] of [
        [2 * m + j, 1],
        [2 * m + n + j, -1],
      ] as const) {
        to.near[k] = sign * (dx[j] as number);
        to.far[k] = ((short[k] as number) - sign * (dx[j] as number) * (far[k] as number)) / (near[k] as number);
      }
    return to;
  };
}

/** The part of a step after which nothing is below 0: at most the whole. */
function reachOf(values: Float64Array, steps: Float64Array): number {
  return values.reduce(
    (most, value, k) => ((steps[k] as number) < 0 ? Math.min(most, value / -(steps[k] as number)) : most),
    1,
  );
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);

/** Cholesky's factor in the place of the lower half; false where doubles tell a pivot from nothing no more. */
function factor(matrix: Float64Array, n: number): boolean {
  const entry = (i: number, j: number) => matrix[i * n + j] as number;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const before = entry(i, j);
      let sum = before;
      for (let k = 0; k < j; k++) sum -= entry(i, k) * entry(j, k);
      if (i === j && sum < PIVOT * before) return false;
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / entry(j, j);
    }
  return true;
}

/** Puts the solution in the place of the right side. */
function solve(matrix: Float64Array, side: Float64Array): void {
  const n = side.length;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) side[i] = (side[i] as number) - (matrix[i * n + k] as number) * (side[k] as number);
    side[i] = (side[i] as number) / (matrix[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) side[i] = (side[i] as number) - (matrix[k * n + i] as number) * (side[k] as number);
    side[i] = (side[i] as number) / (matrix[i * n + i] as number);
  }
}
