// What a trainer computes with: one memory of floats and operations on addresses in it, in floats. The plain TypeScript kernels
// are the reference; the WebAssembly ones do the same operations in the same order and round as often, so they give the same bits.

export type Floats = Float32Array | Float64Array;

export interface TensorKernels {
  readonly name: string;
  /** Makes room for so many floats, all 0 at first. @throws PacelineError unsupported where there is no memory left */
  reserve(floats: number): void;
  /** All of the memory. Take it afresh after `reserve`. */
  readonly memory: Floats;
  /** c[m,n] += a·b. Rows of a begin `step` apart: at less than k they overlap, which makes windows of a sequence. */
  multiply(m: number, n: number, k: number, a: number, step: number, b: number, c: number): void;
  /** c[k,n] += aᵀ·b for a[m,k] with rows `step` apart and b[m,n]. */
  multiplyTransposed(m: number, n: number, k: number, a: number, step: number, b: number, c: number): void;
  /** to[n,k] = from[k,n]ᵀ */
  transpose(k: number, n: number, from: number, to: number): void;
  /** Each of m rows of c[m,n] = row. */
  repeatRow(m: number, n: number, row: number, c: number): void;
  /** sum[n] += every row of a[m,n]. */
  addRows(m: number, n: number, a: number, sum: number): void;
  /** to[t·step …] += from[t·k …], k floats for each of m windows that may overlap. */
  addWindows(m: number, k: number, step: number, from: number, to: number): void;
  /** x = max(0, x) */
  relu(count: number, x: number): void;
  /** d = 0 where y is not above 0. */
  reluBackward(count: number, y: number, d: number): void;
  /** y += factor · x */
  addScaled(count: number, factor: number, x: number, y: number): void;
  /** y = factor · y + x */
  scaleAndAdd(count: number, factor: number, x: number, y: number): void;
  /** y += factor · (x − origin) */
  pull(count: number, factor: number, x: number, origin: number, y: number): void;
}
