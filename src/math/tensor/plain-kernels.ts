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
    addWindows(m, k, step, from, to) {
      for (let t = 0; t < m; t++)
        for (let p = 0; p < k; p++) {
          const at = to + t * step + p;
          memory[at] = (memory[at] as number) + (memory[from + t * k + p] as number);
        }
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

/** Tiles of two by four sums stay in registers; each sum is taken in the order of k, whatever the tile. */
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
): void {
  tiles(v, round, { high: m, wide: n, length: k, a, across: step, along: 1, b, c });
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
): void {
  tiles(v, round, { high: k, wide: n, length: m, a, across: 1, along: step, b, c });
}

/** c[i,j] += the sum over p < length of v[a + i·across + p·along] · b[p,j]. */
interface Product {
  readonly high: number;
  readonly wide: number;
  readonly length: number;
  readonly a: number;
  readonly across: number;
  readonly along: number;
  readonly b: number;
  readonly c: number;
}

function tiles(v: Floats, round: Round, { high, wide, length, a, across, along, b, c }: Product): void {
  let i = 0;
  for (; i + 2 <= high; i += 2) {
    const a0 = a + i * across;
    const c0 = c + i * wide;
    let j = 0;
    for (; j + 4 <= wide; j += 4) twoByFour(v, round, length, a0, across, along, b + j, wide, c0 + j);
    for (; j < wide; j++) {
      oneSum(v, round, length, a0, along, b + j, wide, c0 + j);
      oneSum(v, round, length, a0 + across, along, b + j, wide, c0 + wide + j);
    }
  }
  if (i < high)
    for (let j = 0; j < wide; j++) oneSum(v, round, length, a + i * across, along, b + j, wide, c + i * wide + j);
}

function twoByFour(
  v: Floats,
  round: Round,
  length: number,
  a: number,
  across: number,
  along: number,
  b: number,
  wide: number,
  c: number,
): void {
  const c1 = c + wide;
  let s00 = v[c] as number;
  let s01 = v[c + 1] as number;
  let s02 = v[c + 2] as number;
  let s03 = v[c + 3] as number;
  let s10 = v[c1] as number;
  let s11 = v[c1 + 1] as number;
  let s12 = v[c1 + 2] as number;
  let s13 = v[c1 + 3] as number;
  for (let p = 0; p < length; p++) {
    const x0 = v[a] as number;
    const x1 = v[a + across] as number;
    const y0 = v[b] as number;
    const y1 = v[b + 1] as number;
    const y2 = v[b + 2] as number;
    const y3 = v[b + 3] as number;
    s00 = round(s00 + round(x0 * y0));
    s01 = round(s01 + round(x0 * y1));
    s02 = round(s02 + round(x0 * y2));
    s03 = round(s03 + round(x0 * y3));
    s10 = round(s10 + round(x1 * y0));
    s11 = round(s11 + round(x1 * y1));
    s12 = round(s12 + round(x1 * y2));
    s13 = round(s13 + round(x1 * y3));
    a += along;
    b += wide;
  }
  v[c] = s00;
  v[c + 1] = s01;
  v[c + 2] = s02;
  v[c + 3] = s03;
  v[c1] = s10;
  v[c1 + 1] = s11;
  v[c1 + 2] = s12;
  v[c1 + 3] = s13;
}

function oneSum(
  v: Floats,
  round: Round,
  length: number,
  a: number,
  along: number,
  b: number,
  wide: number,
  c: number,
): void {
  let sum = v[c] as number;
  for (let p = 0; p < length; p++) {
    sum = round(sum + round((v[a] as number) * (v[b] as number)));
    a += along;
    b += wide;
  }
  v[c] = sum;
}
