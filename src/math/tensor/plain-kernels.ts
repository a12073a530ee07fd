// The kernels in plain TypeScript. Single precision rounds after every operation, as the WebAssembly kernels do; double precision
// is for comparing gradients with finite differences, and for a yardstick that does not lose digits.
import type { Floats, TensorKernels } from "./kernels.ts";

export type Precision = "single" | "double";

const keep = (x: number): number => x;

export function plainKernels(precision: Precision = "single"): TensorKernels {
  const Floats = precision === "single" ? Float32Array : Float64Array;
  const round = precision === "single" ? Math.fround : keep;
  let memory: Floats = new Floats(0);
  return {
    name: precision === "single" ? "typescript" : "typescript in double precision",
    get memory() {
      return memory;
    },
    reserve(floats) {
      if (floats <= memory.length) return;
      const larger = new Floats(floats);
      larger.set(memory);
      memory = larger;
    },
    multiply: (m, n, k, a, step, b, c) => multiply(memory, round, m, n, k, a, step, b, c),
    multiplyTransposed: (m, n, k, a, step, b, c) => multiplyTransposed(memory, round, m, n, k, a, step, b, c),
    transpose(k, n, from, to) {
      for (let i = 0; i < k; i++)
        for (let j = 0; j < n; j++) memory[to + j * k + i] = memory[from + i * n + j] as number;
    },
    repeatRow(m, n, row, c) {
      for (let i = 0; i < m; i++) memory.copyWithin(c + i * n, row, row + n);
    },
    addRows(m, n, a, sum) {
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) memory[sum + j] = (memory[sum + j] as number) + (memory[a + i * n + j] as number);
    },
    relu(count, x) {
      for (let i = x; i < x + count; i++) memory[i] = Math.max(0, memory[i] as number);
    },
    reluBackward(count, y, d) {
      for (let i = 0; i < count; i++) if (!((memory[y + i] as number) > 0)) memory[d + i] = 0;
    },
    addScaled(count, factor, x, y) {
      const f = round(factor);
      for (let i = 0; i < count; i++) memory[y + i] = (memory[y + i] as number) + round(f * (memory[x + i] as number));
    },
    scaleAndAdd(count, factor, x, y) {
      const f = round(factor);
      for (let i = 0; i < count; i++) memory[y + i] = round(f * (memory[y + i] as number)) + (memory[x + i] as number);
    },
    pull(count, factor, x, origin, y) {
      const f = round(factor);
      for (let i = 0; i < count; i++) {
        const away = round((memory[x + i] as number) - (memory[origin + i] as number));
        memory[y + i] = (memory[y + i] as number) + round(f * away);
      }
    },
  };
}

type Round = (x: number) => number;

/** Two rows by four columns at a time stay in registers; each sum is taken in the order of k, whatever the tile. */
function multiply(
  v: Floats,
  round: Round,
  m: number,
  n: number,
  k: number,
  a: number,
  step: number,
  b: number,
  c: number,
) {
  let i = 0;
  for (; i + 2 <= m; i += 2) {
    const a0 = a + i * step;
    const a1 = a0 + step;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const c0 = c + i * n + j;
      const c1 = c0 + n;
      let s00 = v[c0] as number;
      let s01 = v[c0 + 1] as number;
      let s02 = v[c0 + 2] as number;
      let s03 = v[c0 + 3] as number;
      let s10 = v[c1] as number;
      let s11 = v[c1 + 1] as number;
      let s12 = v[c1 + 2] as number;
      let s13 = v[c1 + 3] as number;
      for (let p = 0, at = b + j; p < k; p++, at += n) {
        const x0 = v[a0 + p] as number;
        const x1 = v[a1 + p] as number;
        const y0 = v[at] as number;
        const y1 = v[at + 1] as number;
        const y2 = v[at + 2] as number;
        const y3 = v[at + 3] as number;
        s00 = round(s00 + round(x0 * y0));
        s01 = round(s01 + round(x0 * y1));
        s02 = round(s02 + round(x0 * y2));
        s03 = round(s03 + round(x0 * y3));
        s10 = round(s10 + round(x1 * y0));
        s11 = round(s11 + round(x1 * y1));
        s12 = round(s12 + round(x1 * y2));
        s13 = round(s13 + round(x1 * y3));
      }
      v[c0] = s00;
      v[c0 + 1] = s01;
      v[c0 + 2] = s02;
      v[c0 + 3] = s03;
      v[c1] = s10;
      v[c1 + 1] = s11;
      v[c1 + 2] = s12;
      v[c1 + 3] = s13;
    }
    for (; j < n; j++) {
      oneSum(v, round, k, a0, b + j, n, c + i * n + j);
      oneSum(v, round, k, a1, b + j, n, c + (i + 1) * n + j);
    }
  }
  for (; i < m; i++) for (let j = 0; j < n; j++) oneSum(v, round, k, a + i * step, b + j, n, c + i * n + j);
}

/** v[c] += the sum over k of v[a …] · v[b …], the latter `far` apart. */
function oneSum(v: Floats, round: Round, k: number, a: number, b: number, far: number, c: number): void {
  let sum = v[c] as number;
  for (let p = 0; p < k; p++) sum = round(sum + round((v[a + p] as number) * (v[b + p * far] as number)));
  v[c] = sum;
}

function multiplyTransposed(
  v: Floats,
  round: Round,
  m: number,
  n: number,
  k: number,
  a: number,
  step: number,
  b: number,
  c: number,
) {
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const x = v[a + i * step + p] as number;
      const to = c + p * n;
      const from = b + i * n;
      for (let j = 0; j < n; j++) v[to + j] = (v[to + j] as number) + round(x * (v[from + j] as number));
    }
}
